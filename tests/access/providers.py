"""Little real servers on this machine: an e-mail server by SMTP, and a gateway for SMS by HTTP."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class MailServer(socketserver.ThreadingTCPServer):
    """Takes letters by SMTP and keeps them. `refusals`: a receiver → the answer to RCPT; `down`: hangs up at once."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailSession)
        self.letters: list[str] = []
        self.refusals: dict[str, str] = {}
        self.data_answer = "250 taken"
        self.hangs_up_after: int | None = None
        self.password_is_wrong = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _MailSession(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        if self.server.hangs_up_after == 0:
            return
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("EHLO"):
                self.say("250-here\r\n250 AUTH PLAIN")
            elif word.startswith("AUTH"):
                self.say("535 wrong" if self.server.password_is_wrong else "235 welcome")
            elif word.startswith("RCPT"):
                to = line.partition("<")[2].partition(">")[0]
                self.say(self.server.refusals.get(to, "250 fine"))
            elif word == "DATA":
                self.say("354 go on")
                self.take()
                if self.server.hangs_up_after is not None and len(self.server.letters) >= self.server.hangs_up_after:
                    return
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        if self.server.data_answer.startswith("250"):
            self.server.letters.append("".join(lines))
        self.say(self.server.data_answer)


class Gateway(ThreadingHTTPServer):
    """Takes messages by POST and keeps header and body. `status` is its answer; `statuses` by receiver before that."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _GatewaySession)
        self.messages: list[tuple[dict[str, str], dict[str, object]]] = []
        self.status = 202
        self.statuses: dict[str, int] = {}
        self.location = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/send"


class _GatewaySession(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.messages.append((dict(self.headers.items()), body))
        self.send_response(self.server.statuses.get(str(body.get("to")), self.server.status))
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.messages.append((dict(self.headers.items()), {}))
        self.send_error(418)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """The server in a thread of its own, stopped behind it."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
