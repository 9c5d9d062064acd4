"""Rotation of the index key: beside everything else, resumable, and nobody stands twice or is not found meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections

from prakerja.access.index_columns import TWIN, FollowingColumn, IndexedClaims, IndexedColumn, blind_indexes
from prakerja.access.index_keys import IndexKeyUnknownError, index_writer
from prakerja.access.messages import CourierSandbox
from prakerja.access.operations import ContactRequest, UserRequest, create_users, index_rotation, register_contacts
from prakerja.access.operations.codes import CodeRequest, send_codes
from prakerja.access.operations.index_rotation import NoRotationError, get_index_state, rotate_index_key
from prakerja.access.operations.index_tables import columns_by_table, count_missing
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.crypto import blind_index, decrypt_field
from prakerja.kit.settings import KEY_NAMES, sandbox_key
from prakerja.participants import queries
from prakerja.participants.errors import SignUpCode
from prakerja.participants.lanes import lane_key_fits
from prakerja.participants.operations import (
    Blacklisting,
    blacklist_applicants,
    publish_worker_list,
    sign_up_applicants,
    stage_worker_list,
)
from prakerja.participants.operations.assisted import add_assisted_rows, forward_assisted_sheet
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.operations.registry_deltas import load_registry_delta
from prakerja.participants.operations.worker_list_invitations import invite_listed_workers
from prakerja.participants.operations.worker_list_matches import propose_matches
from prakerja.participants.registry_delta_files import TEMPLATE
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from prakerja.payouts.errors import LinkCode
from prakerja.payouts.operations import LinkRequest, link_payout_accounts
from tests.learning.world import World, make_world
from tests.participants.people import april_context, person, sign_up_of, signed_up
from tests.participants.test_assisted import CLERK, MINISTRY, OFFICE, sheet_of, signed
from tests.participants.test_sign_up_steps import answers_of
from tests.participants.test_worker_list_matches import HEADING, row, with_digit

COMMAND = [sys.executable, "-m", "prakerja", "rotate", "index"]
FIRST, SECOND = sandbox_key("index_key"), "b" * 64


@pytest.fixture
def filled(committed_db: None) -> World:
    """Something in every table that has a blind index."""
    context = april_context("rotation").at(datetime(2020, 12, 1, 3, 0, tzinfo=UTC))
    world = make_world(context)
    signed_up(context, [person(number) for number in range(40)], email="warga@contoh.id", phone="0812 3456 7890")
    (barred,) = signed_up(context, [person(50)])
    blacklist_applicants(context, [Blacklisting(barred, "fraud", context.uuid())])
    alike = row(7, "Orang Uji 7", nik=with_digit(person(7).nik, 15), phone="081234567891")
    rows = alike + "".join(row(number, f"Warga {number}", phone="081234567892") for number in range(60, 90))
    listed = HEADING.replace("\n", ";alamat\n") + rows.replace("\n", ";Jl. Melati No. 7\n")
    staged = stage_worker_list(context, listed.encode(), name="Daftar", source_name="Kemnaker")
    assert staged.worker_list_id is not None, staged
    publish_worker_list(context, staged.worker_list_id)
    assert propose_matches(context) == 1
    invite_listed_workers(context, staged.worker_list_id, CourierSandbox(), text="x", machine_now=context.now)
    load_registry_delta(
        context, f"{TEMPLATE}{person(3).nik};emis;;\n{person(95).nik};emis;;\n".encode(), source="emis", name="x"
    )
    add_assisted_rows(context.acting_as(CLERK), sheet_of(context), [answers_of(specimen(5))])
    accepted = signed(context, [answers_of(specimen(6), address="Jl. Melati No. 8")])
    forward_assisted_sheet(context.acting_as(MINISTRY), accepted)
    assert accept_assisted_sheet(context.acting_as(OFFICE), accepted, SpecimenCivilRegistry()).outcomes == {"ok": 1}
    (user,) = create_users(context, [UserRequest("p-1", "", Role.PARTICIPANT)])
    assert user.user_id is not None
    register_contacts(context, [ContactRequest(user.user_id, "email", "A@contoh.id")])
    asked = CodeRequest("sign_in", "phone", "0812-1111-2222", "{code}", "10.0.0.1")
    send_codes(context, [asked], CourierSandbox(), machine_now=context.now)
    assert [answer.code for answer in link_payout_accounts(context, [_link(world, 0)])] == [LinkCode.OK]
    # A list of which one part is there: its rows stand aside.
    db.execute(
        """
        INSERT INTO worker_list_staged_rows (
            worker_list_id, lane, row_number, nik_index, nik_cipher, name_cipher, birth_date, province_code,
            employment_status, likeness_index, address_cipher, address_index, nik_ends_in_zero
        )
        SELECT
            worker_list_id, lane, row_number, nik_index, nik_cipher, name_cipher, birth_date, province_code,
            employment_status, likeness_index, address_cipher, address_index, false
        FROM worker_list_rows
        """
    )
    return world


def _link(world: World, number: int, account: str = "12345678") -> LinkRequest:
    who = world.people[number]
    return LinkRequest(who.lane, who.participant_id, "bni", account)


def expected_under(key: str) -> dict[tuple[str, str], bool]:
    """For each column made of a cell: whether all its values stand under a key."""
    found = {}
    for index in blind_indexes():
        if not isinstance(index, IndexedColumn):
            continue
        needed = ", ".join((index.column, index.cell.row_id, index.cell.column, *index.beside))
        rows = db.rows(f"SELECT {needed} FROM {index.table} WHERE {index.column} IS NOT NULL ORDER BY 2")
        assert rows, index.table
        made = []
        for value, row_id, cell, *beside in rows:
            text = decrypt_field(cell, table=index.cell.table, column=index.cell.column, row_id=row_id)
            purpose, plain = index.of(text, *beside)
            made.append(bytes(value) == blind_index(plain, purpose=purpose, key=bytes.fromhex(key)))
        assert len(set(made)) == 1, (index.table, index.column, made)
        found[index.table, index.column] = made[0]
    return found


def schema() -> list[str]:
    """Columns, constraints and indexes of the tables concerned, whatever their order."""
    tables = [table for table, _ in columns_by_table()]
    parts = [
        db.rows(
            """
            SELECT attrelid::regclass || '.' || attname || ' ' || atttypid::regtype || ' ' || attnotnull
            FROM pg_attribute
            WHERE attrelid = ANY (%s::regclass[]) AND attnum > 0 AND NOT attisdropped
            ORDER BY 1
            """,
            [tables],
        ),
        db.rows(
            """
            SELECT conrelid::regclass || '.' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint
            -- PostgreSQL 18 keeps NOT NULL as constraints whose names nobody uses; the columns say it too.
            WHERE conrelid = ANY (%s::regclass[]) AND contype <> 'n'
            ORDER BY 1
            """,
            [tables],
        ),
        db.rows(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY (%s) ORDER BY 1", [tables]
        ),
    ]
    return [text for part in parts for (text,) in part]


def follows() -> list[bool]:
    """Whether blacklist, matches and invitations still join what they are about."""
    found = []
    for index in blind_indexes():
        if isinstance(index, FollowingColumn):
            on = " AND ".join(f"source.{theirs} = own.{mine}" for mine, theirs in index.on)
            alone = f"WHERE NOT EXISTS (SELECT FROM {index.source} source WHERE {on})"
            assert db.value(f"SELECT count(*) FROM {index.table}") > 0
            found.append(db.value(f"SELECT count(*) FROM {index.table} own {alone}") == 0)
    return found


@pytest.mark.django_db
def test_every_index_of_the_database_is_declared_and_has_its_twin() -> None:
    found = db.rows(
        """
        SELECT relname, attname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND atttypid = 'bytea'::regtype
            AND attname ~ '_index(_next)?$' AND NOT attisdropped
        ORDER BY relname, attname
        """
    )
    declared = {(table, column) for table, columns in columns_by_table() for column in columns}
    assert set(found) == declared | {(table, column + TWIN) for table, column in declared}
    # What a rotation does not carry over must not be there: checks and foreign keys of these columns.
    assert not db.rows(
        """
        SELECT conname
        FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
        WHERE contype IN ('c', 'f') AND (conrelid::regclass::text, attname) IN
            (SELECT * FROM unnest(%s::text[], %s::text[]))
        ORDER BY conname
        """,
        [[table for table, _ in declared], [column for _, column in declared]],
    )
    claims = {(one.table, one.column) for one in blind_indexes() if isinstance(one, IndexedClaims)}
    assert claims <= declared


def test_the_declarations_make_the_indexes_that_writers_make(filled: World) -> None:
    assert set(expected_under(FIRST).values()) == {True}
    assert set(follows()) == {True}


def test_all_indexes_come_under_the_next_key_and_the_first_stays_the_key_of_lanes(
    filled: World, keys: Callable[..., None]
) -> None:
    before, seeds = schema(), db.rows("SELECT applicant_id, lane, lane_seed FROM applicants ORDER BY applicant_id")
    counts = {table: db.value(f"SELECT count(*) FROM {table}") for table, _ in columns_by_table()}
    keys(index_key=FIRST, index_key_next=SECOND)
    context = april_context("rotates").acting_as("staff:command-line")
    steps = list(rotate_index_key(context))
    assert {step.step for step in steps if not step.step.startswith("index ")} == {"fill", "follow", "switch", "sweep"}
    assert get_index_state().state == "at_rest"
    assert expected_under(SECOND) == dict.fromkeys(expected_under(SECOND), True)
    assert set(follows()) == {True}
    assert schema() == before
    assert {table: db.value(f"SELECT count(*) FROM {table}") for table, _ in columns_by_table()} == counts
    assert db.rows("SELECT applicant_id, lane, lane_seed FROM applicants ORDER BY applicant_id") == seeds
    for table, columns in columns_by_table():
        for column in columns:
            assert db.value(f"SELECT count({column}{TWIN}) FROM {table}") == 0
    # Claims stand under the new key only, and still say whose the account is.
    (claim,) = db.rows("SELECT key, subject_id FROM claims WHERE kind = 'payout_account'")
    assert claim == (
        blind_index("bni:12345678", purpose="payout_account", key=bytes.fromhex(SECOND)).hex(),
        filled.people[0].participant_id,
    )
    events = db.rows("SELECT kind, actor FROM events WHERE kind LIKE 'index_key%%' ORDER BY event_id")
    assert events == [
        (f"index_key.{kind}", "staff:command-line") for kind in ("rotation_begun", "switched", "rotation_ended")
    ]
    # The processes of before the change of the environment, and those behind it.
    for names in ({}, {"index_key": SECOND, "index_key_next": "", "lane_key": FIRST}):
        keys(**names)
        assert queries.find_applicant_by_nik(person(3).nik) is not None
        assert queries.find_applicant_by_phone("+62 812 3456 7890") is not None
        (again,) = sign_up_applicants(context, [sign_up_of(person(3))])
        assert again.code is SignUpCode.NIK_ALREADY_SIGNED_UP
        assert [a.code for a in link_payout_accounts(context, [_link(filled, 1)])] == [LinkCode.TAKEN]
        assert not list(_some(rotate_index_key, context)) or get_index_state().state == "at_rest"
    # And once more, to a third key.
    keys(index_key_next="c" * 64)
    list(rotate_index_key(context))
    assert set(expected_under("c" * 64).values()) == {True}
    assert schema() == before


def _some(rotate: Callable[..., Iterator[object]], context: object) -> Iterator[object]:
    """There is nothing to rotate: it says so."""
    with pytest.raises(NoRotationError):
        yield from rotate(context)


def test_it_may_be_stopped_at_every_step_and_goes_on(filled: World, keys: Callable[..., None]) -> None:
    """Stopped behind each step in turn; between two runs people sign up, change their phone and are looked up."""
    keys(index_key=FIRST, index_key_next=SECOND)
    context = april_context("stopped").acting_as("staff:command-line")
    stops, newcomer = 0, 200
    while True:
        steps = rotate_index_key(context)
        taken = 0
        for taken, _ in enumerate(steps, start=1):
            if taken > stops:
                break
        steps.close()
        newcomer += 1
        (made,) = sign_up_applicants(context, [sign_up_of(person(newcomer), phone="08110000111")])
        assert made.code is SignUpCode.OK
        twice = sign_up_applicants(context, [sign_up_of(person(newcomer)), sign_up_of(person(5))])
        assert [one.code for one in twice] == [SignUpCode.NIK_ALREADY_SIGNED_UP] * 2
        for number in (5, newcomer):
            assert queries.find_applicant_by_nik(person(number).nik) is not None
        assert [a.code for a in link_payout_accounts(context, [_link(filled, 1)])] == [LinkCode.TAKEN]
        assert set(follows()) == {True}
        if taken <= stops:
            break
        # Some steps further each time: begun anew, it passes quickly over what is done.
        stops += 3
    assert stops > 20
    assert get_index_state().state == "at_rest"
    assert set(expected_under(SECOND).values()) == {True}
    assert db.value("SELECT count(*) FROM claims WHERE kind = 'payout_account'") == 1


def test_killed_in_the_middle_it_goes_on(
    committed_db: None, keys: Callable[..., None], tmp_path: Path, app_url: str
) -> None:
    signed_up(april_context("many"), [person(number) for number in range(8_000)], phone="081234567890")
    url = psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PRAKERJA_STATE_DIR": str(tmp_path / "state"),
        "PRAKERJA_INDEX_KEY_NEXT": SECOND,
        **{f"PRAKERJA_{name.upper()}": sandbox_key(name) for name in KEY_NAMES},
    }
    first = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    deadline = time.monotonic() + 60
    while not db.value("SELECT count(nik_index_next) FROM applicants"):
        assert time.monotonic() < deadline
        assert first.poll() is None, "it ended before anything was written"
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert 0 < db.value("SELECT count(nik_index_next) FROM applicants") < 8_000
    check = _run([*COMMAND, "--check"], environment)
    assert (check.returncode, "rotating" in check.stdout) == (1, True)
    again = _run(COMMAND, environment)
    assert again.returncode == 0, again.stderr
    assert "PRAKERJA_LANE_KEY is set to the first index key" in again.stdout
    keys(index_key=SECOND, lane_key=FIRST)
    assert db.value("SELECT count(DISTINCT nik_index) FROM applicants") == 8_000
    assert queries.find_applicant_by_nik(person(7_999).nik) is not None
    assert lane_key_fits()


def _run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def test_nobody_stands_twice_or_is_not_found_while_it_runs(committed_db: None, keys: Callable[..., None]) -> None:
    """Four threads sign up the same people and look them up, on connections of their own, all along."""
    keys(index_key=FIRST, index_key_next=SECOND)
    people = [person(number) for number in range(400)]
    signed_up(april_context("before"), people[:200])
    begun, ended = threading.Event(), threading.Event()
    problems: list[object] = []

    def live(seed: int) -> None:
        context = april_context(f"thread {seed}")
        try:
            begun.wait(30)
            turns = 0
            while not ended.is_set() or turns < len(people):
                someone = people[turns % len(people)]
                (code,) = {result.code for result in sign_up_applicants(context, [sign_up_of(someone)])}
                if turns % len(people) < 200 and code is not SignUpCode.NIK_ALREADY_SIGNED_UP:
                    problems.append(("twice", turns, code))
                if queries.find_applicant_by_nik(someone.nik) is None:
                    problems.append(("not found", turns))
                turns += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=live, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    begun.set()
    for _ in rotate_index_key(april_context("rotates")):
        time.sleep(0.01)
    ended.set()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert db.value("SELECT count(*) FROM applicants") == 400
    assert db.value("SELECT count(DISTINCT nik_index) FROM applicants") == 400
    assert {column: count_missing(table, columns) for table, columns in columns_by_table() for column in columns}
    keys(index_key=SECOND, index_key_next="", lane_key=FIRST)
    assert all(queries.find_applicant_by_nik(someone.nik) is not None for someone in people)


def test_who_does_not_know_the_keys_in_force_writes_nothing(committed_db: None, keys: Callable[..., None]) -> None:
    context = april_context("keys")
    signed_up(context, [person(1)])
    keys(index_key=FIRST)
    with pytest.raises(NoRotationError, match="INDEX_KEY_NEXT"):
        list(rotate_index_key(context))
    keys(index_key_next=SECOND)
    steps = rotate_index_key(context)
    next(steps)
    with pytest.raises(NoRotationError, match="another rotation"):
        _on_another_connection(lambda: next(rotate_index_key(context)))
    steps.close()
    # A process that was not started with both keys; one with a third; one that took another lane key.
    for wrong in ({"index_key_next": ""}, {"index_key_next": "c" * 64}, {"index_key_next": SECOND, "lane_key": SECOND}):
        keys(**wrong)
        with pytest.raises(IndexKeyUnknownError):
            sign_up_applicants(context, [sign_up_of(person(2))])
        with pytest.raises(NoRotationError):
            list(rotate_index_key(context))
    assert db.value("SELECT count(*) FROM applicants") == 1
    keys(lane_key=FIRST)
    list(rotate_index_key(context))
    keys(index_key=FIRST, index_key_next="")
    with pytest.raises(IndexKeyUnknownError):
        sign_up_applicants(context, [sign_up_of(person(2))])
    keys(index_key=SECOND, lane_key="")
    with pytest.raises(IndexKeyUnknownError, match="LANE_KEY"):
        index_writer()
    assert not lane_key_fits()


def _on_another_connection(call: Callable[[], object]) -> None:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - handed on
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    for error in raised:
        raise error


def test_a_row_whose_cell_is_gone_stops_it_before_anything_is_switched(
    committed_db: None, keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = april_context("gone")
    (barred,) = signed_up(context, [person(1)])
    blacklist_applicants(context, [Blacklisting(barred, "fraud", context.uuid())])
    db.execute("UPDATE blacklist SET nik_index = '\\x01'")
    keys(index_key=FIRST, index_key_next=SECOND)
    monkeypatch.setattr(index_rotation, "_PAGES_AT_ONCE", 1)
    with pytest.raises(NoRotationError, match=r"blacklist \(1 rows\)"):
        list(rotate_index_key(context))
    assert get_index_state().rows_left == {"blacklist": 1}
    assert set(expected_of_applicants()) == {FIRST}


def expected_of_applicants() -> set[str]:
    nik = person(1).nik
    (stored,) = db.row("SELECT nik_index FROM applicants") or ()
    return {key for key in (FIRST, SECOND) if bytes(stored) == blind_index(nik, purpose="nik", key=bytes.fromhex(key))}
