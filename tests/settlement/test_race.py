from functools import partial

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.settlement.operations import make_purchases_payable
from tests.fixtures.database import Race
from tests.learning.world import complete, make_world, sums


def test_settlers_split_each_price_once_and_count_each_other_s_volume(race: "Race[int]", context: Context) -> None:
    """FEE-01: 600,000 at 10 %, the rest of the month at 5 %."""
    scheme: dict[str, object] = {
        "kind": "tiered_by_volume",
        "tiers": [{"from_idr": 0, "commission_bp": 1000}, {"from_idr": 600_000, "commission_bp": 500}],
    }
    world = make_world(context, people=4, sessions=1, scheme=scheme)
    complete(world)

    def settle(number: int) -> int:
        here = Context("system:settlement", world.after_class.now, SeededIds(f"settler {number}"))
        return len(make_purchases_payable(here, limit=2))

    assert sorted(race([partial(settle, number) for number in range(4)])) == [0, 0, 2, 2]
    assert sums(world)["platform_payable"] == 60_000 + 50_000
    assert db.value("SELECT count(*) FROM purchases WHERE payable_at IS NOT NULL") == 4
