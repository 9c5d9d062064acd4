"""The draw in acts: commit the frozen list, reveal the seed, rank, record. Publishing is a read (queries)."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.regimes import Regime
from prakerja.selection.beacon import Beacon
from prakerja.selection.draw_lists import read_entries, read_quotas
from prakerja.selection.errors import DrawCode, WaveCode
from prakerja.selection.merkle import merkle_root
from prakerja.selection.operations.waves import WaveResult
from prakerja.selection.rules import (
    RULE_VERSION,
    ClassResult,
    DrawEntry,
    Placed,
    class_results,
    commitment_text,
    draw_seed,
    rank_draw,
)


@dataclass(frozen=True, slots=True)
class DrawAnswer:
    """The answer to one act; figures as far as the act got."""

    code: DrawCode
    draw_id: UUID | None = None
    applicants: int = 0
    selected: int = 0


def commit_draw(context: Context, wave_id: UUID, regime: Regime, beacon: Beacon) -> DrawAnswer:
    """First act: freeze the list of a closed wave and publish its commitment, before anybody knows the randomness.

    The beacon's round is the first that nobody knows now, so who commits cannot choose it.
    Codes: wave_not_found, wave_not_in_this_state, nobody_joined. Rule: SELECT-01. Cost: the list in memory.
    """
    with db.transaction():
        wave = db.row("SELECT number, state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return DrawAnswer(DrawCode.WAVE_NOT_FOUND)
        if wave[1] != "closed":
            return DrawAnswer(DrawCode.NOT_IN_THIS_STATE)
        # How many of a household were recipients is fixed here: it stands in the rows.
        db.execute(_FREEZE_HOUSEHOLDS, [wave_id])
        entries = read_entries(wave_id)
        if not entries:
            return DrawAnswer(DrawCode.NOBODY_JOINED)
        beacon_round = beacon.first_round_after(context.now)
        root = merkle_root([entry.row for entry in entries])
        text = commitment_text(
            wave_number=wave[0],
            regime_version=regime.version,
            kk_max=regime.kk_max_recipients,
            quotas=read_quotas(wave_id),
            list_count=len(entries),
            list_root=root,
            beacon=beacon.name,
            beacon_round=beacon_round,
        )
        draw_id = context.uuid()
        db.execute(
            """
            INSERT INTO draws
                (id, wave_id, committed_at, rule_version, regime_version, kk_max, beacon, beacon_round, applicants,
                 list_root, commitment, commitment_hash)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                draw_id,
                wave_id,
                context.now,
                RULE_VERSION,
                regime.version,
                regime.kk_max_recipients,
                beacon.name,
                beacon_round,
                len(entries),
                root,
                text,
                sha256(text.encode()).digest(),
            ],
        )
        db.execute("UPDATE waves SET state = 'committed' WHERE id = %s", [wave_id])
        payload = {"draw_id": draw_id, "applicants": len(entries), "root": root.hex(), "beacon_round": beacon_round}
        record_events(context, [Event("draw.committed", wave_id, payload)])
    return DrawAnswer(DrawCode.OK, draw_id, len(entries))


_FREEZE_HOUSEHOLDS = """
    UPDATE joinings AS j
    SET household_recipients = kin.recipients
    FROM applicants AS a
    JOIN (
        SELECT kk_index, count(*)::smallint AS recipients
        FROM applicants
        WHERE state = 'decreed'
        GROUP BY kk_index
    ) AS kin ON kin.kk_index = a.kk_index
    WHERE j.wave_id = %s AND j.outcome = 'pending' AND a.lane = j.lane AND a.applicant_id = j.applicant_id
"""


