"""Living eligibility: what registers say later. Loading → dry run → a second person confirms → notice → a decision.

Nothing happens to anybody by a file: it says whom it would affect, those are told and can answer, a person decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from prakerja.access.index_keys import IndexWriter, index_writer
from prakerja.access.messages import Courier, Letter
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.crypto import ColumnCipher, decrypt_field
from prakerja.participants.errors import DeltaCode
from prakerja.participants.lanes import every_lane, nik_placer
from prakerja.participants.registry_delta_files import DeltaRow, read_delta
from prakerja.participants.rules import PersonFacts, Verdict, decide_eligibility
from prakerja.programme.queries import get_regime_book_of
from prakerja.programme.regimes import Regime

# How long whoever is named by a finding may answer before anybody decides.
ANSWER_DAYS = 14
_EDUCATION = frozenset({"dapodik", "pddikti", "emis"})


@dataclass(frozen=True, slots=True)
class DeltaResult:
    """What became of a file; `found` is the number of people whom it would affect, by rule in `by_rule`."""

    code: DeltaCode
    delta_id: UUID | None = None
    rows: int = 0
    good_rows: int = 0
    bad: tuple[tuple[int, str], ...] = ()
    found: int = 0
    by_rule: tuple[tuple[str, int], ...] = ()


def load_registry_delta(context: Context, content: bytes, *, source: str, name: str) -> DeltaResult:
    """Keep the rows of a delta file; nobody is affected. Columns: nik, fakta, nilai, sejak.

    Codes: delta_not_readable, columns_missing, no_rows, delta_already_loaded. Bad rows are named by line and reason.
    Cost: one COPY; about eight microseconds of Python a row.
    """
    file = read_delta(content)
    if file.code is not DeltaCode.OK:
        return DeltaResult(file.code)
    delta_id = context.uuid()
    good, bad = len(file.good), len(file.bad)
    with db.transaction():
        created = db.execute(
            """
            INSERT INTO registry_deltas
                (id, source, name, file_sha256, state, rows, good_rows, bad_rows, loaded_by, loaded_at)
            VALUES (%s, %s, %s, %s, 'loaded', %s, %s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [delta_id, source, name, sha256(content).hexdigest(), good + bad, good, bad, context.actor, context.now],
        )
        if not created:
            return DeltaResult(DeltaCode.ALREADY_LOADED)
        # Asked for before the COPY: while rows are being copied, the connection answers nothing else.
        writer = index_writer()
        db.copy_rows(
            "registry_delta_rows",
            [
                *("lane", "delta_id", "row_number", "nik_index", "nik_index_next", "nik_cipher", "fact", "amount_idr"),
                "since_date",
            ],
            _indexed(writer, delta_id, file.good),
            binary_types=("int2", "uuid", "int4", "bytea", "bytea", "bytea", "text", "int8", "date"),
        )
        record_events(
            context, [Event("registry_delta.loaded", delta_id, {"source": source, "good_rows": good, "bad_rows": bad})]
        )
    return DeltaResult(DeltaCode.OK, delta_id, good + bad, good, file.bad)


def _indexed(writer: IndexWriter, delta_id: UUID, rows: Iterable[DeltaRow]) -> Iterator[tuple[object, ...]]:
    place = nik_placer(writer)
    cipher = ColumnCipher(table="registry_delta_rows", column="nik_cipher")
    for row_number, row in enumerate(rows, start=1):
        nik = row.nik.encode()
        lane, (index, twin) = place(nik)
        kept = cipher.encrypt(nik, f"{delta_id}/{row_number}".encode())
        yield (lane, delta_id, row_number, index, twin, kept, row.fact, row.amount_idr, row.since_date)


def screen_holders(context: Context, delta_id: UUID, regime: Regime) -> DeltaResult:
    """The dry run: which holders a delta would affect, and by which rule. It can be run again until it is confirmed.

    Holders are whoever was decreed, and whoever was found eligible and waits for a wave or its decree.

    Everybody is judged by the rules under which the decision was made (`regime` where none is on record), and a fact
    counts only when it held on that day already. Codes: delta_not_found, already_confirmed, discarded.
    Rules: ELIG-01, 03, 05, 09. Cost: one join, one COPY; some microseconds of Python per holder in the file, none for
    the others.
    """
    with db.transaction():
        state = _lock(delta_id)
        if state is None or state not in {"loaded", "screened"}:
            return DeltaResult(_not_open(state))
        db.execute("DELETE FROM eligibility_findings WHERE delta_id = %s", [delta_id])
        counts: dict[str, int] = {}
        # A list: while rows are being copied, the connection answers nothing else.
        named = list(_findings(context, delta_id, regime, counts))
        found = db.copy_rows(
            "eligibility_findings",
            ["lane", "finding_id", "applicant_id", "delta_id", "rule", "regime_version", "evidence", "found_at"],
            named,
        )
        db.execute(
            "UPDATE registry_deltas SET state = 'screened', screened_at = %s, found = %s WHERE id = %s",
            [context.now, found, delta_id],
        )
        by_rule = tuple(sorted(counts.items()))
        record_events(context, [Event("registry_delta.screened", delta_id, {"found": found, **dict(by_rule)})])
    return DeltaResult(DeltaCode.OK, delta_id, found=found, by_rule=by_rule)


