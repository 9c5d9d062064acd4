"""Accounts of participants: linked, then validated by the payout partner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.access.index_keys import Pair, index_writer
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.payouts.bank import AccountQuestion, Bank
from prakerja.payouts.errors import LinkCode, ValidateCode
from prakerja.payouts.rules import PAYOUT_PARTNERS, account_number_is_well_formed, judge_account

CLAIM = "payout_account"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A participant names the account that shall receive the incentives."""

    lane: int
    participant_id: UUID
    payout_partner: str
    account_number: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The answer; the id stands with ok and repeated."""

    code: LinkCode
    payout_account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """An account to ask the payout partner about."""

    lane: int
    payout_account_id: UUID


@dataclass(frozen=True, slots=True)
class ValidateResult:
    """The answer to one validation."""

    code: ValidateCode


def link_payout_accounts(context: Context, requests: Sequence[LinkRequest]) -> list[LinkResult]:
    """Link accounts, replacing the one in use. An account is one participant's for ever, also when it was replaced.

    Codes in order: unknown_participant, unknown_partner, bad_account_number, repeated, taken, ok.

    Cost: two reads, four writes per round; a participant's second request in one call waits for the next round.
    """
    results: dict[int, LinkResult] = {}
    with db.transaction():
        for positions in _rounds([(r.lane, r.participant_id) for r in requests]):
            answers = _link_round(context, [requests[position] for position in positions])
            results.update(zip(positions, answers, strict=True))
    return [results[position] for position in range(len(requests))]


def validate_payout_accounts(
    context: Context, requests: Sequence[ValidateRequest], *, bank: Bank
) -> list[ValidateResult]:
    """Ask the payout partner about accounts: same NIK, KYC passed, active. A refused one may be asked again.

    Codes in order: unknown_account, replaced, repeated, nik_differs, kyc_missing, inactive, ok.

    Rule: INC-01. The bank is asked outside the transaction. Cost: one read, one call, two writes.
    """
    unique = list(dict.fromkeys((r.lane, r.payout_account_id) for r in requests))
    known = _accounts_to_check(unique)
    asked = [key for key in unique if key in known and known[key].code is ValidateCode.OK]
    answers = bank.check_accounts([known[key].question for key in asked])
    codes = {key: facts.code for key, facts in known.items()}
    with db.transaction():
        if asked:
            written = _write_checks(context, asked, answers)
            for key, answer in zip(asked, answers, strict=True):
                # Somebody replaced or validated it while the bank was thinking.
                codes[key] = judge_account(answer) if key in written else ValidateCode.REPLACED
            events = [
                Event("payout_account.checked", account_id, {"answer": codes[lane, account_id]}, lane)
                for lane, account_id in asked
            ]
            record_events(context, events)
    seen: set[tuple[int, UUID]] = set()
    results = []
    for request in requests:
        key = (request.lane, request.payout_account_id)
        code = codes.get(key, ValidateCode.UNKNOWN_ACCOUNT)
        results.append(ValidateResult(ValidateCode.REPEATED if code is ValidateCode.OK and key in seen else code))
        seen.add(key)
    return results


def indexed_account(payout_partner: str, account_number: str) -> str:
    """What the index of an account is made of: a number is unique at its bank or wallet only."""
    return f"{payout_partner}:{account_number}"


@dataclass(frozen=True, slots=True)
class _Linked:
    name: str
    live_id: UUID | None
    live_index: bytes | None


@dataclass(frozen=True, slots=True)
class _ToCheck:
    code: ValidateCode
    question: AccountQuestion


def _rounds(keys: Sequence[tuple[int, UUID]]) -> Iterator[range]:
    """Stretches of the list in which nobody stands twice: the list is decided in order, whoever comes again waits."""
    start = 0
    seen: set[tuple[int, UUID]] = set()
    for position, key in enumerate(keys):
        if key in seen:
            yield range(start, position)
            start, seen = position, set()
        seen.add(key)
    if keys:
        yield range(start, len(keys))


def _link_round(context: Context, requests: Sequence[LinkRequest]) -> list[LinkResult]:
    participants = _lock_participants([(r.lane, r.participant_id) for r in requests])
    writer = index_writer()
    pairs = [writer.pair(indexed_account(r.payout_partner, r.account_number), purpose=CLAIM) for r in requests]
    results: list[LinkResult] = []
    fresh = []
    for position, request in enumerate(requests):
        facts = participants.get((request.lane, request.participant_id))
        if facts is None:
            results.append(LinkResult(LinkCode.UNKNOWN_PARTICIPANT))
        elif request.payout_partner not in PAYOUT_PARTNERS:
            results.append(LinkResult(LinkCode.UNKNOWN_PARTNER))
        elif not account_number_is_well_formed(request.account_number):
            results.append(LinkResult(LinkCode.BAD_ACCOUNT_NUMBER))
        elif facts.live_index == pairs[position][0]:
            results.append(LinkResult(LinkCode.REPEATED, facts.live_id))
        else:
            results.append(LinkResult(LinkCode.OK, context.uuid()))
            fresh.append(position)
    owners = _claim_accounts(context, [(pairs[p], requests[p]) for p in fresh])
    links, tried = [], []
    for position in fresh:
        request, pair = requests[position], pairs[position]
        if owners[pair[0].hex()] == request.participant_id:
            name = participants[request.lane, request.participant_id].name
            links.append((request, pair, results[position].payout_account_id, name))
        else:
            results[position] = LinkResult(LinkCode.TAKEN)
            tried.append((request.lane, request.participant_id, owners[pair[0].hex()]))
    _write_links(context, links)
    _note_attempts(context, tried)
    return results


def _note_attempts(context: Context, tried: Sequence[tuple[int, UUID, UUID]]) -> None:
    """Who tried somebody else's account, once a pair: a finding of the office, no refusal."""
    if not tried:
        return
    noted = db.rows(
        """
        INSERT INTO payout_account_attempts (lane, participant_id, holder_id, first_at)
        SELECT lane, participant_id, holder_id, %s
        FROM unnest(%s::smallint[], %s::uuid[], %s::uuid[]) AS given (lane, participant_id, holder_id)
        ORDER BY lane, participant_id, holder_id
        ON CONFLICT DO NOTHING
        RETURNING lane, participant_id, holder_id
        """,
        (context.now, *map(list, zip(*tried, strict=True))),
    )
    record_events(
        context,
        [
            Event("payout_account.taken_by_another", participant_id, {"holder_id": holder_id}, lane)
            for lane, participant_id, holder_id in noted
        ],
    )


