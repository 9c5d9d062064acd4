"""The books: double entry, kept balances, and every rupiah of a budget in exactly one place."""

from prakerja.oversight.invariants.base import Invariant


class TransfersFitTheirKind(Invariant):
    """Every transfer has a positive amount, two different sides, and the kinds of account that its kind joins."""

    name = "every_transfer_has_two_sides_and_fits_its_kind"
    rules = ("MONEY-01", "MONEY-02", "MONEY-03")
    explanation_id = (
        "Setiap transfer bernilai positif, punya dua sisi yang berbeda, dan menghubungkan jenis rekening yang sesuai "
        "dengan jenis transfernya."
    )
    columns = ("lane", "reference_id", "kind", "debit_kind", "credit_kind", "amount_idr")
    sql = """
        SELECT t.lane, t.reference_id, t.kind, t.debit_kind, t.credit_kind, t.amount_idr
        FROM transfers t
        LEFT JOIN unnest(%(kinds)s::text[], %(debit_kinds)s::text[], %(credit_kinds)s::text[])
            AS chart (kind, debit_kind, credit_kind)
            ON chart.kind = t.kind AND chart.debit_kind = t.debit_kind AND chart.credit_kind = t.credit_kind
        WHERE chart.kind IS NULL
            OR t.amount_idr <= 0
            OR (t.debit_kind = t.credit_kind AND t.debit_holder_id = t.credit_holder_id)
    """


class BalancesAreSums(Invariant):
    """The balance that an account keeps is the sum of its transfers; a side without an account counts as zero."""

    name = "a_kept_balance_is_the_sum_of_its_transfers"
    rules = ("MONEY-01", "MONEY-02", "MONEY-03")
    explanation_id = (
        "Saldo yang disimpan pada sebuah rekening sama dengan jumlah transfernya; sisi tanpa rekening dihitung nol."
    )
    columns = ("lane", "holder_id", "account_kind", "difference_idr")
    # One grouping of all sources by participant: a join would hash the four million accounts twice. Sums of integer are
    # five times as fast as sums of bigint; no amount of a participant is near 2^31, and one that is would differ.
    sql = """
        SELECT own.lane, own.holder_id, part.kind, part.difference_idr
        FROM (
            SELECT lane, holder_id, sum(training_idr) AS training_idr, sum(incentive_idr) AS incentive_idr
            FROM (
                SELECT lane, holder_id,
                    CASE kind WHEN 'training' THEN least(balance_idr, 2147483647)::integer ELSE 0 END AS training_idr,
                    CASE kind WHEN 'incentive' THEN least(balance_idr, 2147483647)::integer ELSE 0 END AS incentive_idr
                FROM accounts
                WHERE kind IN ('training', 'incentive')
                UNION ALL
                SELECT lane, credit_holder_id,
                    CASE credit_kind WHEN 'training' THEN -least(amount_idr, 2147483647)::integer ELSE 0 END,
                    CASE credit_kind WHEN 'incentive' THEN -least(amount_idr, 2147483647)::integer ELSE 0 END
                FROM transfers
                WHERE credit_kind IN ('training', 'incentive')
                UNION ALL
                SELECT lane, debit_holder_id,
                    CASE debit_kind WHEN 'training' THEN least(amount_idr, 2147483647)::integer ELSE 0 END,
                    CASE debit_kind WHEN 'incentive' THEN least(amount_idr, 2147483647)::integer ELSE 0 END
                FROM transfers
                WHERE debit_kind IN ('training', 'incentive')
            ) AS side
            GROUP BY lane, holder_id
            HAVING sum(training_idr) <> 0 OR sum(incentive_idr) <> 0
        ) AS own
        CROSS JOIN LATERAL (VALUES
            ('training', own.training_idr),
            ('incentive', own.incentive_idr)
        ) AS part (kind, difference_idr)
        WHERE part.difference_idr <> 0
        UNION ALL
        SELECT lane, holder_id, 'unspent', sum(amount_idr)::bigint
        FROM (
            SELECT lane, holder_id, balance_idr AS amount_idr
            FROM accounts
            WHERE kind = 'unspent'
            UNION ALL
            SELECT lane, credit_holder_id, -sum(amount_idr)
            FROM transfers
            WHERE credit_kind = 'unspent'
            GROUP BY lane, credit_holder_id
            UNION ALL
            SELECT lane, debit_holder_id, sum(amount_idr)
            FROM transfers
            WHERE debit_kind = 'unspent'
            GROUP BY lane, debit_holder_id
        ) AS side
        GROUP BY lane, holder_id
        HAVING sum(amount_idr) <> 0
    """


