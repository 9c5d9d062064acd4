"""Payments: what a batch says, what its orders say, what the ledger says."""

from prakerja.oversight.invariants.base import Invariant


class BatchesAddUp(Invariant):
    """A payment batch's total and number are those of its orders."""

    name = "a_payment_batch_adds_up"
    rules = ("SETTLE-01", "INC-01")
    explanation_id = "Jumlah uang dan banyaknya pembayaran sebuah berkas sama dengan perintah bayar di dalamnya."
    columns = ("batch_number", "total_idr", "orders", "found_idr", "found_orders")
    sql = """
        SELECT b.number, b.total_idr, b.orders, coalesce(found.total_idr, 0), coalesce(found.orders, 0)
        FROM payment_batches b
        LEFT JOIN (
            SELECT batch_id, sum(amount_idr) AS total_idr, count(*) AS orders
            FROM payment_orders
            GROUP BY batch_id
        ) AS found ON found.batch_id = b.id
        WHERE b.total_idr <> coalesce(found.total_idr, 0) OR b.orders <> coalesce(found.orders, 0)
    """


class OrdersHaveTheirTransfers(Invariant):
    """A payment order has exactly the transfers that its state demands.

    Sent, its amount left the payable; answered, it went on to paid or back; one that waits moved nothing, and
    no such transfer stands without its order.
    """

    name = "a_payment_order_has_its_transfers"
    rules = ("SETTLE-01", "INC-01")
    explanation_id = (
        "Perintah bayar yang sudah ke bank memindahkan jumlahnya dari utang, yang sudah dijawab menjadi terbayar atau "
        "kembali; yang menunggu tidak memindahkan apa pun, dan tidak ada transfer seperti itu tanpa perintah bayar."
    )
    columns = ("lane", "payment_order_id", "state", "amount_idr", "sent_idr", "paid_idr", "failed_idr")
    sql = """
        SELECT coalesce(o.lane, t.lane), coalesce(o.payment_order_id, t.reference_id), o.state, o.amount_idr,
            t.sent_idr, t.paid_idr, t.failed_idr
        FROM (
            SELECT lane, payment_order_id, state, amount_idr, budget_number, payee_id,
                CASE payee_kind WHEN 'participant' THEN 'incentive' ELSE payee_kind END AS payable
            FROM payment_orders
        ) AS o
        FULL JOIN (
            SELECT lane, reference_id, budget_number, debit_holder_id,
                sum(amount_idr) FILTER (WHERE credit_kind = 'in_payment') AS sent_idr,
                sum(amount_idr) FILTER (WHERE credit_kind = 'paid') AS paid_idr,
                sum(amount_idr) FILTER (WHERE debit_kind = 'in_payment' AND credit_kind <> 'paid') AS failed_idr,
                min(debit_kind) FILTER (WHERE credit_kind = 'in_payment') AS payable_kind
            FROM transfers
            WHERE credit_kind = 'in_payment' OR debit_kind = 'in_payment'
            GROUP BY lane, reference_id, budget_number, debit_holder_id
        ) AS t
            ON t.lane = o.lane
            AND t.reference_id = o.payment_order_id
            AND t.budget_number = o.budget_number
            AND t.debit_holder_id = o.payee_id
        WHERE o.payment_order_id IS NULL
            OR (t.payable_kind <> o.payable || '_payable')
            OR t.sent_idr IS DISTINCT FROM CASE WHEN o.state <> 'prepared' THEN o.amount_idr END
            OR t.paid_idr IS DISTINCT FROM CASE WHEN o.state = 'paid' THEN o.amount_idr END
            OR t.failed_idr IS DISTINCT FROM CASE WHEN o.state = 'failed' THEN o.amount_idr END
    """


class PaidIncentivesFollowTheirOrder(Invariant):
    """An incentive is as far as its payment order: scheduled, in transfer, paid or failed.

    An order pays exactly the incentives that name it.
    """

    name = "an_incentive_is_as_far_as_its_payment"
    rules = ("INC-01",)
    explanation_id = (
        "Insentif sejauh perintah bayarnya: dijadwalkan, dikirim, dibayar, atau gagal; dan jumlah perintah bayar sama "
        "dengan insentif yang dibayarnya."
    )
    columns = ("lane", "payment_order_id", "order_state", "amount_idr", "incentives_idr", "least_state", "last_state")
    # Between the bank's answer and the incentives' next step (a job) an incentive may be one state behind.
    sql = """
        SELECT coalesce(o.lane, i.lane), coalesce(o.payment_order_id, i.payment_order_id), o.state, o.amount_idr,
            i.amount_idr, i.least, i.last
        FROM (SELECT * FROM payment_orders WHERE payee_kind = 'participant' AND state <> 'failed') AS o
        FULL JOIN (
            SELECT incentive.lane, incentive.payment_order_id, sum(incentive.amount_idr) AS amount_idr,
                min(incentive.state) AS least, max(incentive.state) AS last
            FROM incentives incentive
            JOIN payment_orders behind
                ON behind.lane = incentive.lane
                AND behind.payment_order_id = incentive.payment_order_id
                AND behind.state <> 'failed'
            GROUP BY incentive.lane, incentive.payment_order_id
        ) AS i ON i.lane = o.lane AND i.payment_order_id = o.payment_order_id
        WHERE o.payment_order_id IS NULL
            OR i.amount_idr IS DISTINCT FROM o.amount_idr
            OR i.least <> i.last
            OR i.last = ANY (CASE o.state
                WHEN 'prepared' THEN ARRAY['in_transfer', 'paid', 'failed', 'waiting', 'not_yet_due']
                WHEN 'sent' THEN ARRAY['paid', 'failed', 'waiting', 'not_yet_due']
                ELSE ARRAY['failed', 'waiting', 'not_yet_due']
            END)
    """


INVARIANTS = (BatchesAddUp, OrdersHaveTheirTransfers, PaidIncentivesFollowTheirOrder)