@dataclass(frozen=True, slots=True)
class _Holder:
    lane: int
    applicant_id: UUID
    birth_date: date
    signed_up_at: datetime
    employment_status: str
    regime_version: str | None
    decided_at: datetime | None
    fact: str
    amount_idr: int | None
    since_date: date | None


def _findings(context: Context, delta_id: UUID, regime: Regime, counts: dict[str, int]) -> Iterator[tuple[object, ...]]:
    holders = db.rows(
        """
        SELECT a.lane, a.applicant_id, a.birth_date, a.signed_up_at, a.employment_status, a.regime_version,
            -- Of somebody who is not named by a decree yet, the facts of today count: the decree is still to come.
            CASE a.state WHEN 'decreed' THEN a.decided_at ELSE %s END, d.fact, d.amount_idr, d.since_date
        FROM registry_delta_rows AS d
        JOIN applicants AS a ON (a.lane, a.nik_index) = (d.lane, d.nik_index)
        WHERE d.delta_id = %s AND (a.state = 'decreed' OR (a.state = 'ready' AND a.eligibility = 'eligible'))
        ORDER BY a.lane, a.applicant_id
        """,
        [context.now, delta_id],
    )
    for row in holders:
        holder = _Holder(*row)
        verdict, version = _judge(holder, regime)
        if verdict is None or verdict.rule is None:
            continue
        counts[verdict.rule] = counts.get(verdict.rule, 0) + 1
        yield (
            holder.lane,
            context.uuid(),
            holder.applicant_id,
            delta_id,
            verdict.rule,
            version,
            db.encode_json(verdict.evidence),
            context.now,
        )


def _judge(holder: _Holder, regime: Regime) -> tuple[Verdict | None, str]:
    """The verdict that the fact would have changed; None when it would not. And the version of the rules."""
    decided = holder.signed_up_at if holder.decided_at is None else holder.decided_at
    decided_date = jakarta_date(decided)
    if holder.fact == "gone" or (holder.since_date is not None and holder.since_date > decided_date):
        return None, regime.version
    rules = _rules_of(holder.regime_version, decided_date, regime)
    verdict = decide_eligibility(
        PersonFacts(
            identity_answer="not_found" if holder.fact == "not_found" else "confirmed",
            birth_date=holder.birth_date,
            signed_up_date=jakarta_date(holder.signed_up_at),
            employment_status=holder.employment_status,
            registers_asked=True,
            formal_education_source=holder.fact if holder.fact in _EDUCATION else None,
            excluded_office=holder.fact if holder.fact in rules.excluded_offices else None,
            receives_social_aid=False,
            # What else was true at the decision is not judged again: the delta says nothing about it.
            already_participant=False,
            blacklisted=False,
            household_recipients=0,
            monthly_wage_idr=holder.amount_idr,
            identity_date=holder.since_date,
            as_of_date=holder.since_date or decided_date,
        ),
        rules,
    )
    return (verdict if verdict.outcome == "refused" else None), rules.version


@lru_cache(maxsize=1_024)
def _rules_of(version: str | None, day: date, otherwise: Regime) -> Regime:
    """The rules as they were loaded when somebody was decided about; few versions and days, asked for once each."""
    if version is None or version == otherwise.version:
        return otherwise
    try:
        return get_regime_book_of(version).on(day)
    except LookupError:
        return otherwise


@dataclass(frozen=True, slots=True)
class Notice:
    """How the people of a delta are told, and in which words (no personal value in them)."""

    courier: Courier
    text: str
    machine_now: datetime