def _lock_participants(keys: Sequence[tuple[int, UUID]]) -> dict[tuple[int, UUID], _Linked]:
    unique = sorted(set(keys))
    columns = ([lane for lane, _ in unique], [participant_id for _, participant_id in unique])
    db.execute(
        """
        SELECT 1
        FROM participants p
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id) USING (lane, participant_id)
        ORDER BY p.lane, p.participant_id
        FOR NO KEY UPDATE OF p
        """,
        columns,
    )
    found = db.rows(
        """
        SELECT p.lane, p.participant_id, a.name, live.payout_account_id, live.account_index
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        JOIN participants p USING (lane, participant_id)
        JOIN applicants a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        LEFT JOIN payout_accounts live
            ON live.lane = p.lane AND live.participant_id = p.participant_id AND live.replaced_at IS NULL
        ORDER BY p.lane, p.participant_id
        """,
        columns,
    )
    return {(row[0], row[1]): _Linked(row[2], row[3], None if row[4] is None else bytes(row[4])) for row in found}


def _claim_accounts(context: Context, wanted: Sequence[tuple[Pair, LinkRequest]]) -> dict[str, UUID]:
    """Claim the accounts for whoever comes first; the holder of each, by its index in force.

    While the index key is rotated, whoever holds an account claims it under the next key too.
    """
    owners = _claim(context, [(index, request) for (index, _), request in wanted])
    _claim(
        context,
        [
            (twin, request)
            for (index, twin), request in wanted
            if twin is not None and owners[index.hex()] == request.participant_id
        ],
    )
    return owners


def _claim(context: Context, wanted: Sequence[tuple[bytes, LinkRequest]]) -> dict[str, UUID]:
    if not wanted:
        return {}
    items = [
        {"key": index.hex(), "lane": request.lane, "subject_id": request.participant_id, "hash": UUID(bytes=index)}
        for index, request in wanted
    ]
    # DISTINCT ON by the place in the list, so that the first of two in one call gets the account.
    db.execute(
        """
        INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
        SELECT %s, first.key, first.lane, first.subject_id, first.hash, %s
        FROM (
            SELECT DISTINCT ON (g.key) g.*
            FROM ROWS FROM (
                json_to_recordset(%s::json) AS (key text, lane smallint, subject_id uuid, hash uuid)
            ) WITH ORDINALITY AS g (key, lane, subject_id, hash, ordinal)
            ORDER BY g.key, g.ordinal
        ) AS first
        ORDER BY first.key
        ON CONFLICT DO NOTHING
        """,
        (CLAIM, context.now, db.encode_json(items)),
    )
    found = db.rows(
        "SELECT key, subject_id FROM claims WHERE kind = %s AND key = ANY (%s) ORDER BY key",
        (CLAIM, [index.hex() for index, _ in wanted]),
    )
    return dict(found)


