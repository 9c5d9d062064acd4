"""Learning: presence, completion, certificate; each stands on the one before."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class AttendancesAreOfTheClass(Invariant):
    """A presence is at a session of the class that was bought, by somebody whose code was redeemed."""

    name = "a_presence_is_at_a_session_of_the_class"
    rules = ("LEARN-01", "LEARN-03")
    explanation_id = "Kehadiran tercatat pada sesi kelas yang dibeli, oleh peserta yang kodenya sudah ditukarkan."
    columns = ("lane", "purchase_id", "sequence", "session_id")
    sql = """
        SELECT a.lane, a.purchase_id, a.sequence, a.session_id
        FROM counted_attendances a
        LEFT JOIN purchases p ON p.lane = a.lane AND p.purchase_id = a.purchase_id
        LEFT JOIN sessions s ON s.id = a.session_id
        WHERE p.redeemed_at IS NULL
            OR s.sequence IS DISTINCT FROM a.sequence
            OR s.schedule_id <> p.schedule_id
    """


class CompletionsCountPresences(Invariant):
    """A report counts the sessions of the class and the presences that are on record, no others."""

    name = "a_report_counts_the_presences_on_record"
    rules = ("LEARN-03", "LEARN-05")
    explanation_id = "Laporan menghitung sesi kelas dan kehadiran yang tercatat, tidak lebih dan tidak kurang."
    columns = ("lane", "purchase_id", "sessions_required", "sessions", "sessions_attended", "presences")
    sql = """
        SELECT c.lane, c.purchase_id, c.sessions_required, class.sessions, c.sessions_attended,
            coalesce(presence.presences, 0)
        FROM completions c
        JOIN purchases p ON p.lane = c.lane AND p.purchase_id = c.purchase_id
        LEFT JOIN (SELECT schedule_id, count(*) AS sessions FROM sessions GROUP BY schedule_id) AS class
            ON class.schedule_id = p.schedule_id
        LEFT JOIN (
            SELECT lane, purchase_id, count(*) AS presences
            FROM counted_attendances
            GROUP BY lane, purchase_id
        ) AS presence ON presence.lane = c.lane AND presence.purchase_id = c.purchase_id
        WHERE c.sessions_required IS DISTINCT FROM class.sessions
            OR c.sessions_attended <> coalesce(presence.presences, 0)
    """


class PurchasesFollowTheReport(Invariant):
    """A purchase is completed when its report says so, and only then.

    No report stands on a purchase that was voided or not redeemed.
    """

    name = "a_purchase_is_completed_as_its_report_says"
    rules = ("LEARN-05",)
    explanation_id = "Pembelian selesai bila dan hanya bila laporannya berkata demikian."
    columns = ("lane", "purchase_id", "state", "outcome")
    sql = """
        SELECT coalesce(p.lane, c.lane), coalesce(p.purchase_id, c.purchase_id), p.state, c.outcome
        FROM (
            SELECT lane, purchase_id, state, redeemed_at
            FROM purchases
            WHERE state IN ('completed', 'not_completed')
        ) AS p
        FULL JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        LEFT JOIN purchases other
            ON p.purchase_id IS NULL AND other.lane = c.lane AND other.purchase_id = c.purchase_id
        WHERE (p.purchase_id IS NOT NULL AND c.outcome IS DISTINCT FROM p.state)
            OR (p.purchase_id IS NULL AND (other.state IS DISTINCT FROM 'expired' OR c.outcome <> 'not_completed'))
    """


class CertificatesHaveEvidence(Invariant):
    """No certificate without evidence.

    Every session attended where the regime asks for it, the post-test passed, the skill shown in a practice
    course, feedback given, and all of it checked by the programme office before.
    """

    name = "no_certificate_without_evidence"
    rules = ("LEARN-03", "LEARN-04")
    explanation_id = (
        "Tidak ada sertifikat tanpa bukti: hadir di setiap sesi bila diwajibkan, lulus tes akhir, unjuk keterampilan "
        "pada pelatihan praktik, umpan balik, dan semuanya sudah diperiksa Manajemen Pelaksana."
    )
    columns = ("lane", "certificate_id", "purchase_id", "outcome", "verified_at", "sessions", "presences")
    sql = f"""
        SELECT certificate.lane, certificate.certificate_id, certificate.purchase_id, c.outcome, c.verified_at,
            class.sessions, coalesce(presence.presences, 0)
        FROM certificates certificate
        LEFT JOIN purchases p ON p.lane = certificate.lane AND p.purchase_id = certificate.purchase_id
        LEFT JOIN completions c ON c.lane = certificate.lane AND c.purchase_id = certificate.purchase_id
        LEFT JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        LEFT JOIN (SELECT schedule_id, count(*) AS sessions FROM sessions GROUP BY schedule_id) AS class
            ON class.schedule_id = p.schedule_id
        LEFT JOIN (
            SELECT lane, purchase_id, count(DISTINCT session_id) AS presences
            FROM counted_attendances
            GROUP BY lane, purchase_id
        ) AS presence ON presence.lane = certificate.lane AND presence.purchase_id = certificate.purchase_id
        WHERE NOT coalesce(
            c.outcome = 'completed'
                AND c.verified_at <= certificate.issued_at
                AND c.post_test_score >= c.pass_mark
                AND (NOT regime.attendance_required OR presence.presences >= class.sessions)
                AND (NOT (regime.skill_required AND p.mode = 'offline') OR c.skill_shown)
                AND (NOT regime.feedback_required OR c.feedback_given),
            false
        )
    """


INVARIANTS = (
    AttendancesAreOfTheClass,
    CompletionsCountPresences,
    PurchasesFollowTheReport,
    CertificatesHaveEvidence,
)