def confirm_registry_delta(
    context: Context, delta_id: UUID, *, notice: Notice, answer_days: int = ANSWER_DAYS
) -> DeltaResult:
    """A second person confirms a dry run: its people get notice, with a day until which they can answer.

    The notice goes to the phone, else to the e-mail address; handed over in the same transaction.

    Codes: delta_not_found, not_screened, already_confirmed, discarded, same_person.
    Cost: three set-based statements and one event a person.
    """
    with db.transaction():
        state = _lock(delta_id)
        if state != "screened":
            return DeltaResult(DeltaCode.NOT_SCREENED if state == "loaded" else _not_open(state))
        loaded_by = db.value("SELECT loaded_by FROM registry_deltas WHERE id = %s", [delta_id])
        if loaded_by == context.actor:
            return DeltaResult(DeltaCode.SAME_PERSON)
        db.execute(
            "UPDATE registry_deltas SET state = 'confirmed', confirmed_by = %s, confirmed_at = %s WHERE id = %s",
            [context.actor, context.now, delta_id],
        )
        deadline = context.now + timedelta(days=answer_days)
        noticed = db.rows(
            """
            UPDATE eligibility_findings
            SET state = 'noticed', noticed_at = %s, deadline_at = %s
            WHERE delta_id = %s AND state = 'proposed'
            RETURNING lane, applicant_id, finding_id, rule
            """,
            [context.now, deadline, delta_id],
        )
        _send_notices(context, [applicant_id for _, applicant_id, _, _ in noticed], notice)
        _take_over_facts(context, delta_id)
        record_events(
            context,
            [
                Event(
                    "applicant.eligibility_questioned",
                    applicant_id,
                    {"finding_id": finding_id, "rule": rule, "deadline_at": deadline},
                    lane,
                )
                for lane, applicant_id, finding_id, rule in noticed
            ],
        )
        record_events(context, [Event("registry_delta.confirmed", delta_id, {"noticed": len(noticed)})])
    return DeltaResult(DeltaCode.OK, delta_id, found=len(noticed))


def _send_notices(context: Context, applicant_ids: Sequence[UUID], notice: Notice) -> None:
    people = db.rows(
        """
        SELECT applicant_id, phone_cipher, email_cipher
        FROM applicants
        WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
        ORDER BY lane, applicant_id
        """,
        [every_lane(), list(applicant_ids)],
    )
    letters = []
    for applicant_id, phone, email in people:
        kind, cipher = ("phone", phone) if phone is not None else ("email", email)
        if cipher is not None:
            to = decrypt_field(cipher, table="applicants", column=f"{kind}_cipher", row_id=applicant_id)
            letters.append(Letter(kind, to, notice.text))
    notice.courier.send(letters, ids=context.ids, machine_now=notice.machine_now)


def _take_over_facts(context: Context, delta_id: UUID) -> None:
    """What the register says now counts for those who are not decreed yet: the next decision about them reads it."""
    db.execute(
        """
        UPDATE applicants AS a
        SET formal_education_source = CASE
                WHEN d.fact IN ('dapodik', 'pddikti', 'emis') THEN d.fact
                WHEN d.fact = 'gone' AND delta.source IN ('dapodik', 'pddikti', 'emis')
                    AND a.formal_education_source = delta.source THEN NULL
                ELSE a.formal_education_source
            END,
            excluded_office = CASE
                WHEN delta.source = 'state_employees' THEN nullif(d.fact, 'gone')
                ELSE a.excluded_office
            END,
            receives_social_aid = CASE
                WHEN delta.source = 'social_aid' THEN d.fact = 'social_aid'
                ELSE a.receives_social_aid
            END,
            monthly_wage_idr = CASE
                WHEN delta.source IN ('wage', 'insurance') THEN d.amount_idr
                ELSE a.monthly_wage_idr
            END,
            identity_answer = CASE
                WHEN delta.source <> 'civil_registry' THEN a.identity_answer
                WHEN d.fact = 'not_found' THEN 'not_found'
                WHEN d.fact = 'gone' AND a.identity_answer = 'not_found' THEN 'confirmed'
                ELSE a.identity_answer
            END
        FROM registry_delta_rows AS d
        JOIN registry_deltas AS delta ON delta.id = d.delta_id
        WHERE d.delta_id = %s
            AND (a.lane, a.nik_index) = (d.lane, d.nik_index)
            AND a.registers_asked_at <= %s
            AND a.state <> 'decreed'
        """,
        [delta_id, context.now],
    )


def discard_registry_delta(context: Context, delta_id: UUID) -> DeltaResult:
    """Throw a delta away that is not confirmed: nobody hears of it.

    Codes: delta_not_found, already_confirmed, discarded.
    """
    with db.transaction():
        state = _lock(delta_id)
        if state is None or state not in {"loaded", "screened"}:
            return DeltaResult(_not_open(state))
        db.execute("DELETE FROM eligibility_findings WHERE delta_id = %s", [delta_id])
        db.execute("DELETE FROM registry_delta_rows WHERE delta_id = %s", [delta_id])
        db.execute("UPDATE registry_deltas SET state = 'discarded' WHERE id = %s", [delta_id])
        record_events(context, [Event("registry_delta.discarded", delta_id)])
    return DeltaResult(DeltaCode.OK, delta_id)


def _lock(delta_id: UUID) -> str | None:
    found = db.row("SELECT state FROM registry_deltas WHERE id = %s FOR UPDATE", [delta_id])
    return None if found is None else found[0]


def _not_open(state: str | None) -> DeltaCode:
    if state is None:
        return DeltaCode.DELTA_NOT_FOUND
    return DeltaCode.ALREADY_CONFIRMED if state == "confirmed" else DeltaCode.DISCARDED
