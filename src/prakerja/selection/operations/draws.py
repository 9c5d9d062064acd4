"""The draw in acts: commit the frozen list; reveal the seed, rank, record. Publishing is a read (see queries).

Whoever draws works on the committed rows, never on the joinings behind them; those must still be what they were.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.programme.regimes import Regime
from prakerja.selection.beacon import Beacon, ForgedRandomnessError, Randomness
from prakerja.selection.draw_lists import digest_of_joinings, freeze_list, read_list, read_quotas
from prakerja.selection.errors import DrawCode, WaveCode
from prakerja.selection.merkle import CHUNK_ROWS, root_of_leaves
from prakerja.selection.operations.waves import WaveResult, count_joinings
from prakerja.selection.queries.seals import confirmed_seals, opened_seeds
from prakerja.selection.rules import RECORD_BYTES, RULE_VERSION, ClassResult, Quota, commitment_text, draw_seed
from prakerja.selection.seal_draw import fallback_facts, randomness_of_seeds
from prakerja.selection.steps import Report, tell_nobody

if TYPE_CHECKING:
    from prakerja.selection.ranking import Ranking, Records

FALLBACK_AFTER = timedelta(days=7)
"""How long the beacon may be silent before the sealed seeds may be opened in its place."""


@dataclass(frozen=True, slots=True)
class DrawAnswer:
    """The answer to one act; figures as far as the act got."""

    code: DrawCode
    draw_id: UUID | None = None
    applicants: int = 0
    selected: int = 0


class _RefusedError(Exception):
    """Takes back what a reveal has written so far; never leaves this module."""

    def __init__(self, code: DrawCode) -> None:
        super().__init__(code)
        self.code = code


def commit_draw(
    context: Context,
    wave_id: UUID,
    regime: Regime,
    beacon: Beacon,
    *,
    notice: timedelta = timedelta(0),
    report: Report = tell_nobody,
) -> DrawAnswer:
    """First act: freeze the list of a closed wave and publish its commitment, before anybody knows the randomness.

    The beacon's round is the first free one after the notice (at least the beacon's own): nobody can choose it. When
    a fallback is named for this wave, its seals are committed too, as what holds if the round never comes.
    Codes: wave_not_found, wave_not_in_this_state, seals_not_confirmed, nobody_joined.
    Rule: SELECT-01, ELIG-07. Cost: the list in memory, 36 bytes a row; 6,000,000 rows take some ten seconds.
    """
    from prakerja.selection.draw_list import list_sha256
    from prakerja.selection.hashing import chunk_roots

    with db.transaction():
        wave = db.row("SELECT number, state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return DrawAnswer(DrawCode.WAVE_NOT_FOUND)
        if wave[1] != "closed":
            return DrawAnswer(DrawCode.NOT_IN_THIS_STATE)
        fallback_seals = confirmed_seals(wave_id)
        if fallback_seals is None:
            return DrawAnswer(DrawCode.SEALS_NOT_CONFIRMED)
        report("freezing")
        frozen = freeze_list(wave_id)
        if not len(frozen.records):
            return DrawAnswer(DrawCode.NOBODY_JOINED)
        report("hashing")
        roots = chunk_roots(frozen.records)
        beacon_round = _free_round(beacon, context.now + max(notice, beacon.notice))
        beacon_at = beacon.time_of(beacon_round)
        opens_at = (beacon_at + FALLBACK_AFTER).isoformat()
        draw = _Draw(
            draw_id=context.uuid(),
            beacon=beacon.name,
            beacon_round=beacon_round,
            beacon_at=beacon_at,
            kk_max=regime.kk_max_recipients,
            list_root=root_of_leaves(roots),
            list_digest=frozen.digest,
            commitment=commitment_text(
                wave_number=wave[0],
                regime_version=regime.version,
                kk_max=regime.kk_max_recipients,
                quotas=read_quotas(wave_id),
                list_count=len(frozen.records),
                list_root=root_of_leaves(roots),
                list_sha256=list_sha256(frozen.records),
                beacon=beacon.facts(beacon_round),
                fallback=fallback_facts(fallback_seals, opens_at=opens_at) if fallback_seals else None,
            ),
        )
        report("writing")
        _insert_draw(context, wave_id, regime, draw, len(frozen.records))
        _insert_chunks(context, draw.draw_id, frozen.records, roots)
        db.execute("UPDATE waves SET state = 'committed' WHERE id = %s", [wave_id])
        payload = {
            "draw_id": draw.draw_id,
            "applicants": len(frozen.records),
            "root": draw.list_root.hex(),
            "commitment_hash": draw.commitment_hash.hex(),
            "beacon_round": beacon_round,
        }
        record_events(context, [Event("draw.committed", wave_id, payload)])
    return DrawAnswer(DrawCode.OK, draw.draw_id, len(frozen.records))


def _free_round(beacon: Beacon, moment: datetime) -> int:
    """The first round after a moment that no other draw has: commitments of one moment take one after the other."""
    # The application's role may not lock a table that it only adds to.
    db.value("SELECT pg_advisory_xact_lock(hashtext('rounds of draws'))::text")
    first = beacon.first_round_after(moment)
    taken = {
        number
        for (number,) in db.rows(
            "SELECT beacon_round FROM draws WHERE beacon = %s AND beacon_round >= %s ORDER BY beacon_round",
            [beacon.name, first],
        )
    }
    return next(number for number in count(first) if number not in taken)


class _Draw(NamedTuple):
    draw_id: UUID
    beacon: str
    beacon_round: int
    beacon_at: datetime
    kk_max: int
    list_root: bytes
    list_digest: int
    commitment: str

    @property
    def commitment_hash(self) -> bytes:
        """The SHA-256 of the commitment, as it is published."""
        return sha256(self.commitment.encode()).digest()


def _insert_draw(context: Context, wave_id: UUID, regime: Regime, draw: _Draw, applicants: int) -> None:
    db.execute(
        """
        INSERT INTO draws (
            id, wave_id, committed_at, rule_version, regime_version, kk_max, beacon, beacon_round, beacon_at,
            applicants, list_root, list_digest, commitment, commitment_hash
        )
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            draw.draw_id,
            wave_id,
            context.now,
            RULE_VERSION,
            regime.version,
            draw.kk_max,
            draw.beacon,
            draw.beacon_round,
            draw.beacon_at,
            applicants,
            draw.list_root,
            draw.list_digest,
            draw.commitment,
            draw.commitment_hash,
        ],
    )


