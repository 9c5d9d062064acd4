"""What a participant sees of the own affairs. Every query stays inside the person's lane."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant as the own page shows it."""

    lane: int
    applicant_id: UUID
    name: str
    state: str
    refused_rule: str | None
    worker_list_matched: bool
    signed_up_at: datetime
    participant_id: UUID | None


def get_person(*, lane: int, applicant_id: UUID) -> Person:
    """The applicant, and the participant that it became.

    Raises:
        LookupError: there is no such applicant.
    Cost: one query.
    """
    found = db.row(
        """
        SELECT person.lane, person.applicant_id, person.name, person.state, person.refused_rule,
            person.worker_list_matched, person.signed_up_at, participant.participant_id
        FROM applicants person
        LEFT JOIN participants participant
            ON (participant.lane, participant.applicant_id) = (person.lane, person.applicant_id)
        WHERE person.lane = %s AND person.applicant_id = %s
        """,
        (lane, applicant_id),
    )
    if found is None:
        raise LookupError(f"applicant {applicant_id}")
    return Person(*found)


@dataclass(frozen=True, slots=True)
class Participation:
    """Card, deadlines and the training balance in parts: given = available + held + used + returned.

    `held`: paid for courses whose price is not payable yet; `used`: payable or paid to platform and institution;
    `returned`: back in the treasury.
    """

    participant_id: UUID
    channel: str
    state: str
    decree_number: int
    decreed_at: datetime
    first_purchase_deadline_at: datetime
    first_purchase_at: datetime | None
    balance_until_at: datetime
    card_id: UUID | None
    card_number: str | None
    card_state: str | None
    revoked_at: datetime | None
    revocation_reason: str | None
    given_idr: int
    available_idr: int
    held_idr: int
    used_idr: int
    returned_idr: int


def get_participation(*, lane: int, participant_id: UUID) -> Participation:
    """The participant's card, deadlines and balance.

    Raises:
        LookupError: there is no such participant.
    Cost: one query over the participant's own transfers.
    """
    found = db.row(
        """
        SELECT participant.participant_id, participant.channel, participant.state, decree.number,
            participant.decreed_at, participant.first_purchase_deadline_at, participant.first_purchase_at,
            participant.balance_until_at,
            card.card_id, card.number, card.state, revocation.revoked_at, revocation.reason,
            money.given, money.given - money.to_held + money.from_void - money.to_treasury,
            money.to_held - money.from_void - money.used - money.held_to_treasury,
            money.used, money.to_treasury + money.held_to_treasury
        FROM participants participant
        JOIN decrees decree ON decree.id = participant.decree_id
        LEFT JOIN cards card
            ON (card.lane, card.participant_id) = (participant.lane, participant.participant_id)
            AND card.state NOT IN ('lost', 'replaced', 'withdrawn')
        LEFT JOIN LATERAL (
            SELECT latest.revoked_at, latest.reason
            FROM revocations latest
            WHERE (latest.lane, latest.participant_id) = (participant.lane, participant.participant_id)
                AND participant.state = 'revoked'
            ORDER BY latest.number DESC
            LIMIT 1
        ) AS revocation ON true
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('reserve_training', 'reinstate_training')), 0)::bigint
                    AS given,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'purchase'), 0)::bigint AS to_held,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'void'), 0)::bigint AS from_void,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('commission', 'institution_share')), 0)::bigint AS used,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('revoke_training', 'sweep_training')), 0)::bigint
                    AS to_treasury,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('void_to_treasury', 'sweep_held')), 0)::bigint
                    AS held_to_treasury
            FROM transfers transfer
            WHERE transfer.lane = participant.lane
                AND (transfer.reference_id = participant.participant_id OR transfer.reference_id IN (
                    SELECT purchase.purchase_id FROM purchases purchase
                    WHERE purchase.lane = participant.lane AND purchase.participant_id = participant.participant_id
                ) OR transfer.reference_id IN (
                    SELECT reinstatement.reinstatement_id FROM reinstatements reinstatement
                    WHERE (reinstatement.lane, reinstatement.participant_id)
                        = (participant.lane, participant.participant_id)
                ))
        ) money
        WHERE participant.lane = %s AND participant.participant_id = %s
        """,
        (lane, participant_id),
    )
    if found is None:
        raise LookupError(f"participant {participant_id}")
    return Participation(*found)


