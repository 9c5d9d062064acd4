"""Types that msgspec decodes, examined before threads meet them.

msgspec examines a type when it decodes it for the first time, and keeps what it found with the type. A second thread
that comes in the middle reads what is half made, and the interpreter ends with a segmentation fault: with the global
lock too, because examining runs Python code, between whose steps threads change (seen with msgspec 0.22).
"""

import msgspec

_examined: list[object] = []


def examine(*types: object) -> None:
    """Make types ready to be decoded by threads: called by the module that defines them, when it is imported."""
    for one in types:
        msgspec.json.Decoder(one)
        _examined.append(one)


def is_examined(one: object) -> bool:
    """Whether threads may decode it."""
    return one in _examined
