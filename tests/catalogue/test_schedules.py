"""COURSE-04, COURSE-05, LEARN-02: opening and closing classes, and their seats."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.catalogue import queries
from prakerja.catalogue.operations import (
    PriceChange,
    ScheduleClose,
    change_prices,
    close_bundles,
    close_schedules,
    finish_schedules,
    open_schedules,
)
from prakerja.catalogue.operations import schedules as schedule_operations
from prakerja.catalogue.rules import SessionTimes
from prakerja.catalogue.states import SCHEDULE_MOVES, ScheduleState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.programme.queries import get_regime_book
from tests.catalogue.world import Market, make_market
from tests.partners.world import refused

OFFLINE: dict[str, Any] = {"mode": "offline", "training_type": 3}
BEKASI: dict[str, Any] = {"province_code": "32", "place": "Bekasi"}


def open_code(market: Market, course_id: UUID, regime: str = "second", **changes: Any) -> str:  # noqa: ANN401
    return open_schedules(market.context, [market.request(course_id, **changes)], regime=market.regimes[regime])[0].code


def test_opens_a_class_with_sessions_code_and_seats(market: Market) -> None:
    sessions = [market.session(days=10), market.session(days=11)]
    schedule_id = market.schedule(market.course(), sessions=sessions)
    schedule = queries.get_schedules([schedule_id])[schedule_id]
    assert re.fullmatch(r"[0-9a-f]{16}", schedule.code)
    assert queries.get_schedule_by_code(schedule.code) == schedule
    assert (schedule.starts_at, schedule.ends_at) == (sessions[0].starts_at, sessions[1].ends_at)
    assert schedule.sells_until_at == schedule.starts_at  # no LEARN-02 yet
    assert (schedule.state, schedule.price_idr, schedule.sample) == (ScheduleState.PUBLISHED, 400_000, True)
    found = queries.list_sessions([schedule_id])[schedule_id]
    assert [(one.sequence, one.starts_at) for one in found] == [
        (1, sessions[0].starts_at),
        (2, sessions[1].starts_at),
    ]
    assert queries.seats_left([schedule_id]) == {schedule_id: 20}
    assert queries.list_schedules_of_institution(schedule.institution_id) == [schedule]


def test_refuses_by_course(market: Market) -> None:
    assert open_code(market, uuid4()) == "course_unknown"
    bundle_id = market.course(regime="founding", bundle=True)
    assert open_code(market, bundle_id, "founding") == "ok"
    # Bundles that were sold are honoured; new classes are not opened (COURSE-02).
    assert open_code(market, bundle_id, "second") == "bundle_not_allowed"
    db.execute("UPDATE courses SET state = 'suspended' WHERE id = %s", [bundle_id])
    assert open_code(market, bundle_id, "founding") == "course_not_approved"


def test_refuses_a_class_of_a_suspended_institution(market: Market) -> None:
    course_id = market.course()
    db.execute("UPDATE institutions SET state = 'suspended'")
    assert open_code(market, course_id) == "institution_not_decreed"


def test_refuses_sessions_that_are_no_way_from_begin_to_end(market: Market) -> None:
    course_id = market.course()
    one, overlapping = market.session(), market.session(hour=10)
    backwards = SessionTimes(one.ends_at, one.starts_at)
    for sessions in ([], [backwards], [one, overlapping], [market.session(days=11), one]):
        assert open_code(market, course_id, sessions=sessions) == "sessions_malformed"
    assert open_code(market, course_id, sessions=[market.session(days=0)]) == "starts_in_the_past"
    self_paced_id = market.course(training_type=2)
    assert open_code(market, self_paced_id, sessions=[one, market.session(days=11)]) == "sessions_malformed"


def test_a_class_has_as_many_sessions_as_partners_can_name(market: Market) -> None:
    course_id = market.course()
    sessions = [market.session(days=10 + extra) for extra in range(11)]
    assert open_code(market, course_id, sessions=sessions) == "too_many_sessions"
    schedule_id = market.schedule(course_id, sessions=sessions[:10])
    assert [one.sequence for one in queries.list_sessions([schedule_id])[schedule_id]] == list(range(1, 11))


def test_refuses_seats_and_places(market: Market) -> None:
    online_id, offline_id = market.course(), market.course(**OFFLINE)
    assert open_code(market, online_id, seats=0) == "seats_malformed"
    assert open_code(market, offline_id) == "province_unknown"
    assert open_code(market, offline_id, province_code="00") == "province_unknown"
    assert open_code(market, online_id, province_code="00") == "province_unknown"
    assert open_code(market, offline_id, **BEKASI) == "ok"


@pytest.mark.parametrize(
    ("mode", "changes", "code"),
    [
        ("online", {"seats": 150, "trainers": 3}, "ok"),
        ("online", {"seats": 151, "trainers": 9}, "too_many_people"),
        ("online", {"seats": 150, "trainers": 2}, "too_few_trainers"),
        ("offline", {"seats": 40, "trainers": 2}, "ok"),
        ("offline", {"seats": 41, "trainers": 9}, "too_many_people"),
        ("offline", {"seats": 21, "trainers": 1}, "too_few_trainers"),
    ],
)
def test_the_third_regime_limits_people(market: Market, mode: str, changes: dict[str, Any], code: str) -> None:
    course_id = market.course(**(OFFLINE if mode == "offline" else {}))
    place = BEKASI if mode == "offline" else {}
    assert open_code(market, course_id, "third", **place, **changes) == code
    assert open_code(market, course_id, "second", **place, **changes) == "ok"


def test_the_third_regime_limits_hours_and_opening(market: Market) -> None:
    online_id, offline_id = market.course(), market.course(**OFFLINE)
    long_day = [market.session(hour=9), market.session(hour=13)]
    assert open_code(market, online_id, "third", sessions=long_day) == "too_many_hours_a_day"
    two_days = [market.session(days=10), market.session(days=11)]
    assert open_code(market, online_id, "third", sessions=two_days) == "ok"
    full_day = [market.session(hour=9, hours=9)]
    assert open_code(market, offline_id, "third", sessions=full_day, **BEKASI) == "too_many_hours_a_day"
    early, late = [market.session(hour=7)], [market.session(hour=20)]
    for sessions in (early, late):
        assert open_code(market, offline_id, "third", sessions=sessions, **BEKASI) == "outside_opening_hours"
        assert open_code(market, offline_id, "second", sessions=sessions, **BEKASI) == "ok"
    # Seven in Jakarta is nine in Papua: the hours are those of the place.
    assert open_code(market, offline_id, "third", sessions=early, province_code="91") == "ok"
    # A self-paced course meets nobody.
    self_paced_id = market.course(training_type=2)
    period = [SessionTimes(market.session().starts_at, market.session(days=40).ends_at)]
    assert open_code(market, self_paced_id, "third", sessions=period, seats=5_000) == "ok"


@pytest.mark.parametrize(
    ("mode", "sessions", "code"),
    [
        ("online", [(9, 3)], "ok"),
        ("online", [(9, 2), (12, 2)], "too_many_hours_a_day"),
        ("offline", [(8, 8)], "ok"),
        ("offline", [(13, 8)], "ok"),  # until 21:00
        ("offline", [(8, 5), (13, 3)], "ok"),
        ("offline", [(8, 5), (13, 4)], "too_many_hours_a_day"),
    ],
)
def test_the_third_regime_limits_to_the_hour(
    market: Market, mode: str, sessions: list[tuple[int, int]], code: str
) -> None:
    """COURSE-04, COURSE-05: the last hour that is allowed, and one more."""
    course_id = market.course(**(OFFLINE if mode == "offline" else {}))
    times = [market.session(hour=hour, hours=hours) for hour, hours in sessions]
    place = BEKASI if mode == "offline" else {}
    assert open_code(market, course_id, "third", sessions=times, **place) == code


def test_a_minute_outside_the_opening_hours_is_outside(market: Market) -> None:
    course_id = market.course(**OFFLINE)
    inside, minute = market.session(hour=8, hours=2), timedelta(minutes=1)
    early = SessionTimes(inside.starts_at - minute, inside.ends_at)
    last = market.session(hour=19, hours=2)
    late = SessionTimes(last.starts_at, last.ends_at + minute)
    for sessions in ([early], [late]):
        assert open_code(market, course_id, "third", sessions=sessions, **BEKASI) == "outside_opening_hours"
    assert open_code(market, course_id, "third", sessions=[last], **BEKASI) == "ok"


def test_a_bundle_sells_no_longer_than_bundles_are_allowed(market: Market) -> None:
    """COURSE-02: none from 30 June 2020 on; a class opened before sells until then."""
    june = market.context.at(datetime(2020, 6, 1, 3, tzinfo=UTC))
    end = datetime(2020, 6, 29, 17, tzinfo=UTC)
    course_id, alone_id = market.course(regime="founding", bundle=True), market.course(regime="founding")

    def open_in_june(course_id: UUID, **changes: Any) -> tuple[str, UUID | None]:  # noqa: ANN401
        request = market.request(course_id, **changes)
        (result,) = open_schedules(june, [request], regime=get_regime_book().on(june.today))
        return result.code.value, result.schedule_id

    assert open_in_june(course_id, sells_until_at=end + timedelta(seconds=1))[0] == "sells_too_late"
    _, bundle = open_in_june(course_id)
    _, alone = open_in_june(alone_id)
    assert bundle is not None
    assert alone is not None
    found = queries.get_schedules([bundle, alone])
    assert found[bundle].sells_until_at == end
    assert found[alone].sells_until_at == found[alone].starts_at
    assert open_code(market, course_id, "second") == "bundle_not_allowed"
    # One that sells longer, by other rules of before, is closed by the clock and not opened again.
    db.execute("UPDATE schedules SET sells_until_at = starts_at WHERE id = %s", [bundle])
    assert close_bundles(june) == 0
    assert close_bundles(market.context) == 1
    assert close_bundles(market.context) == 0
    states = {one: view.state for one, view in queries.get_schedules([bundle, alone]).items()}
    assert states == {bundle: "closed", alone: "published"}
    again = ScheduleClose(schedule_id=bundle, state=ScheduleState.PUBLISHED)
    assert close_schedules(market.context, [again])[0].code == "bundle_not_allowed"


def test_enrolment_closes_before_the_class(market: Market) -> None:
    course_id = market.course()
    starts_at = market.session().starts_at
    midnight = starts_at - timedelta(hours=9)
    assert open_code(market, course_id, "third", sells_until_at=starts_at) == "sells_too_late"
    assert open_code(market, course_id, "second", sells_until_at=starts_at) == "ok"
    assert open_code(market, course_id, "second", sells_until_at=starts_at + timedelta(1)) == "sells_too_late"
    schedule_id = market.schedule(course_id, regime="third")
    assert queries.get_schedules([schedule_id])[schedule_id].sells_until_at == midnight  # D-1 is the last day
    offline_id = market.schedule(market.course(**OFFLINE), regime="third", **BEKASI)
    assert queries.get_schedules([offline_id])[offline_id].sells_until_at == midnight - timedelta(days=1)  # D-2


def test_closes_finishes_and_cancels(market: Market) -> None:
    course_id = market.course()
    first, second = market.schedule(course_id), market.schedule(course_id)

    def close(schedule_id: UUID, state: ScheduleState, context: Context = market.context, reason: str = "") -> str:
        request = ScheduleClose(schedule_id=schedule_id, state=state, reason=reason)
        return close_schedules(context, [request])[0].code

    later = market.context.at(market.session().ends_at)
    assert close(uuid4(), ScheduleState.CLOSED) == "schedule_unknown"
    assert close(first, ScheduleState.DONE) == "not_over_yet"
    assert close(first, ScheduleState.PUBLISHED) == "move_not_allowed"
    assert close(first, ScheduleState.CLOSED) == "ok"
    assert close(first, ScheduleState.PUBLISHED, later) == "sales_are_over"
    assert close(first, ScheduleState.DONE, later) == "ok"
    assert close(first, ScheduleState.CANCELLED, reason="x") == "move_not_allowed"
    assert close(second, ScheduleState.CANCELLED, reason=" ") == "reason_missing"
    db.execute("UPDATE seat_allotments SET seats_left = seats_left - 1 WHERE schedule_id = %s AND lane = 0", [second])
    assert close(second, ScheduleState.CANCELLED, reason="x") == "has_buyers"
    db.execute("UPDATE seat_allotments SET seats_left = seats_left + 1 WHERE schedule_id = %s AND lane = 0", [second])
    assert close(second, ScheduleState.CANCELLED, reason="Pengajar sakit") == "ok"
    assert db.value("SELECT cancel_reason FROM schedules WHERE id = %s", [second]) == "Pengajar sakit"
    twice = [ScheduleClose(schedule_id=market.schedule(course_id), state=ScheduleState.CLOSED)] * 2
    assert [result.code for result in close_schedules(market.context, twice)] == ["ok", "move_not_allowed"]


def test_a_class_that_sells_again_has_the_price_of_its_course(market: Market) -> None:
    course_id = market.course(price_idr=400_000)
    schedule_id = market.schedule(course_id)
    for state in (ScheduleState.CLOSED, ScheduleState.PUBLISHED):
        (result,) = close_schedules(market.context, [ScheduleClose(schedule_id=schedule_id, state=state)])
        assert result.code == "ok"
        if state is ScheduleState.CLOSED:
            change_prices(
                market.context, [PriceChange(course_id=course_id, price_idr=390_000, comparison_price_idr=500_000)]
            )
            assert queries.get_schedules([schedule_id])[schedule_id].price_idr == 400_000
    assert queries.get_schedules([schedule_id])[schedule_id].price_idr == 390_000


def test_the_clock_finishes_what_is_over(market: Market) -> None:
    course_id = market.course()
    over, closed = market.schedule(course_id), market.schedule(course_id)
    later_on = market.schedule(course_id, sessions=[market.session(days=90)])
    close_schedules(market.context, [ScheduleClose(schedule_id=closed, state=ScheduleState.CLOSED)])
    later = market.context.at(market.session().ends_at)
    assert finish_schedules(market.context) == 0
    assert finish_schedules(later, limit=1) == 1
    assert finish_schedules(later) == 1
    assert finish_schedules(later) == 0
    states = {one: queries.get_schedules([one])[one].state for one in (over, closed, later_on)}
    assert states == {over: "done", closed: "done", later_on: "published"}


def test_schedule_queries_find_one_or_say_so(market: Market) -> None:
    assert queries.find_schedule_by_code("0" * 16) is None
    with pytest.raises(LookupError, match="no schedule"):
        queries.get_schedule_by_code("0" * 16)
    nobody = uuid4()
    assert queries.seats_left([nobody]) == {nobody: 0}
    assert queries.list_sessions([nobody]) == {nobody: []}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE schedules SET seats = 0", "schedule_has_seats"),
        ("UPDATE schedules SET price_idr = 0", "schedule_price_is_positive"),
        ("UPDATE schedules SET ends_at = starts_at, sells_until_at = starts_at", "schedule_ends_after_it_starts"),
        ("UPDATE schedules SET sells_until_at = ends_at + interval '1 s'", "schedule_sells_before_it_ends"),
        ("UPDATE schedules SET province_code = NULL", "offline_class_has_a_place"),
        ("UPDATE schedules SET province_code = '00'", "class_is_in_a_known_province"),
        ("UPDATE schedules SET mode = 'online'", "schedule_is_of_its_course"),
        ("UPDATE schedules SET state = 'open'", "schedule_state_moves_along_its_table"),
        ("UPDATE schedules SET state = 'cancelled'", "cancelled_class_says_why"),
        ("UPDATE schedules SET state = 'cancelled', cancel_reason = 'x', seats = 21", "cancelled_class_has_no_buyers"),
        ("UPDATE sessions SET sequence = 0", "session_sequence_is_in_range"),
        ("UPDATE sessions SET sequence = 11", "session_sequence_is_in_range"),
        ("UPDATE sessions SET ends_at = starts_at", "session_ends_after_it_starts"),
        (
            "INSERT INTO sessions SELECT gen_random_uuid(), sequence, starts_at, ends_at, schedule_id FROM sessions",
            "session_sequence_is_unique",
        ),
        ("UPDATE seat_allotments SET seats_left = -1", "seats_are_never_oversold"),
    ],
)
def test_the_database_keeps_classes_right(market: Market, change: str, constraint: str) -> None:
    market.schedule(market.course(**OFFLINE), **BEKASI)
    assert refused(change) == constraint


def test_the_database_knows_the_same_moves(market: Market) -> None:
    schedule_id = market.schedule(market.course())
    for state_from, allowed in SCHEDULE_MOVES.items():
        for state_to in SCHEDULE_MOVES:
            db.execute("SET LOCAL session_replication_role = replica")
            db.execute("UPDATE schedules SET state = %s, cancel_reason = 'x' WHERE id = %s", [state_from, schedule_id])
            db.execute("SET LOCAL session_replication_role = origin")
            change = "UPDATE schedules SET state = %s WHERE id = %s"
            if state_to in allowed or state_to == state_from:
                db.execute(change, [state_to, schedule_id])
            else:
                assert refused(change, state_to, schedule_id) == "schedule_state_moves_along_its_table"


def spread_over(lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = get_settings().model_copy(update={"lanes": lanes})
    monkeypatch.setattr(schedule_operations, "get_settings", lambda: settings)


def seats_by_lane(schedule_id: UUID) -> list[tuple[int, int]]:
    return [
        (lane, seats)
        for lane, seats in db.rows(
            "SELECT lane, seats_left FROM seat_allotments WHERE schedule_id = %s ORDER BY lane", [schedule_id]
        )
    ]


def test_spreads_seats_over_lanes_and_moves_what_is_left(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    spread_over(3, monkeypatch)
    schedule_id = market.schedule(market.course())
    assert seats_by_lane(schedule_id) == [(0, 7), (1, 7), (2, 6)]
    assert db.value("SELECT move_seats(%s, 2::smallint)", [schedule_id]) == 14
    assert seats_by_lane(schedule_id) == [(0, 0), (1, 0), (2, 20)]
    assert db.value("SELECT move_seats(%s, 2::smallint)", [schedule_id]) == 0
    # A lane that never had a share gets one; an unknown class has nothing to move.
    assert db.value("SELECT move_seats(%s, 5::smallint)", [schedule_id]) == 20
    assert db.value("SELECT move_seats(%s, 5::smallint)", [uuid4()]) == 0
    assert queries.seats_left([schedule_id]) == {schedule_id: 20}


def test_lanes_that_fetch_seats_at_once_lose_none(
    race: Callable[[Sequence[Callable[[], object]]], list[object]],
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Real connections: every lane asks for all seats again and again; no deadlock, no seat lost or made."""
    spread_over(4, monkeypatch)
    market = make_market(context)
    course_id = market.course()
    schedule_ids = [market.schedule(course_id, seats=30), market.schedule(course_id, seats=7)]

    def fetch(lane: int) -> Callable[[], object]:
        def run() -> int:
            return sum(
                int(db.value("SELECT move_seats(%s, %s::smallint)", [schedule_id, lane]))
                for _ in range(10)
                for schedule_id in schedule_ids
            )

        return run

    moved = race([fetch(lane) for lane in (0, 1, 2, 3, 0, 1)])
    assert sum(int(str(one)) for one in moved) > 0
    assert queries.seats_left(schedule_ids) == dict(zip(schedule_ids, (30, 7), strict=True))
