"""The ground of every bench's world: regimes, budgets with their money, provinces."""

from datetime import UTC, datetime

from bench._people import appropriate
from prakerja.kit.context import Context
from prakerja.kit.ids import SystemIds
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets
from prakerja.programme.regimes import Regime

# Ten o'clock in Jakarta on a working day in the middle of the founding regime.
NOW = datetime(2020, 9, 1, 3, 0, tzinfo=UTC)


def build_ground() -> tuple[Context, Regime]:
    """Load what every nation begins with; who acts and when, and the rules of that day."""
    context = Context(actor="system:bench", now=NOW, ids=SystemIds())
    book = load_regimes(context)
    regime = book.on(context.today)
    load_reference_data(context)
    open_budgets(context, book)
    for channel in ("digital", "regular"):
        appropriate(context, regime, channel)
    return context, regime