def reveal_draw(context: Context, wave_id: UUID, beacon: Beacon) -> DrawAnswer:  # noqa: PLR0911 - one per code
    """Second and third act: take the randomness named in advance, make the seed, rank all, record each outcome.

    Codes: wave_not_found, already_revealed, wave_not_in_this_state, wrong_beacon, beacon_not_yet, list_changed (the
    rows no longer give the committed root: nothing is drawn). Rule: SELECT-01, SELECT-02, ELIG-07.
    A second reveal is impossible: the reveal's primary key is the draw.
    """
    with db.transaction():
        wave = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return DrawAnswer(DrawCode.WAVE_NOT_FOUND)
        if wave[0] in ("drawn", "decreed"):
            return DrawAnswer(DrawCode.ALREADY_REVEALED)
        if wave[0] != "committed":
            return DrawAnswer(DrawCode.NOT_IN_THIS_STATE)
        draw_id, name, beacon_round, kk_max, root, text = _draw_of(wave_id)
        if name != beacon.name:
            return DrawAnswer(DrawCode.WRONG_BEACON, draw_id)
        randomness = beacon.randomness(beacon_round, now=context.now)
        if randomness is None:
            return DrawAnswer(DrawCode.BEACON_NOT_YET, draw_id)
        entries = read_entries(wave_id)
        quotas = read_quotas(wave_id)
        if merkle_root([entry.row for entry in entries]) != root:
            return DrawAnswer(DrawCode.LIST_CHANGED, draw_id)
        seed = draw_seed(text, randomness)
        placed = rank_draw(seed, entries, quotas, kk_max=kk_max)
        db.execute(
            "INSERT INTO draw_reveals (draw_id, randomness, seed, revealed_at) VALUES (%s, %s, %s, %s)",
            [draw_id, randomness, seed, context.now],
        )
        _record_outcomes(wave_id, entries, placed)
        _record_results(context, draw_id, class_results(entries, placed))
        db.execute("UPDATE waves SET state = 'drawn' WHERE id = %s", [wave_id])
        selected = sum(place.is_selected for place in placed)
        payload = {"draw_id": draw_id, "seed": seed.hex(), "applicants": len(entries), "selected": selected}
        record_events(context, [Event("draw.revealed", wave_id, payload)])
    return DrawAnswer(DrawCode.OK, draw_id, len(entries), selected)


def _draw_of(wave_id: UUID) -> tuple[UUID, str, int, int, bytes, str]:
    found = db.row(
        "SELECT id, beacon, beacon_round, kk_max, list_root, commitment FROM draws WHERE wave_id = %s", [wave_id]
    )
    if found is None:
        raise LookupError(f"the committed wave {wave_id} has no draw")
    draw_id, name, beacon_round, kk_max, root, text = found
    return draw_id, name, beacon_round, kk_max, bytes(root), text


def _record_outcomes(wave_id: UUID, entries: list[DrawEntry], placed: list[Placed]) -> None:
    """Rank and outcome of each joining, by a COPY and one update."""
    db.execute("CREATE TEMPORARY TABLE placed (token bytea PRIMARY KEY, rank integer, outcome text) ON COMMIT DROP")
    db.copy_rows(
        "placed",
        ["token", "rank", "outcome"],
        (
            (entry.token, place.rank, "selected" if place.is_selected else "not_selected")
            for entry, place in zip(entries, placed, strict=True)
        ),
    )
    db.execute(
        """
        UPDATE joinings AS j
        SET outcome = placed.outcome, rank = placed.rank
        FROM placed
        WHERE j.wave_id = %s AND j.token = placed.token
        """,
        [wave_id],
    )
    # Two draws may share a transaction; each has a list of its own.
    db.execute("DROP TABLE placed")


def _record_results(context: Context, draw_id: UUID, results: list[ClassResult]) -> None:
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


def void_wave(context: Context, wave_id: UUID, *, reason: str, beacon: Beacon | None = None) -> WaveResult:
    """Void a wave before its randomness is known; it stays on record with the reason, its joinings as they are.

    Codes: wave_not_found, wave_not_in_this_state (also when the committed beacon has spoken: nobody redraws).

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
        if wave[0] == "committed":
            _, name, beacon_round, *_ = _draw_of(wave_id)
            knows = (
                beacon is None or beacon.name != name or beacon.randomness(beacon_round, now=context.now) is not None
            )
            if knows:
                return WaveResult(WaveCode.NOT_IN_THIS_STATE, wave_id)
        db.execute("UPDATE waves SET state = 'void', void_reason = %s WHERE id = %s", [reason, wave_id])
        record_events(context, [Event("wave.voided", wave_id, {"reason": reason})])
    return WaveResult(WaveCode.OK, wave_id)
