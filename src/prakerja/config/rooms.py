"""The rooms of the house, in the order of the layers: each imports only those before it.

A package becomes an installed app as soon as it has an `apps.py`; nothing has to be registered by hand.
"""

from importlib.util import find_spec

LAYERS = (
    "kit",
    "audit",
    "access",
    "ledger",
    "programme",
    "participants",
    "partners",
    "selection",
    "cards",
    "catalogue",
    "purchases",
    "learning",
    "payouts",
    "incentives",
    "settlement",
    "oversight",
    "partner_api",
    "web",
    "storefront",
    "simulation",
    "config",
    "cli",
)


def module_exists(name: str) -> bool:
    """Whether a module is there to be imported, without importing it (its parent package is)."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def installed_rooms() -> list[str]:
    """The packages with an `apps.py`, in the order of the layers."""
    return [f"prakerja.{name}" for name in LAYERS if module_exists(f"prakerja.{name}.apps")]