@dataclass(frozen=True, slots=True)
class OwnPurchase:
    """A purchase on its way to the certificate: each moment is None until it has come."""

    purchase_id: UUID
    state: str
    course_title: str
    mode: str
    institution_name: str
    platform_name: str
    price_idr: int
    transaction_code: str
    redeem_code: str
    paid_at: datetime
    redeemed_at: datetime | None
    schedule_code: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sessions: int
    attended: int
    outcome: str | None
    reported_at: datetime | None
    forwarded_at: datetime | None
    verified_at: datetime | None
    certificate_number: str | None
    certified_at: datetime | None
    rating: int | None
    reviewed_at: datetime | None
    cancel_reason: str
    incentive_entitled_at: datetime | None
    incentive_paid_at: datetime | None
    incentive_is_elsewhere: bool
    returned_at: datetime | None
    return_reason: str


# Live and voided ones are both named: each part has its index.
_OWN_PURCHASE = """
    SELECT purchase.purchase_id, purchase.state, course.title, purchase.mode, institution.name, platform.name,
        purchase.price_idr, purchase.transaction_code, purchase.redeem_code, purchase.paid_at, purchase.redeemed_at,
        schedule.code, schedule.place, schedule.starts_at, schedule.ends_at,
        (SELECT count(*) FROM sessions session WHERE session.schedule_id = schedule.id),
        (SELECT count(*) FROM counted_attendances attendance
         WHERE attendance.lane = purchase.lane AND attendance.purchase_id = purchase.purchase_id),
        completion.outcome, completion.reported_at, completion.forwarded_at, completion.verified_at,
        certificate.number, certificate.issued_at, review.rating, review.reviewed_at,
        schedule.cancel_reason, incentive.entitled_at,
        CASE WHEN incentive.state = 'paid' THEN incentive.closed_at END,
        coalesce(incentive.purchase_id <> purchase.purchase_id, false),
        gone.returned_at, coalesce(gone.reason, '')
    FROM purchases purchase
    JOIN schedules schedule ON schedule.id = purchase.schedule_id
    JOIN courses course ON course.id = purchase.course_id
    JOIN institutions institution ON institution.id = purchase.institution_id
    JOIN platforms platform ON platform.id = purchase.platform_id
    LEFT JOIN completions completion
        ON (completion.lane, completion.purchase_id) = (purchase.lane, purchase.purchase_id)
    LEFT JOIN certificates certificate
        ON (certificate.lane, certificate.purchase_id) = (purchase.lane, purchase.purchase_id)
    LEFT JOIN reviews review ON (review.lane, review.purchase_id) = (purchase.lane, purchase.purchase_id)
    -- INC-01: the first course's, by the key of the participant's first incentive.
    LEFT JOIN incentives incentive
        ON incentive.lane = purchase.lane AND incentive.participant_id = purchase.participant_id
        AND incentive.kind = 'job_search' AND incentive.number = 1
    -- The report that the office returned last, while none stands.
    LEFT JOIN LATERAL (
        SELECT back.returned_at, back.reason
        FROM completion_returns back
        WHERE back.lane = purchase.lane AND back.purchase_id = purchase.purchase_id
        ORDER BY back.round DESC
        LIMIT 1
    ) AS gone ON completion.purchase_id IS NULL
    WHERE purchase.lane = %s AND purchase.participant_id = %s
        AND (purchase.voided_at IS NULL OR purchase.voided_at IS NOT NULL)
"""


def list_purchases(*, lane: int, participant_id: UUID) -> list[OwnPurchase]:
    """All purchases of a participant, newest first: a balance allows few. One query."""
    found = db.rows(_OWN_PURCHASE + " ORDER BY purchase.purchase_id DESC", (lane, participant_id))
    return [OwnPurchase(*row) for row in found]


def get_purchase(*, lane: int, participant_id: UUID, purchase_id: UUID) -> OwnPurchase:
    """One of the participant's own purchases.

    Raises:
        LookupError: there is none, or it is another person's.
    """
    found = db.row(_OWN_PURCHASE + " AND purchase.purchase_id = %s", (lane, participant_id, purchase_id))
    if found is None:
        raise LookupError(f"purchase {purchase_id}")
    return OwnPurchase(*found)


@dataclass(frozen=True, slots=True)
class OwnIncentive:
    """An incentive with its state."""

    incentive_id: UUID
    kind: str
    number: int
    amount_idr: int
    state: str
    due_at: datetime | None
    closed_at: datetime | None
    failure_reason: str | None
    bank_reference: str | None


def list_incentives(*, lane: int, participant_id: UUID) -> list[OwnIncentive]:
    """All incentives of a participant, by day due. One query."""
    found = db.rows(
        """
        SELECT incentive.incentive_id, incentive.kind, incentive.number, incentive.amount_idr, incentive.state,
            incentive.due_at, incentive.closed_at, incentive.failure_reason, payment.bank_reference
        FROM incentives incentive
        LEFT JOIN payment_orders payment
            ON (payment.lane, payment.payment_order_id) = (incentive.lane, incentive.payment_order_id)
        WHERE incentive.lane = %s AND incentive.participant_id = %s
        ORDER BY incentive.kind, incentive.number, incentive.incentive_id
        """,
        (lane, participant_id),
    )
    return [OwnIncentive(*row) for row in found]


