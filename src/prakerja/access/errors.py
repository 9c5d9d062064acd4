"""Result codes of this package."""

from prakerja.kit.refusals import Code


class UserCode(Code):
    """What became of a request to create a user."""

    OK = "ok"
    USERNAME_TAKEN = "username_taken"
