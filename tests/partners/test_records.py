"""INST-01: what an institution has on record ends on a day and for a reason; it is never edited."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.partners import queries
from prakerja.partners.operations import (
    AccreditationRecord,
    PremisesRecord,
    RecordEnd,
    RecordEntry,
    TrainerRecord,
    add_to_records,
    end_records,
)
from tests.partners.world import World, refused

TABLES = {"accreditation": "accreditations", "premises": "premises", "trainer": "trainers"}
NEVER_EDITED = {
    "accreditation": "accreditation_is_never_edited",
    "premises": "premises_are_never_edited",
    "trainer": "trainer_is_never_edited",
}
SAYS_WHEN_AND_WHY = {
    "accreditation": "ended_accreditation_says_when_and_why",
    "premises": "ended_premises_say_when_and_why",
    "trainer": "ended_trainer_says_when_and_why",
}


@pytest.fixture
def on_record(world: World) -> dict[str, UUID]:
    """One entry of each kind, by its kind."""
    one = world.institution_id
    entries: list[RecordEntry] = [
        AccreditationRecord(
            institution_id=one, grade="A", number="LA-1", valid_from=date(2020, 1, 1), valid_until=date(2025, 1, 1)
        ),
        PremisesRecord(institution_id=one, name="Gedung A", address="Jl. Merdeka 1", province_code="32", places=40),
        TrainerRecord(
            institution_id=one,
            name="Ibu Ani",
            subject="Menjahit",
            certificate_number="C-1",
            certified_until=date(2024, 1, 1),
        ),
    ]
    assert [result.code.value for result in add_to_records(world.context, entries)] == ["ok"] * 3
    return {line.kind: line.id for line in queries.list_record(one)}


def end(kind: str, record_id: UUID, *, day: date | None = None, reason: str = "berakhir") -> RecordEnd:
    return RecordEnd(kind=kind, record_id=record_id, reason=reason, ended_date=day)


def facts(world: World, on: date) -> dict[str, object]:
    return queries.get_facts([world.institution_id], on=on)[world.institution_id]


def test_an_entry_that_ended_counts_no_more_from_its_day_and_stays(world: World, on_record: dict[str, UUID]) -> None:
    today = world.context.today
    day = today - timedelta(days=10)
    ends = [end(kind, record_id, day=day, reason=f" {kind} 7 ") for kind, record_id in on_record.items()]
    assert [one.code.value for one in end_records(world.context, ends)] == ["ok"] * 3
    before, after = facts(world, day - timedelta(days=1)), facts(world, day)
    names = ("trainers_on_record", "certified_trainers_on_record", "premises_on_record", "places_on_record")
    assert [before[name] for name in names] == [1, 1, 1, 40]
    assert [after[name] for name in names] == [0, 0, 0, 0]
    assert (before["accreditation_grade"], after.get("accreditation_grade")) == ("A", None)
    lines = queries.list_record(world.institution_id)
    assert [(line.kind, line.ended_date, line.end_reason) for line in lines] == [
        (kind, day, f"{kind} 7") for kind in on_record
    ]
    events = db.rows(
        """
        SELECT payload ->> 'kind', payload ->> 'ended_date', payload ->> 'reason', actor
        FROM events
        WHERE kind = 'institution.record_ended' AND subject_id = %s
        ORDER BY event_id
        """,
        [world.institution_id],
    )
    assert events == [(kind, str(day), f"{kind} 7", "system:test") for kind in on_record]


def test_without_a_day_it_ends_today(world: World, on_record: dict[str, UUID]) -> None:
    (result,) = end_records(world.context, [end("trainer", on_record["trainer"])])
    assert result.code == "ok"
    assert queries.list_record(world.institution_id)[-1].ended_date == world.context.today


@pytest.mark.parametrize("kind", list(TABLES))
def test_refuses_an_end_that_cannot_be(world: World, on_record: dict[str, UUID], kind: str) -> None:
    record_id, today = on_record[kind], world.context.today

    def code(one: RecordEnd, institution_id: UUID | None = None) -> str:
        return end_records(world.context, [one], institution_id=institution_id)[0].code.value

    assert code(end(kind, uuid4())) == "record_unknown"
    assert code(end("owner", record_id)) == "record_unknown"
    assert code(end(kind, record_id), institution_id=uuid4()) == "record_unknown"
    assert code(end(kind, record_id, reason=" ")) == "reason_missing"
    assert code(end(kind, record_id, day=today + timedelta(days=1))) == "end_malformed"
    begins = end(kind, record_id, day=date(2019, 12, 31))
    assert code(begins) == ("end_malformed" if kind == "accreditation" else "ok")
    assert all(not line.ended_date for line in queries.list_record(world.institution_id) if line.kind != kind)


def test_the_same_entry_twice_in_one_call_ends_once(world: World, on_record: dict[str, UUID]) -> None:
    twice = [end("trainer", on_record["trainer"], reason=reason) for reason in ("pindah", "lagi")]
    assert [one.code.value for one in end_records(world.context, twice)] == ["ok", "record_unknown"]
    assert queries.list_record(world.institution_id)[-1].end_reason == "pindah"


@pytest.mark.parametrize("kind", list(TABLES))
def test_the_database_lets_nobody_edit_or_unsay_it(world: World, on_record: dict[str, UUID], kind: str) -> None:
    table, record_id = TABLES[kind], on_record[kind]
    edit = {"accreditation": "grade = 'B'", "premises": "places = 400", "trainer": "name = 'Orang lain'"}[kind]
    assert refused(f"UPDATE {table} SET {edit} WHERE id = %s", record_id) == NEVER_EDITED[kind]
    assert refused(f"DELETE FROM {table} WHERE id = %s", record_id) == NEVER_EDITED[kind]
    nameless = f"UPDATE {table} SET ended_date = '2020-09-01', ended_at = now() WHERE id = %s"
    assert refused(nameless, record_id) == SAYS_WHEN_AND_WHY[kind]
    end_records(world.context, [end(kind, record_id)])
    unsaid = f"UPDATE {table} SET ended_date = NULL, ended_at = NULL, end_reason = '' WHERE id = %s"
    assert refused(unsaid, record_id) == "ended_entry_stays_ended"