@dataclass(frozen=True, slots=True)
class OwnPayoutAccount:
    """Where incentives go; the account number itself stays encrypted."""

    payout_partner: str
    validated_at: datetime | None


def find_payout_account(*, lane: int, participant_id: UUID) -> OwnPayoutAccount | None:
    """The account in use, if one is linked. One query."""
    found = db.row(
        """
        SELECT payout_partner, validated_at
        FROM payout_accounts
        WHERE lane = %s AND participant_id = %s AND replaced_at IS NULL
        """,
        (lane, participant_id),
    )
    return None if found is None else OwnPayoutAccount(*found)


@dataclass(frozen=True, slots=True)
class OwnJoining:
    """A wave that the person joined, its outcome, and the cut-off of the person's own stratum and class."""

    wave_id: UUID
    wave_number: int
    wave_state: str
    channel: str
    province_code: str
    priority_class: int
    joined_at: datetime
    outcome: str
    dropped_rule: str | None
    rank: int | None
    cut_off_rank: int | None

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more, so that another wave can be joined."""
        return self.outcome in ("not_selected", "dropped") or self.wave_state == "void"


def list_joinings(*, lane: int, applicant_id: UUID) -> list[OwnJoining]:
    """All waves that a person joined, newest first. One query."""
    found = db.rows(
        """
        SELECT wave.id, wave.number, wave.state, joining.channel, joining.province_code, joining.priority_class,
            joining.joined_at,
            -- The decree names its people in `participants`; the outcome of the draw stays as it was drawn.
            -- Whoever a drawn wave left as they were was not selected: six million rows are not rewritten to say so.
            CASE
                WHEN participant.participant_id IS NOT NULL THEN 'decreed'
                WHEN joining.outcome = 'pending' AND wave.state IN ('drawn', 'decreed') THEN 'not_selected'
                ELSE joining.outcome
            END,
            joining.dropped_rule, joining.rank,
            (SELECT max(result.cut_off_rank)
             FROM draws draw
             JOIN draw_results result ON result.draw_id = draw.id
             WHERE draw.wave_id = wave.id AND result.channel = joining.channel
                AND result.province_code IN (joining.province_code, '')
                AND result.priority_class = joining.priority_class)
        FROM joinings joining
        JOIN waves wave ON wave.id = joining.wave_id
        LEFT JOIN participants participant
            ON (participant.lane, participant.applicant_id, participant.wave_id)
                = (joining.lane, joining.applicant_id, joining.wave_id)
        WHERE joining.lane = %s AND joining.applicant_id = %s
        ORDER BY wave.number DESC
        """,
        (lane, applicant_id),
    )
    return [OwnJoining(*row) for row in found]


@dataclass(frozen=True, slots=True)
class OpenWave:
    """A wave that takes applicants now, with the channels that have places in it."""

    wave_id: UUID
    number: int
    closes_at: datetime
    channels: list[str]


def list_open_waves(*, now: datetime) -> list[OpenWave]:
    """Waves open at a moment, by number. One query."""
    found = db.rows(
        """
        SELECT wave.id, wave.number, wave.closes_at, array_agg(DISTINCT quota.channel ORDER BY quota.channel)
        FROM waves wave
        JOIN wave_quotas quota ON quota.wave_id = wave.id AND quota.places > 0
        WHERE wave.state = 'open' AND wave.opens_at <= %s AND %s < wave.closes_at
        GROUP BY wave.id, wave.number, wave.closes_at
        ORDER BY wave.number
        """,
        (now, now),
    )
    return [OpenWave(*row) for row in found]


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One transfer that touched the participant's package."""

    effective_date: date
    kind: str
    reference_id: UUID
    debit_kind: str
    credit_kind: str
    amount_idr: int


def list_money(*, lane: int, participant_id: UUID) -> list[MoneyLine]:
    """Every transfer of a participant's package in its order: decree, purchases, incentives, returns. One query."""
    found = db.rows(
        """
        SELECT effective_date, kind, reference_id, debit_kind, credit_kind, amount_idr
        FROM transfers
        WHERE lane = %(lane)s AND (
            reference_id = %(participant)s
            OR reference_id IN (SELECT purchase_id FROM purchases
                                WHERE lane = %(lane)s AND participant_id = %(participant)s)
            OR reference_id IN (SELECT incentive_id FROM incentives
                                WHERE lane = %(lane)s AND participant_id = %(participant)s)
        )
        ORDER BY effective_date, reference_id, kind, budget_number
        """,
        {"lane": lane, "participant": participant_id},
    )
    return [MoneyLine(*row) for row in found]
