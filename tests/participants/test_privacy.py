"""No personal value leaves its encrypted cell: not in the event log, a log line, an error, an address, a job."""

import logging
import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from prakerja.access.messages import CourierSandbox
from prakerja.kit import db
from prakerja.kit.crypto import UnreadableFieldError, decrypt_field
from prakerja.participants import queries
from prakerja.participants.operations import (
    evaluate_eligibility,
    publish_worker_list,
    sign_up_applicants,
    stage_worker_list,
    verify_identities,
)
from prakerja.participants.operations.registry_deltas import (
    Notice,
    confirm_registry_delta,
    load_registry_delta,
    screen_holders,
)
from prakerja.participants.operations.worker_list_matches import propose_matches
from prakerja.participants.registry_delta_files import TEMPLATE
from prakerja.participants.sandbox import CivilRegistrySandbox
from tests.participants.people import april_context, eligible, founding, person, sign_up_of, signed_up

SOMEONE = person(1, name="Xaverius Qomarudin", kk="3201999988887777")
PHONE, EMAIL = "081298765432", "xaverius.q@contoh.id"
# Every written form in which a value could slip out.
SECRETS = (
    SOMEONE.nik,
    SOMEONE.kk,
    "Xaverius",
    "XAVERIUS",
    "xaverius",
    "81298765432",
    SOMEONE.nik[6:],
)
# Columns that hold a value in the open, and why that is so.
IN_THE_OPEN = {
    ("applicants", "name"),  # decision 13
}


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def live(caplog: pytest.LogCaptureFixture) -> None:
    """Everything that happens to a person in this package."""
    caplog.set_level(logging.DEBUG)
    context = april_context("privacy")
    (key,) = eligible(context, [SOMEONE], phone=PHONE, email=EMAIL)
    sign_up_applicants(context, [sign_up_of(SOMEONE), sign_up_of(SOMEONE, nik="123")])
    twin = f"{SOMEONE.nik[:15]}9"
    stage = stage_worker_list(
        april_context("list"),
        "nik;nama;tanggal_lahir;kode_provinsi;status;telepon\n"
        f"{SOMEONE.nik};Xaverius Qomarudin;{SOMEONE.birth_date};32;phk;{PHONE}\n"
        f"{twin};Xaverius Qomarudin;{SOMEONE.birth_date};32;phk;{PHONE}\n"
        f"{SOMEONE.nik};Xaverius Qomarudin;;32;phk;{PHONE}\n"
        f"{SOMEONE.nik[:15]};Xaverius Qomarudin;;32;phk;\n".encode(),
        name="Daftar",
        source_name="Kemnaker",
    )
    assert stage.worker_list_id is not None
    publish_worker_list(context, stage.worker_list_id)
    propose_matches(context)
    evaluate_eligibility(context, [key], founding())
    verify_identities(context, [key], CivilRegistrySandbox([]))
    delta = load_registry_delta(
        context,
        f"{TEMPLATE}{SOMEONE.nik};pddikti;;2019-01-01\n{SOMEONE.nik};x;;\n".encode(),
        source="pddikti",
        name="x",
    )
    assert delta.delta_id is not None
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = %s", [key])
    assert screen_holders(context, delta.delta_id, founding()).found == 1
    notice = Notice(CourierSandbox(), "Ada pertanyaan dari register.", context.now)
    confirm_registry_delta(context.acting_as("staff:pmo-2"), delta.delta_id, notice=notice)


@pytest.mark.django_db
def test_no_table_holds_a_personal_value_in_the_open(caplog: pytest.LogCaptureFixture) -> None:
    live(caplog)
    tables = db.rows(
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        ORDER BY relname
        """
    )
    found = set()
    for (table,) in tables:
        for (text,) in db.rows(f'SELECT to_jsonb(t)::text FROM "{table}" AS t ORDER BY 1'):
            for column in leaks(text) and _columns(table, text):
                found.add((table, column))
    assert found == IN_THE_OPEN


def _columns(table: str, text: str) -> list[str]:
    import msgspec

    row = msgspec.json.decode(text, type=dict[str, object])
    return [column for column, value in row.items() if leaks(str(value))]


@pytest.mark.django_db
def test_events_and_log_lines_name_nobody(caplog: pytest.LogCaptureFixture) -> None:
    live(caplog)
    events = db.rows("SELECT kind, actor, payload::text FROM events ORDER BY event_id")
    assert len(events) > 8
    assert [event for event in events if leaks(" ".join(event))] == []
    # The driver's own debug lines would hold parameters; nothing here writes one.
    assert [record.getMessage() for record in caplog.records if leaks(record.getMessage())] == []


@pytest.mark.django_db
def test_errors_name_the_cell_and_never_the_value(caplog: pytest.LogCaptureFixture) -> None:
    (key,) = signed_up(april_context(), [SOMEONE], phone=PHONE)
    cipher = db.value("SELECT phone_cipher FROM applicants")
    with pytest.raises(UnreadableFieldError) as unreadable:
        decrypt_field(cipher, table="applicants", column="email_cipher", row_id=key)
    assert leaks(str(unreadable.value)) == []
    with pytest.raises(LookupError) as missing:
        queries.get_worker_list_preview(key)
    assert leaks(str(missing.value)) == []
    result = stage_worker_list(
        april_context("bad"),
        f"nik;nama;status\n{SOMEONE.nik};Xaverius Qomarudin;?\n".encode(),
        name="x",
        source_name="x",
    )
    assert result.worker_list_id is not None
    assert leaks(queries.worker_list_error_file(result.worker_list_id, explain=str).decode()) == []


def test_no_address_takes_a_personal_value() -> None:
    def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
        found = []
        for pattern in patterns:
            where = before + str(pattern.pattern)
            found += routes(pattern.url_patterns, where) if isinstance(pattern, URLResolver) else [where]
        return found

    parameters = {
        name for route in routes(get_resolver().url_patterns) for name in re.findall(r"<(?:\w+:)?(\w+)>", route)
    }
    assert parameters
    assert {name for name in parameters if re.search("nik|kk|phone|telepon|email|name$", name)} <= {"act_name", "name"}