def _insert_chunks(context: Context, draw_id: UUID, records: "Records", roots: list[bytes]) -> None:
    def chunks() -> Iterator[tuple[object, ...]]:
        for number, root in enumerate(roots):
            rows = records[number * CHUNK_ROWS : (number + 1) * CHUNK_ROWS].tobytes()
            yield context.uuid(), draw_id, number, rows[:16], rows, root

    db.copy_rows(
        "draw_chunks",
        ["id", "draw_id", "number", "first_token", "rows", "root"],
        chunks(),
        binary_types=["uuid", "uuid", "int4", "bytea", "bytea", "bytea"],
    )


def reveal_draw(context: Context, wave_id: UUID, beacon: Beacon, *, report: Report = tell_nobody) -> DrawAnswer:
    """Second and third act: take the randomness named in advance, make the seed, rank all, record each outcome.

    Once a sealed seed was opened (see `open_seals`), all seeds together are the randomness, and the beacon no more.
    Codes: wave_not_found, already_revealed, wave_not_in_this_state, seals_missing, wrong_beacon, beacon_forged,
    beacon_not_yet, list_changed (the kept rows are not the committed ones, or the joinings are not what they were; then
    nothing is drawn). Rule: SELECT-01, SELECT-02, ELIG-07. What counts is what the commitment says, places included.
    A second reveal is impossible: the reveal's primary key is the draw. Cost: as the commitment.
    """
    with db.transaction():
        try:
            with db.attempt():
                return _reveal(context, wave_id, beacon, report)
        except _RefusedError as refusal:
            return DrawAnswer(refusal.code)