class BalancesAreNotNegative(Invariant):
    """No account that keeps a balance is below zero: nobody spends more than there is."""

    name = "no_kept_balance_is_negative"
    rules = ("CARD-03",)
    explanation_id = "Tidak ada rekening bersaldo di bawah nol: tidak ada yang membelanjakan lebih dari yang ada."
    columns = ("lane", "holder_id", "account_kind", "balance_idr")
    sql = """
        SELECT lane, holder_id, kind, balance_idr
        FROM accounts
        WHERE balance_idr < 0
    """


class SummedAccountsAreNotNegative(Invariant):
    """What is held, payable, in payment, paid or returned is never below zero, for any budget and holder."""

    name = "no_summed_account_is_negative"
    rules = ("SETTLE-01",)
    explanation_id = (
        "Uang yang ditahan, terutang, dalam pembayaran, dibayar, atau dikembalikan tidak pernah di bawah nol, untuk "
        "anggaran dan pemegang mana pun."
    )
    columns = ("budget_number", "account_kind", "holder_id", "balance_idr")
    sql = """
        SELECT budget_number, kind, holder_id, sum(amount_idr)::bigint
        FROM (
            SELECT budget_number, credit_kind AS kind, credit_holder_id AS holder_id, sum(amount_idr) AS amount_idr
            FROM transfers
            WHERE credit_kind NOT IN ('unspent', 'training', 'incentive', 'state_budget', 'between_lanes', 'recipient')
            GROUP BY budget_number, credit_kind, credit_holder_id
            UNION ALL
            SELECT budget_number, debit_kind, debit_holder_id, -sum(amount_idr)
            FROM transfers
            WHERE debit_kind NOT IN ('unspent', 'training', 'incentive', 'state_budget', 'between_lanes', 'recipient')
            GROUP BY budget_number, debit_kind, debit_holder_id
        ) AS side
        GROUP BY budget_number, kind, holder_id
        HAVING sum(amount_idr) < 0
    """


class BudgetsAddUp(Invariant):
    """Allocated = unspent + reserved + held + payable + in payment + paid + returned, for each regime and channel.

    Unspent and reserved are the kept balances, the others the sums of transfers.
    """

    name = "every_budget_adds_up"
    rules = ("MONEY-01", "MONEY-02", "MONEY-03", "SETTLE-01")
    explanation_id = (
        "Alokasi = belum dipakai + dicadangkan + ditahan + terutang + dalam pembayaran + dibayar + dikembalikan, untuk "
        "tiap skema dan jalur. Belum dipakai dan dicadangkan adalah saldo rekening, yang lain jumlah transfer."
    )
    columns = (
        "budget_number",
        "allocated_idr",
        "unspent_idr",
        "reserved_idr",
        "held_idr",
        "payable_idr",
        "in_payment_idr",
        "paid_idr",
        "returned_idr",
    )
    sql = """
        WITH sides AS (
            SELECT budget_number, debit_kind, credit_kind, sum(amount_idr) AS amount_idr
            FROM transfers
            GROUP BY budget_number, debit_kind, credit_kind
        ), balances AS (
            SELECT budget_number, credit_kind AS kind, amount_idr
            FROM sides
            WHERE credit_kind NOT IN ('unspent', 'training', 'incentive')
            UNION ALL
            SELECT budget_number, debit_kind, -amount_idr
            FROM sides
            WHERE debit_kind NOT IN ('unspent', 'training', 'incentive')
            UNION ALL
            SELECT budget_number, kind, sum(balance_idr)
            FROM accounts
            GROUP BY budget_number, kind
        ), parts AS (
            SELECT
                budget_number,
                -coalesce(sum(amount_idr) FILTER (WHERE kind = 'state_budget'), 0)::bigint AS allocated,
                -- What is between lanes belongs to the unspent; that it is nothing is an invariant of its own.
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('unspent', 'between_lanes')), 0)::bigint AS unspent,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('training', 'incentive')), 0)::bigint AS reserved,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'held'), 0)::bigint AS held,
                coalesce(sum(amount_idr) FILTER (
                    WHERE kind IN ('platform_payable', 'institution_payable', 'incentive_payable')
                ), 0)::bigint AS payable,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'in_payment'), 0)::bigint AS in_payment,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'paid'), 0)::bigint AS paid,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'returned'), 0)::bigint AS returned
            FROM balances
            GROUP BY budget_number
        )
        SELECT budget_number, allocated, unspent, reserved, held, payable, in_payment, paid, returned
        FROM parts
        WHERE allocated <> unspent + reserved + held + payable + in_payment + paid + returned
    """


