"""The people of a bench's world: applicants who were drawn, their decree, their cards."""

from collections.abc import Sequence
from uuid import UUID

from bench._report import stage
from prakerja.cards.operations import issue_cards
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_budget
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import spread_places
from prakerja.selection.operations.decrees import approve_decree, prepare_decree

_TREASURY = UUID(int=0)


def appropriate(context: Context, regime: Regime, channel: str) -> None:
    """Give the budget of a channel its whole money."""
    budget = get_budget(regime.code, channel)
    lanes = every_lane()
    open_accounts(context, [NewAccount(lane, budget.id, "unspent", budget.number) for lane in lanes])
    # A decree moves money between the lanes where one is short.
    shares = spread_places(budget.places, len(lanes))
    post_transfers(
        context,
        [
            Transfer(
                lane, "appropriation", context.uuid(), budget.number, _TREASURY, budget.id, share * budget.package_idr
            )
            for lane, share in zip(lanes, shares, strict=True)
        ],
    )


def build_selected(
    context: Context, regime: Regime, *, wave: int, people: int, from_number: int, regular_one_in: int = 0
) -> UUID:
    """A drawn wave with `people` selected applicants, by INSERT with every constraint on.

    All of them are digital, or one in `regular_one_in` is regular. Encrypted fields hold bytes of their length: nobody
    reads them here. One in eight shares the household with somebody else who was drawn.
    """
    wave_id = context.uuid()
    parameters = {
        "wave_id": wave_id,
        "wave": wave,
        "regime_code": regime.code,
        "regime": regime.version,
        "now": context.now,
        "first": from_number,
        "last": from_number + people - 1,
        "regular_one_in": regular_one_in or from_number + people,
        "lanes": get_settings().lanes,
    }
    with db.transaction():
        for statement in _SELECTED:
            db.execute(statement, parameters)
    return wave_id


def prepare(maker: Context, wave_id: UUID, regime: Regime) -> UUID:
    """Prepare the wave's decree."""
    prepared = prepare_decree(maker, wave_id, regime)
    if prepared.decree_id is None:
        raise RuntimeError(f"the decree was not prepared: {prepared}")
    return prepared.decree_id


def approve(maker: Context, decree_id: UUID, regime: Regime) -> int:
    """Approve the decree: participants, their accounts, their transfers. How many participants."""
    approved = approve_decree(maker.acting_as("staff:bench-approver"), decree_id, regime)
    if approved.code.is_refusal:
        raise RuntimeError(f"the decree was not approved: {approved}")
    return approved.participants


def issue(context: Context, decree_id: UUID, *, lanes: Sequence[int] | None = None) -> int:
    """Issue the decree's cards, of all lanes or some; how many."""
    issued = issue_cards(context, decree_id, lanes=lanes)
    if issued.code.is_refusal:
        raise RuntimeError(f"the cards were not issued: {issued}")
    return issued.digital + issued.regular


def build_cards(context: Context, regime: Regime, *, cards: int) -> None:
    """Active digital cards with reserved packages for `cards` participants: a wave, its decree, its batch of cards."""
    with stage(f"{cards:,} drawn applicants"):
        wave_id = build_selected(context, regime, wave=1, people=cards, from_number=1)
    with stage("their decree"):
        decree_id = prepare(context, wave_id, regime)
        approve(context, decree_id, regime)
    with stage("their cards"):
        issue(context, decree_id)


# The lane seed is the blind index's first eight bytes modulo 10,000, as kit.lanes computes it: 2^32 mod 10,000 = 7,296.
_SELECTED = (
    """
    INSERT INTO waves (id, number, regime_code, regime_version, opens_at, closes_at, state)
    VALUES (
        %(wave_id)s, %(wave)s, %(regime_code)s, %(regime)s, %(now)s::timestamptz - interval '9 days',
        %(now)s::timestamptz - interval '2 days', 'drawn'
    )
    """,
    """
    WITH made AS (
        INSERT INTO applicants (
            lane, applicant_id, lane_seed, nik_index, nik_cipher, kk_index, kk_cipher, name, sex, birth_date,
            province_code, education, employment_status, state, eligibility, regime_version, signed_up_at,
            identity_verified_at, decided_at, email_index, phone_index
        )
        SELECT
            hashed.seed %% %(lanes)s, uuidv7(), hashed.seed,
            decode(hashed.nik, 'hex'), decode(repeat(hashed.nik, 3), 'hex'),
            decode(md5('kk' || n - (n %% 16 = 1)::integer), 'hex'),
            decode(repeat(hashed.nik, 3), 'hex'), 'Warga ' || n, CASE WHEN n %% 2 = 0 THEN 'female' ELSE 'male' END,
            DATE '1970-01-01' + n %% 11000, '31', 'senior_secondary', 'job_seeker', 'ready', 'eligible', %(regime)s,
            %(now)s, %(now)s, %(now)s, decode(md5('email' || n), 'hex'), decode(md5('phone' || n), 'hex')
        FROM generate_series(%(first)s, %(last)s) AS n
        CROSS JOIN LATERAL (
            SELECT
                given.nik,
                ((('x' || substr(given.nik, 1, 8))::bit(32)::bigint & 4294967295) %% 10000 * 7296
                    + (('x' || substr(given.nik, 9, 8))::bit(32)::bigint & 4294967295)) %% 10000 AS seed
            FROM (SELECT md5('nik' || n) AS nik) AS given
        ) AS hashed
        RETURNING lane, applicant_id, nik_index, kk_index, province_code
    )
    INSERT INTO joinings (
        lane, wave_id, applicant_id, channel, province_code, priority_class, token, household_token, joined_at, outcome,
        rank
    )
    SELECT
        lane, %(wave_id)s, applicant_id,
        CASE WHEN row_number() OVER (ORDER BY nik_index) %% %(regular_one_in)s = 0 THEN 'regular' ELSE 'digital' END,
        province_code, 1, nik_index || nik_index, kk_index || kk_index, %(now)s, 'selected',
        row_number() OVER (ORDER BY nik_index)
    FROM made
    ORDER BY lane, applicant_id
    """,
)
