"""What the protocol of the sockets asks of the application that it serves, and how it finds it."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

Header = tuple[bytes, bytes]


class ShortWay(Protocol):
    """What the protocol asks of the application that it serves."""

    def find_short_call(self, path: bytes) -> object | None:
        """The call at an address, when the application can answer it now."""
        ...

    def body_max_bytes(self, path: bytes) -> int:
        """How large the body of a call at an address may be: `BODY_MAX_BYTES` or more."""
        ...

    def answer_short(
        self, call: object, headers: Sequence[Header], body: bytes, reply: Callable[[bytes], None], *, close: bool
    ) -> None:
        """Answer a request by one `reply` with a whole HTTP response, now or later."""
        ...

    def refusal_bytes(self, name: str) -> bytes:
        """The whole HTTP response of a refusal that ends a connection."""
        ...


def short_way(application: object) -> ShortWay | None:
    """The application behind what uvicorn puts around it, when it knows the short way."""
    found = find_method(application, "find_short_call")
    return None if found is None else cast("ShortWay", found.__self__)


def find_method(application: object, name: str) -> Any:  # noqa: ANN401 - a method of whatever is served
    """A method of the application behind what uvicorn puts around it, or None."""
    while application is not None:
        if hasattr(application, name):
            return getattr(application, name)
        application = getattr(application, "app", None)
    return None