class NothingIsBetweenLanes(Invariant):
    """Money that left one lane has arrived in another, in the same transaction: between lanes there is nothing."""

    name = "nothing_is_lost_between_lanes"
    rules = ("MONEY-01",)
    explanation_id = "Uang yang keluar dari satu lajur sudah masuk ke lajur lain: di antara lajur tidak ada apa-apa."
    columns = ("budget_number", "between_lanes_idr")
    sql = """
        SELECT budget_number, sum(CASE credit_kind WHEN 'between_lanes' THEN amount_idr ELSE -amount_idr END)::bigint
        FROM transfers
        WHERE credit_kind = 'between_lanes' OR debit_kind = 'between_lanes'
        GROUP BY budget_number
        HAVING sum(CASE credit_kind WHEN 'between_lanes' THEN amount_idr ELSE -amount_idr END) <> 0
    """


class PackagesAreReserved(Invariant):
    """Every participant's decree reserved the whole package of the budget.

    Training and incentives, once, and nothing else reserves.
    """

    name = "every_participant_has_the_package_reserved"
    rules = ("MONEY-01", "MONEY-02", "MONEY-03")
    explanation_id = (
        "Penetapan mencadangkan seluruh paket anggaran bagi setiap peserta, pelatihan dan insentif, dan tidak ada "
        "pencadangan lain."
    )
    columns = ("lane", "participant_id", "budget_number", "training_idr", "incentive_idr")
    # The rows say what is missing (below zero: too much). Sums of integer, as in `BalancesAreSums`.
    sql = """
        SELECT lane, participant_id, max(budget_number), sum(training_idr), sum(incentive_idr)
        FROM (
            SELECT p.lane, p.participant_id, p.budget_number,
                least(b.training_idr, 2147483647)::integer AS training_idr,
                least(b.incentive_idr, 2147483647)::integer AS incentive_idr
            FROM participants p
            JOIN budgets b ON b.number = p.budget_number
            UNION ALL
            SELECT lane, reference_id, budget_number,
                CASE kind WHEN 'reserve_training' THEN -least(amount_idr, 2147483647)::integer ELSE 0 END,
                CASE kind WHEN 'reserve_incentive' THEN -least(amount_idr, 2147483647)::integer ELSE 0 END
            FROM transfers
            WHERE kind IN ('reserve_training', 'reserve_incentive')
        ) AS side
        GROUP BY lane, participant_id
        HAVING sum(training_idr) <> 0
            OR sum(incentive_idr) <> 0
            OR min(budget_number) <> max(budget_number)
    """


INVARIANTS = (
    TransfersFitTheirKind,
    BalancesAreSums,
    BalancesAreNotNegative,
    SummedAccountsAreNotNegative,
    BudgetsAddUp,
    NothingIsBetweenLanes,
    PackagesAreReserved,
)
