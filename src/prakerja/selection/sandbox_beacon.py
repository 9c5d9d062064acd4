"""The sandbox's beacon as a program: drand's addresses, a round a minute, signed by a key that everybody knows.

`prakerja draw beacon` serves it, so that a deployment asks it as production asks drand, over HTTP and with the
signature checked; it can withhold rounds and lie, to see what a draw makes of it. It proves nothing to anybody outside.
"""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prakerja.selection.drand import DrandBeacon, sandbox_chain, sign_sandbox_round


def serve_beacon(
    address: tuple[str, int], now: Callable[[], datetime], *, silent: bool = False, lying: bool = False
) -> ThreadingHTTPServer:
    """A server of rounds, not yet started (`serve_forever`); silent: it has none; lying: it signs the round before."""
    chain, beacon = sandbox_chain(), DrandBeacon(sandbox_chain(), [])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = self.path.strip("/").split("/")
            if parts == [chain.chain_hash, "info"]:
                self._say(
                    {
                        "public_key": chain.public_key.hex(),
                        "period": int(chain.period.total_seconds()),
                        "genesis_time": int(chain.genesis_at.timestamp()),
                        "hash": chain.chain_hash,
                        "schemeID": "bls-unchained-g1-rfc9380",
                    }
                )
                return
            known = len(parts) == 3 and parts[:2] == [chain.chain_hash, "public"] and parts[2].isdecimal()  # noqa: PLR2004 - chain, "public", round
            number = int(parts[2]) if known else 0
            if silent or not known or number < 1 or beacon.time_of(number) > now():
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            signature = sign_sandbox_round(number - 1 if lying else number)
            self._say({"round": number, "randomness": sha256(signature).hexdigest(), "signature": signature.hex()})

        def _say(self, content: dict[str, object]) -> None:
            body = json.dumps(content).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            del format, args

    return ThreadingHTTPServer(address, Handler)
