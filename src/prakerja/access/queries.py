"""Reads: users."""

from prakerja.access.models import User


def find_user(username: str) -> User | None:
    """The active user of a name, or None. Django's log-in takes the model itself, so this query gives it out."""
    return User.objects.filter(username=username, is_active=True).first()