def _reveal(context: Context, wave_id: UUID, beacon: Beacon, report: Report) -> DrawAnswer:
    from prakerja.selection.ranking import class_results, rank_draw

    wave = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
    if wave is None:
        raise _RefusedError(DrawCode.WAVE_NOT_FOUND)
    if wave[0] in ("drawn", "decreed"):
        raise _RefusedError(DrawCode.ALREADY_REVEALED)
    if wave[0] != "committed":
        raise _RefusedError(DrawCode.NOT_IN_THIS_STATE)
    draw = _draw_of(wave_id)
    report("beacon")
    source, randomness = _randomness(context, wave_id, draw, beacon)
    report("reading")
    records = read_list(draw.draw_id)
    committed = json.loads(draw.commitment)
    if not _is_as_committed(wave_id, draw, records, committed["list"]["sha256"]):
        raise _RefusedError(DrawCode.LIST_CHANGED)
    seed = draw_seed(draw.commitment, randomness.value)
    report("ranking")
    quotas = [Quota(*row) for row in committed["quotas"]]
    ranking = rank_draw(seed, records, quotas, kk_max=committed["kk_max"])
    report("recording")
    db.execute(
        """
        INSERT INTO draw_reveals (draw_id, source, randomness, signature, seed, revealed_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [draw.draw_id, source, randomness.value, randomness.signature, seed, context.now],
    )
    _insert_places(context, draw.draw_id, ranking)
    selected = _select(wave_id, records, ranking)
    _insert_results(context, draw.draw_id, class_results(records, ranking))
    db.execute("UPDATE waves SET state = 'drawn' WHERE id = %s", [wave_id])
    payload = {"draw_id": draw.draw_id, "source": source, "seed": seed.hex(), "selected": selected}
    record_events(context, [Event("draw.revealed", wave_id, payload | {"applicants": len(records)})])
    return DrawAnswer(DrawCode.OK, draw.draw_id, len(records), selected)


def _is_as_committed(wave_id: UUID, draw: _Draw, records: "Records", committed_sha256: str) -> bool:
    """Whether the kept rows, the joinings behind them and the commitment itself are those of the first act."""
    from prakerja.selection.draw_list import list_sha256

    kept = db.value("SELECT commitment_hash FROM draws WHERE id = %s", [draw.draw_id])
    return (
        draw.commitment_hash == bytes(kept)
        and list_sha256(records).hex() == committed_sha256
        and digest_of_joinings(wave_id) == draw.list_digest
    )


def _draw_of(wave_id: UUID) -> _Draw:
    found = db.row(
        """
        SELECT id, beacon, beacon_round, beacon_at, kk_max, list_root, list_digest, commitment
        FROM draws
        WHERE wave_id = %s
        """,
        [wave_id],
    )
    if found is None:
        raise LookupError(f"the committed wave {wave_id} has no draw")
    return _Draw(*found)._replace(list_root=bytes(found[5]))


def _randomness(context: Context, wave_id: UUID, draw: _Draw, beacon: Beacon) -> tuple[str, Randomness]:
    seeds = opened_seeds(wave_id, draw.draw_id)
    if seeds is not None:
        opened = {name: seed for name, seed in seeds.items() if seed is not None}
        if len(opened) < len(seeds):
            raise _RefusedError(DrawCode.SEALS_MISSING)
        return "seeds", Randomness(randomness_of_seeds(opened))
    if beacon.name != draw.beacon:
        raise _RefusedError(DrawCode.WRONG_BEACON)
    try:
        found = beacon.randomness(draw.beacon_round, now=context.now)
    except ForgedRandomnessError as error:
        raise _RefusedError(DrawCode.BEACON_FORGED) from error
    if found is None:
        raise _RefusedError(DrawCode.BEACON_NOT_YET)
    return "beacon", found


def _insert_places(context: Context, draw_id: UUID, ranking: "Ranking") -> None:
    packed = ranking.packed
    width = 4 * CHUNK_ROWS
    db.copy_rows(
        "draw_places",
        ["id", "draw_id", "number", "places"],
        (
            (context.uuid(), draw_id, number, packed[at : at + width])
            for number, at in enumerate(range(0, len(packed), width))
        ),
        binary_types=["uuid", "uuid", "int4", "bytea"],
    )


def _select(wave_id: UUID, records: "Records", ranking: "Ranking") -> int:
    """Mark the joinings of the chosen; all others of the wave stay as they are, and so were not chosen. How many."""
    rows = records[ranking.chosen].tobytes()
    tokens = (rows[at : at + 16] for at in range(0, len(rows), RECORD_BYTES))
    ranks = ranking.ranks[ranking.chosen].tolist()
    # Nearly every page of the wave is touched once: compressing them into the log would cost more than all the rest.
    db.value(
        "SELECT CASE WHEN has_parameter_privilege('wal_compression', 'SET')"
        " THEN set_config('wal_compression', 'off', true) END"
    )
    db.execute("CREATE TEMPORARY TABLE chosen (token bytea, rank integer) ON COMMIT DROP")
    db.copy_rows("chosen", ["token", "rank"], zip(tokens, ranks, strict=True), binary_types=["bytea", "int4"])
    db.execute("ANALYZE chosen")
    selected = db.execute(
        """
        UPDATE joinings AS j
        SET outcome = 'selected', rank = chosen.rank
        FROM chosen
        WHERE j.lane = ANY (%s) AND j.wave_id = %s AND j.outcome = 'pending' AND j.token = chosen.token
        """,
        [every_lane(), wave_id],
    )
    # Two draws may share a transaction; each has a list of its own.
    db.execute("DROP TABLE chosen")
    if selected != len(ranks):
        raise _RefusedError(DrawCode.LIST_CHANGED)
    return selected


def _insert_results(context: Context, draw_id: UUID, results: list[ClassResult]) -> None:
    db.copy_rows(
        "draw_results",
        ["id", "draw_id", "channel", "province_code", "priority_class", "applicants", "selected", "cut_off_rank"],
        (
            (
                context.uuid(),
                draw_id,
                result.channel,
                result.province_code,
                result.priority_class,
                result.applicants,
                result.selected,
                result.cut_off_rank,
            )
            for result in results
        ),
    )


def void_wave(context: Context, wave_id: UUID, *, reason: str) -> WaveResult:
    """Void a wave before its randomness is known; it stays on record with the reason, its joinings as they are.

    Codes: wave_not_found, wave_not_in_this_state, too_late (the beacon's time has come: nobody redraws; the database
    refuses it too).

    Raises:
        ValueError: no reason.
    """
    if not reason.strip():
        raise ValueError("a void wave names its reason")
    with db.transaction():
        wave = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return WaveResult(WaveCode.WAVE_NOT_FOUND)
        if wave[0] not in ("planned", "open", "closed", "committed"):
            return WaveResult(WaveCode.NOT_IN_THIS_STATE, wave_id)
        if wave[0] == "committed" and _draw_of(wave_id).beacon_at <= context.now:
            return WaveResult(WaveCode.TOO_LATE, wave_id)
        count_joinings(context, [wave_id])
        db.execute(
            "UPDATE waves SET state = 'void', void_reason = %s, voided_at = %s WHERE id = %s",
            [reason, context.now, wave_id],
        )
        record_events(context, [Event("wave.voided", wave_id, {"reason": reason})])
    return WaveResult(WaveCode.OK, wave_id)
