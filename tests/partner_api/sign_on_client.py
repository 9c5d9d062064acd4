"""A platform's server that signs its users on: its registered addresses, and what it asks with."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from prakerja.partner_api.callbacks import register_callbacks
from tests.partner_api.world import Shop

BACK = "https://toko.example.id/masuk?a=1"
LOGIN = "https://toko.example.id/login"


@contextmanager
def signing_on(shop: Shop, base_url: str) -> Iterator[httpx.Client]:
    """The platform's server; its addresses are registered."""
    for purpose, uri in (("sign_on", BACK), ("login", LOGIN)):
        register_callbacks(
            shop.world.context,
            partner_id=shop.world.platform_id,
            partner_role="platform",
            purpose=purpose,
            uris=[uri],
        )
    with httpx.Client(base_url=base_url, trust_env=False, headers={"X-Client-Id": shop.platform.client_code}) as http:
        yield http


def query(shop: Shop, **changes: str) -> dict[str, str]:
    """What the browser brings to `authorize`."""
    return {
        "state": "st-1",
        "scope": "name email prakerjaid notelp",
        "client_id": shop.platform.client_code,
        "redirect_uri": BACK,
        "login_uri": LOGIN,
        **changes,
    }
