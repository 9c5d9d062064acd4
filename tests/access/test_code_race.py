"""One code, many tabs: committed rows on real connections."""

from collections import Counter

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from tests.access.test_codes import ask, enter, last_code
from tests.fixtures.database import Race
from tests.fixtures.world import WORKING_DAY


def test_of_many_who_enter_one_code_at_once_one_opens_the_account(race: Race[object]) -> None:
    context = Context("system:test", WORKING_DAY, SeededIds("codes"))
    sent = ask(context)
    typed = last_code()

    def one(seed: int) -> object:
        return enter(Context("system:test", WORKING_DAY, SeededIds(f"one {seed}")), sent.code_id, typed)[0]

    answers = race([lambda seed=seed: one(seed) for seed in range(6)])  # type: ignore[misc]
    assert Counter(map(str, answers)) == {"ok": 1, "code_expired": 5}
    assert db.value("SELECT count(*) FROM users") == 1
