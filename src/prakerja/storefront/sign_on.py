"""Signing in with Prakerja: the person agrees there, and the shop learns who it is, nothing more than it asked for."""

import json
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlencode

from prakerja.storefront.client import Answered, Client, Outcome, sign

AUTHORIZE: Final = "/api/v1/oauth/authorize"
TOKEN: Final = "/api/v1/oauth/token"  # noqa: S105 - an address
PROFILE: Final = "/api/v1/resource/user_profile"
# The least: a name to greet by. Card and phone are typed where they are needed, or not at all.
SCOPE: Final = "name"


class SignOnApi(Protocol):
    """The two halves of signing in."""

    def begin(self, state: str) -> Outcome:
        """The page of consent, as `redirect_url`."""
        ...

    def finish(self, code: str) -> Outcome:
        """The profile of the person who agreed."""
        ...


@dataclass(frozen=True, slots=True)
class SignOn:
    """The calls over HTTP. Both addresses are registered ones."""

    client: Client
    redirect_uri: str
    login_uri: str

    def begin(self, state: str) -> Outcome:
        """Ask for the page of consent; the signature covers the path without its query."""
        query = {
            "state": state,
            "scope": SCOPE,
            "client_id": self.client.client_code,
            "redirect_uri": self.redirect_uri,
            "login_uri": self.login_uri,
        }
        timestamp = str(int(self.client.clock()))
        headers = {
            "X-Client-Id": self.client.client_code,
            "X-Timestamp": timestamp,
            "X-Signature": sign(self.client.key, self.client.client_code, timestamp, AUTHORIZE, "", b"", method="GET"),
        }
        return self.client.send("GET", f"{AUTHORIZE}?{urlencode(query)}", b"", headers)

    def finish(self, code: str) -> Outcome:
        """Exchange the code, then read the profile."""
        own = {"X-Client-Id": self.client.client_code}
        body = json.dumps({"code": code}).encode()
        tokens = self.client.send("POST", TOKEN, body, {**own, "Content-Type": "application/json"})
        if not isinstance(tokens, Answered):
            return tokens
        return self.client.send("GET", PROFILE, b"", {**own, "Authorization": f"Bearer {tokens.text('access_token')}"})
