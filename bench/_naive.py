"""The yardstick over HTTP: `payment/authorize` as a Django view over the ORM, one transaction a request.

A view of the contract cannot leave out the key, the signature, the body and the answer. The purchase is
`_orm_purchase`'s.
"""

import hmac
import json
import os
from datetime import UTC, datetime
from functools import lru_cache

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prakerja.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - behind the set-up, as all below
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from bench._orm_purchase import Claim, authorize_purchase  # noqa: E402
from bench._world import NOW  # noqa: E402
from prakerja.kit.context import Context  # noqa: E402
from prakerja.kit.ids import SystemIds  # noqa: E402
from prakerja.partners.queries import ApiKeyView, find_api_key  # noqa: E402
from prakerja.programme.queries import get_regime_book  # noqa: E402
from prakerja.purchases.models import Purchase  # noqa: E402
from prakerja.purchases.operations import PurchaseRequest  # noqa: E402
from prakerja.purchases.rules import hash_request  # noqa: E402

_context = Context("system:bench", NOW, SystemIds())


@lru_cache(maxsize=256)
def _key(client_code: str) -> ApiKeyView | None:
    return find_api_key(client_code)


def authorize(request: HttpRequest) -> JsonResponse:
    """One purchase."""
    # Django leaves out headers with an underscore: this one is read before it.
    client_code = dict(request.scope["headers"])[b"client_code"].decode()  # type: ignore[attr-defined]
    token = request.headers["Authorization"]
    key = _key(client_code)
    base = f"{client_code}{request.headers['timestamp']}POST{request.path}{token}".encode() + request.body
    if key is None or not hmac.compare_digest(
        hmac.digest(key.secret.encode(), base, "sha1").hex(), request.headers["signature"]
    ):
        return JsonResponse({"success": False, "code": "ERRPLT40107"}, status=401)
    body = json.loads(request.body)
    token = token.removeprefix("Payment ")
    invoice_code = body["invoice_code"]
    purchase = PurchaseRequest(
        key.partner_id,
        invoice_code,
        token,
        body["otp"],
        hash_request(invoice_code, body["invoice_url"], body["otp"], token),
    )
    regime = get_regime_book().on(_context.today)
    code = authorize_purchase(_context, purchase, regime=regime, machine_now=datetime.now(UTC))
    if code != "ok":
        return JsonResponse({"success": False, "code": code}, status=400)
    claim = Claim.objects.get(kind="invoice", key=f"{key.partner_id}:{invoice_code}")
    made = Purchase.objects.get(lane=claim.lane, purchase_id=claim.subject_id)
    data = {"invoice_code": invoice_code, "transaction_code": made.transaction_code, "amount": made.price_idr}
    return JsonResponse({"success": True, "message": "OK", "data": {**data, "status": "SUCCESS"}})


urlpatterns = [path("api/v1/integration/payment/authorize", authorize)]
settings.ROOT_URLCONF = __name__
# Each request has a thread of its own: they share a few connections.
settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 8}
# Without what pages need and a call of a partner does not.
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
application = get_asgi_application()
