"""Settlement: lines are the ledger's, statements are the lines', runs are the statements'."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class LinesAreTransfers(Invariant):
    """A settlement line is the ledger's transfer of that share to that payee.

    A share of nothing has no transfer. A purchase that is settled has both its lines, in one run, and together they
    are its price.
    """

    name = "a_settlement_line_is_a_transfer"
    rules = ("SETTLE-01", "FEE-01")
    explanation_id = (
        "Baris penyelesaian sama dengan transfer bagian itu kepada penerimanya di buku besar; pembelian yang "
        "diselesaikan punya dua baris dalam satu penyelesaian, yang jumlahnya sama dengan harganya."
    )
    columns = ("lane", "purchase_id", "payee_kind", "amount_idr", "transfer_idr")
    sql = """
        SELECT l.lane, l.purchase_id, l.payee_kind, l.amount_idr, t.amount_idr
        FROM settlement_lines l
        JOIN purchases p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        LEFT JOIN transfers t
            ON t.lane = l.lane
            AND t.reference_id = l.purchase_id
            AND t.kind = CASE l.payee_kind WHEN 'platform' THEN 'commission' ELSE 'institution_share' END
            AND t.budget_number = l.budget_number
            AND t.credit_holder_id = l.payee_id
        WHERE l.amount_idr <> coalesce(t.amount_idr, 0) OR l.price_idr <> p.price_idr OR p.payable_at IS NULL
        UNION ALL
        SELECT lane, purchase_id, 'both', sum(amount_idr)::bigint, max(price_idr)
        FROM settlement_lines
        GROUP BY lane, purchase_id
        HAVING count(*) <> 2
            OR sum(amount_idr) <> max(price_idr)
            OR min(run_id::text) <> max(run_id::text)
    """


class StatementsAddUp(Invariant):
    """A payee's statement in a run says what its lines say, and what it leaves out is the other side's."""

    name = "a_settlement_statement_adds_up"
    rules = ("SETTLE-01",)
    explanation_id = "Rekap seorang penerima dalam satu penyelesaian sama dengan baris-barisnya."
    columns = ("run_id", "payee_kind", "payee_id", "amount_idr", "lines_idr")
    sql = """
        SELECT coalesce(s.run_id, l.run_id), coalesce(s.payee_kind, l.payee_kind), coalesce(s.payee_id, l.payee_id),
            s.amount_idr, l.amount_idr
        FROM settlement_statements s
        FULL JOIN (
            SELECT run_id, payee_kind, payee_id, count(*) AS purchases, sum(price_idr) AS price_idr,
                sum(amount_idr) AS amount_idr
            FROM settlement_lines
            GROUP BY run_id, payee_kind, payee_id
        ) AS l ON l.run_id = s.run_id AND l.payee_kind = s.payee_kind AND l.payee_id = s.payee_id
        WHERE (s.purchases, s.price_idr, s.amount_idr) IS DISTINCT FROM (l.purchases, l.price_idr, l.amount_idr)
            OR s.amount_idr <> CASE s.payee_kind
                WHEN 'platform' THEN s.commission_idr
                ELSE s.price_idr - s.commission_idr
            END
    """


class RunsAddUp(Invariant):
    """A run's total is its statements', and the batch of an approved run pays exactly that."""

    name = "a_settlement_run_adds_up"
    rules = ("SETTLE-01",)
    explanation_id = (
        "Jumlah sebuah penyelesaian sama dengan rekap-rekapnya, dan berkas bayarnya membayar persis sebesar itu."
    )
    columns = ("run_number", "purchases", "total_idr", "found_purchases", "found_idr", "batch_idr")
    sql = """
        SELECT r.number, r.purchases, r.total_idr, found.purchases, found.amount_idr, b.total_idr
        FROM settlement_runs r
        LEFT JOIN payment_batches b ON b.id = r.batch_id
        LEFT JOIN (
            SELECT run_id, sum(amount_idr) AS amount_idr,
                sum(purchases) FILTER (WHERE payee_kind = 'institution') AS purchases
            FROM settlement_statements
            GROUP BY run_id
        ) AS found ON found.run_id = r.id
        WHERE (r.purchases, r.total_idr) IS DISTINCT FROM (found.purchases, found.amount_idr)
            OR (r.state <> 'prepared' AND b.total_idr IS DISTINCT FROM r.total_idr)
    """


class SettledMetTheTrigger(Invariant):
    """Nothing became payable before its trigger.

    With `completion`: a completed course that the programme office has checked.
    """

    name = "nothing_is_payable_before_its_trigger"
    rules = ("SETTLE-01",)
    explanation_id = (
        "Tidak ada yang terutang sebelum pemicunya: pada pemicu penyelesaian, pelatihan selesai dan sudah diperiksa."
    )
    columns = ("lane", "purchase_id", "state", "payable_at", "settlement_trigger")
    sql = f"""
        SELECT p.lane, p.purchase_id, p.state, p.payable_at, regime.settlement_trigger
        FROM purchases p
        JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        WHERE p.payable_at IS NOT NULL
            AND NOT coalesce(CASE regime.settlement_trigger
                WHEN 'purchase' THEN p.payable_at >= p.paid_at
                WHEN 'redemption' THEN p.payable_at >= p.redeemed_at
                ELSE p.state = 'completed' AND p.payable_at >= c.verified_at
            END, false)
    """


class RepaymentsAreReceipts(Invariant):
    """What counts as repaid is what two people found in the bank's statements, and the ledger has every rupiah of it.

    Nobody is asked for more than the packages that were reserved for that person.
    """

    name = "what_is_repaid_is_in_the_ledger"
    rules = ("REV-01",)
    explanation_id = (
        "Yang tercatat sudah dikembalikan sama dengan penerimaan yang dikonfirmasi dua orang dan dengan buku besar; "
        "tidak seorang pun diminta lebih dari paket yang pernah dicadangkan baginya."
    )
    columns = ("lane", "repayment_id", "assessed_idr", "repaid_idr", "confirmed_idr", "booked_idr")
    sql = """
        SELECT r.lane, r.repayment_id, r.assessed_idr, r.repaid_idr, money.confirmed_idr, money.booked_idr
        FROM repayments r
        JOIN participants p ON p.lane = r.lane AND p.participant_id = r.participant_id
        JOIN budgets b ON b.number = p.budget_number
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(i.amount_idr) FILTER (WHERE i.confirmed_at IS NOT NULL), 0)::bigint AS confirmed_idr,
                coalesce(sum(t.amount_idr), 0)::bigint AS booked_idr
            FROM repayment_receipts i
            LEFT JOIN transfers t ON t.lane = i.lane AND t.reference_id = i.receipt_id AND t.kind = 'repayment'
            WHERE i.lane = r.lane AND i.repayment_id = r.repayment_id
        ) AS money
        WHERE r.repaid_idr <> money.confirmed_idr
            OR money.confirmed_idr <> money.booked_idr
            OR r.assessed_idr > b.package_idr + coalesce((
                SELECT sum(i.training_idr + i.incentive_idr)
                FROM reinstatements i
                WHERE i.lane = r.lane AND i.participant_id = r.participant_id AND i.state = 'done'
            ), 0)
    """


INVARIANTS = (LinesAreTransfers, StatementsAddUp, RunsAddUp, SettledMetTheTrigger, RepaymentsAreReceipts)