def _write_links(context: Context, links: Sequence[tuple[LinkRequest, Pair, UUID | None, str]]) -> None:
    if not links:
        return
    db.execute(
        """
        UPDATE payout_accounts
        SET replaced_at = %s
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        WHERE payout_accounts.lane = given.lane
            AND payout_accounts.participant_id = given.participant_id
            AND payout_accounts.replaced_at IS NULL
        """,
        (context.now, [r.lane for r, *_ in links], [r.participant_id for r, *_ in links]),
    )
    rows = []
    events = []
    for request, pair, account_id, holder_name in links:
        assert account_id is not None  # noqa: S101 - it was given with ok
        cipher = encrypt_field(
            request.account_number, table="payout_accounts", column="account_cipher", row_id=account_id
        )
        rows.append(
            (
                request.lane, account_id, request.participant_id, request.payout_partner, cipher, *pair, holder_name,
                context.now,
            )
        )  # fmt: skip
        payload = {"participant_id": request.participant_id, "payout_partner": request.payout_partner}
        events.append(Event("payout_account.linked", account_id, payload, request.lane))
    db.copy_rows(
        "payout_accounts",
        (
            "lane", "payout_account_id", "participant_id", "payout_partner", "account_cipher", "account_index",
            "account_index_next", "holder_name", "linked_at",
        ),
        rows,
    )  # fmt: skip
    record_events(context, events)


def _accounts_to_check(keys: Sequence[tuple[int, UUID]]) -> dict[tuple[int, UUID], _ToCheck]:
    found = db.rows(
        """
        SELECT
            p.lane, p.payout_account_id, p.payout_partner, p.account_cipher, p.replaced_at IS NOT NULL,
            p.validated_at IS NOT NULL, a.applicant_id, a.nik_cipher
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, payout_account_id)
        JOIN payout_accounts p USING (lane, payout_account_id)
        JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
        JOIN applicants a ON a.lane = p.lane AND a.applicant_id = holder.applicant_id
        ORDER BY p.lane, p.payout_account_id
        """,
        ([lane for lane, _ in keys], [account_id for _, account_id in keys]),
    )
    known = {}
    for lane, account_id, partner, account_cipher, replaced, validated, applicant_id, nik_cipher in found:
        code = ValidateCode.OK
        if replaced:
            code = ValidateCode.REPLACED
        elif validated:
            code = ValidateCode.REPEATED
        number = decrypt_field(account_cipher, table="payout_accounts", column="account_cipher", row_id=account_id)
        nik = decrypt_field(nik_cipher, table="applicants", column="nik_cipher", row_id=applicant_id)
        known[lane, account_id] = _ToCheck(code, AccountQuestion(partner, number, nik))
    return known


def _write_checks(
    context: Context, keys: Sequence[tuple[int, UUID]], answers: Sequence[object]
) -> set[tuple[int, UUID]]:
    items = [
        {"lane": lane, "payout_account_id": account_id, "answer": answer}
        for (lane, account_id), answer in zip(keys, answers, strict=True)
    ]
    found = db.rows(
        """
        UPDATE payout_accounts
        SET nik_matches = given.nik_matches,
            kyc_passed = given.kyc_passed,
            account_active = given.account_active,
            checked_at = %(now)s,
            validated_at = CASE
                WHEN given.nik_matches AND given.kyc_passed AND given.account_active THEN %(now)s::timestamptz
            END
        FROM (
            SELECT
                g.lane, g.payout_account_id, (g.answer ->> 'nik_matches')::boolean AS nik_matches,
                (g.answer ->> 'kyc_passed')::boolean AS kyc_passed,
                (g.answer ->> 'account_active')::boolean AS account_active
            FROM json_to_recordset(%(items)s::json) AS g (lane smallint, payout_account_id uuid, answer json)
        ) AS given
        WHERE payout_accounts.lane = given.lane
            AND payout_accounts.payout_account_id = given.payout_account_id
            AND payout_accounts.replaced_at IS NULL
            AND payout_accounts.validated_at IS NULL
        RETURNING payout_accounts.lane, payout_accounts.payout_account_id
        """,
        {"now": context.now, "items": db.encode_json(items)},
    )
    return {(lane, account_id) for lane, account_id in found}
