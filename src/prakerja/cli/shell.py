"""`prakerja shell`."""

from prakerja.cli._session import prepared


def command() -> None:
    """Open a Python prompt on the state."""
    with prepared():
        from django.core.management import call_command

        call_command("shell")
