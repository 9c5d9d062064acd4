"""The cooperation with partners: what stands behind an agreement, a decree and a recognition."""

from prakerja.oversight.invariants.base import Invariant


class AgreementsAreSignedByBoth(Invariant):
    """An agreement is signed by both sides of its proposal, with keys of theirs that were not revoked before.

    The database asks this when it is made; this one asks it for ever.
    """

    name = "an_agreement_is_signed_by_both_sides"
    rules = ("SCHEME-10",)
    explanation_id = "Perjanjian ditandatangani kedua pihak dengan kunci mereka yang belum dicabut saat itu."
    columns = ("agreement_id", "platform_id", "institution_id")
    sql = """
        SELECT a.id, a.platform_id, a.institution_id
        FROM agreements a
        LEFT JOIN agreement_proposals proposal ON proposal.id = a.id
        WHERE proposal.id IS NULL
            OR NOT signature_counts(a.platform_signature_id, a.id, 'platform', proposal.platform_id)
            OR NOT signature_counts(a.institution_signature_id, a.id, 'institution', proposal.institution_id)
    """


class AgreementsNameTheirRegime(Invariant):
    """The rules by which an agreement was decided are on record: their cap is compared with the one that it pins.

    The database compares the two when an agreement is made, as long as it knows the version.
    """

    name = "an_agreement_names_rules_on_record"
    rules = ("FEE-01", "SCHEME-10")
    explanation_id = "Aturan yang menjadi dasar sebuah perjanjian tercatat, dan batas komisinya sama."
    columns = ("agreement_id", "regime_version", "cap_bp")
    sql = """
        SELECT a.id, a.regime_version, a.cap_bp
        FROM agreements a
        WHERE NOT EXISTS (
            SELECT
            FROM regime_versions version
            CROSS JOIN LATERAL jsonb_array_elements(version.content -> 'regimes') AS regime
            CROSS JOIN LATERAL jsonb_array_elements(regime #> '{parameters,commission_cap_bp,values}') AS cap
            WHERE version.version = a.regime_version
                AND (cap ->> 'from')::date <= a.valid_from
                AND (cap ->> 'until' IS NULL OR (cap ->> 'until')::date > a.valid_from)
                AND (cap ->> 'value')::integer IS NOT DISTINCT FROM a.cap_bp
        )
    """


class RecognisedPlatformsWereAdmitted(Invariant):
    """A recognised platform was approved by two people and had passed every automated check."""

    name = "a_recognised_platform_was_admitted"
    rules = ("PLAT-01", "SCHEME-07")
    explanation_id = "Platform yang diakui telah disetujui dua orang dan lulus setiap pemeriksaan otomatis."
    columns = ("platform_id", "code", "approvals", "checks_passed")
    sql = """
        SELECT p.id, p.code, review.approvals, proven.passed
        FROM platforms p
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT r.reviewer) AS approvals
            FROM platform_reviews r
            WHERE r.platform_id = p.id AND r.approves
        ) AS review
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT c.name) AS passed
            FROM integration_checks c
            WHERE c.platform_id = p.id AND c.passed AND c.checked_at <= p.recognised_at
        ) AS proven
        WHERE p.recognised_at IS NOT NULL AND (review.approvals < 2 OR proven.passed < 6)
    """


class PublicTermsAreTheConfirmedOnes(Invariant):
    """What a platform's public page says is the version of its terms that was confirmed last."""

    name = "a_platform_shows_its_confirmed_terms"
    rules = ("SCHEME-08", "FEE-01")
    explanation_id = "Halaman publik sebuah platform menampilkan versi ketentuannya yang terakhir disahkan."
    columns = ("platform_id", "code", "version")
    sql = """
        SELECT p.id, p.code, last.version
        FROM platforms p
        CROSS JOIN LATERAL (
            SELECT t.version, t.description, t.fee_scheme, t.modes, t.payment_term_days
            FROM platform_terms t
            WHERE t.platform_id = p.id AND t.state = 'confirmed'
            ORDER BY t.version DESC
            LIMIT 1
        ) AS last
        WHERE (p.profile -> 'description', p.profile -> 'fee_scheme', p.modes, p.payment_term_days::integer)
            IS DISTINCT FROM (last.description, last.fee_scheme, last.modes, last.payment_term_days::integer)
    """


class ConfirmedAccountsAreTheirPartners(Invariant):
    """An account that the office confirmed is that of the partner who entered it, at the bank that was entered."""

    name = "a_confirmed_account_is_its_partners"
    rules = ("SETTLE-01",)
    explanation_id = "Rekening yang disahkan milik mitra yang mengisinya, di bank yang diisi."
    columns = ("request_id", "payee_kind", "payee_id")
    sql = """
        SELECT r.id, r.payee_kind, r.payee_id
        FROM partner_account_requests r
        LEFT JOIN partner_accounts a ON a.id = r.account_id
        WHERE r.state = 'confirmed'
            AND (a.payee_kind, a.payee_id, a.bank) IS DISTINCT FROM (r.payee_kind, r.payee_id, r.bank)
    """


class SanctionsInForceStopSales(Invariant):
    """Whoever is under a sanction in force that stops new sales is not at work."""

    name = "a_sanction_in_force_stops_new_sales"
    rules = ("SCHEME-05", "SCHEME-07")
    explanation_id = "Pihak yang sedang terkena sanksi yang menghentikan penjualan tidak berjualan."
    columns = ("number", "kind", "state")
    sql = """
        SELECT s.number, s.kind, s.state
        FROM sanctions s
        LEFT JOIN platforms p ON p.id = s.platform_id
        LEFT JOIN institutions i ON i.id = s.institution_id
        LEFT JOIN registrations r ON r.id = s.registration_id
        LEFT JOIN courses course ON course.id = s.course_id
        WHERE s.state IN ('imposed', 'appealed', 'upheld')
            AND CASE
                WHEN starts_with(s.kind, 'platform') THEN p.state = 'active'
                WHEN starts_with(s.kind, 'institution') THEN i.state = 'decreed'
                WHEN starts_with(s.kind, 'registration') THEN r.state = 'agreed'
                WHEN starts_with(s.kind, 'course') THEN course.state = 'approved'
                ELSE false
            END
    """


INVARIANTS: tuple[type[Invariant], ...] = (
    AgreementsAreSignedByBoth,
    AgreementsNameTheirRegime,
    RecognisedPlatformsWereAdmitted,
    PublicTermsAreTheConfirmedOnes,
    ConfirmedAccountsAreTheirPartners,
    SanctionsInForceStopSales,
)
