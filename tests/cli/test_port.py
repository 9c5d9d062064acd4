import socket
from collections.abc import Iterator

import pytest

from prakerja.cli._errors import CommandError
from prakerja.cli._port import is_free, require_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_names_the_next_free_one(taken_port: int) -> None:
    with pytest.raises(
        CommandError, match=rf"port {taken_port} is taken; the next free one is (\d+): --port \1"
    ) as raised:
        require_free(taken_port)
    assert raised.value.exit_code == 2
    assert is_free(int(str(raised.value).rsplit(" ", 1)[1]))
