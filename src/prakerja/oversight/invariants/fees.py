"""What platforms charge."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class GovernmentChargesNothing(Invariant):
    """The government platform takes no commission, in no agreement and of no purchase."""

    name = "the_government_platform_charges_nothing"
    rules = ("FEE-02", "SCHEME-09")
    explanation_id = "Platform pemerintah tidak memungut komisi, dalam perjanjian mana pun dan dari pembelian mana pun."
    columns = ("platform_code", "agreement_id", "purchase_id", "commission_idr")
    sql = """
        SELECT platform.code, a.id, NULL::uuid, NULL::bigint
        FROM agreements a
        JOIN platforms platform ON platform.id = a.platform_id
        WHERE platform.kind = 'government' AND a.fee_scheme ->> 'kind' <> 'none'
        UNION ALL
        SELECT platform.code, p.agreement_id, p.purchase_id, p.commission_idr
        FROM purchases p
        JOIN platforms platform ON platform.id = p.platform_id
        WHERE platform.kind = 'government' AND p.commission_idr <> 0
    """


class CommissionsAreWithinTheCap(Invariant):
    """No commission is above the cap that its regime sets on the day of the purchase, nor above the price."""

    name = "a_commission_is_within_the_cap"
    rules = ("FEE-01",)
    explanation_id = "Tidak ada komisi yang melebihi batas skema pada hari pembeliannya, atau melebihi harganya."
    columns = ("lane", "purchase_id", "price_idr", "commission_idr", "cap_bp")
    sql = f"""
        SELECT p.lane, p.purchase_id, p.price_idr, p.commission_idr, regime.commission_cap_bp
        FROM purchases p
        JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        WHERE p.commission_idr * 10000 > p.price_idr * coalesce(regime.commission_cap_bp, 10000)
            OR p.commission_idr < 0
    """


class CommissionsFollowTheAgreement(Invariant):
    """A commission is what the agreement's fee scheme says, or the cap where that is lower, rounded down.

    Exactly for a share, a flat fee and none; between the lowest and the highest tier for tiers. That the cap of the day
    is kept is an invariant of its own.
    """

    name = "a_commission_follows_its_agreement"
    rules = ("FEE-01", "SCHEME-08")
    explanation_id = (
        "Komisi mengikuti skema biaya perjanjiannya, atau batas bila lebih rendah, dibulatkan ke bawah: persis untuk "
        "persentase, biaya tetap, dan tanpa biaya; di antara lapis terendah dan tertinggi untuk biaya berlapis."
    )
    columns = ("lane", "purchase_id", "agreement_id", "price_idr", "commission_idr", "fee_kind")
    sql = f"""
        WITH terms AS (
            SELECT id, fee_scheme ->> 'kind' AS kind, (fee_scheme ->> 'fee_idr')::bigint AS fee_idr,
                coalesce(cap_bp, 10000) AS cap_bp,
                CASE fee_scheme ->> 'kind'
                    WHEN 'none' THEN 0
                    WHEN 'share' THEN (fee_scheme ->> 'commission_bp')::integer
                    ELSE coalesce((
                        SELECT min((tier ->> 'commission_bp')::integer)
                        FROM jsonb_array_elements(fee_scheme -> 'tiers') AS tier
                    ), 0)
                END AS lowest_bp,
                highest_commission_bp AS highest_bp
            FROM agreements
        )
        SELECT p.lane, p.purchase_id, p.agreement_id, p.price_idr, p.commission_idr, terms.kind
        FROM purchases p
        JOIN terms ON terms.id = p.agreement_id
        JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        CROSS JOIN LATERAL (SELECT least(terms.cap_bp, coalesce(regime.commission_cap_bp, 10000)) AS bp) AS cap
        WHERE p.payable_at IS NOT NULL
            AND CASE terms.kind
                WHEN 'flat' THEN p.commission_idr NOT IN (
                    least(terms.fee_idr, p.price_idr * terms.cap_bp / 10000),
                    least(terms.fee_idr, p.price_idr * cap.bp / 10000)
                )
                ELSE p.commission_idr NOT BETWEEN p.price_idr * least(terms.lowest_bp, cap.bp) / 10000
                    AND p.price_idr * terms.highest_bp / 10000
            END
    """


INVARIANTS = (
    GovernmentChargesNothing,
    CommissionsAreWithinTheCap,
    CommissionsFollowTheAgreement,
)
