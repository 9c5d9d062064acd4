"""Incentives: earned, of the right amount, booked."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class IncentivesAreEarned(Invariant):
    """No incentive without all of INC-01.

    The participant's first completed course has a certificate, a rating and a review, and the account is the
    participant's own, validated as of the same NIK, known and active.
    """

    name = "no_incentive_without_its_conditions"
    rules = ("INC-01",)
    explanation_id = (
        "Tidak ada insentif tanpa semua syaratnya: pelatihan pertama yang selesai bersertifikat, dinilai dan diulas, "
        "dan rekening milik peserta sendiri yang tervalidasi: NIK sama, KYC, dan aktif."
    )
    columns = ("lane", "incentive_id", "participant_id", "kind", "number", "purchase_id")
    sql = """
        SELECT i.lane, i.incentive_id, i.participant_id, i.kind, i.number, i.purchase_id
        FROM incentives i
        LEFT JOIN purchases p ON p.lane = i.lane AND p.purchase_id = i.purchase_id
        LEFT JOIN certificates c ON c.lane = i.lane AND c.purchase_id = i.purchase_id
        LEFT JOIN reviews r ON r.lane = i.lane AND r.purchase_id = i.purchase_id
        LEFT JOIN payout_accounts account
            ON account.lane = i.lane AND account.payout_account_id = i.payout_account_id
        WHERE p.participant_id IS DISTINCT FROM i.participant_id
            OR p.state <> 'completed'
            OR c.issued_at IS NULL
            OR c.issued_at > i.entitled_at
            OR r.rating IS NULL
            OR r.text = ''
            OR account.participant_id IS DISTINCT FROM i.participant_id
            OR account.validated_at IS NULL
            OR (account.nik_matches AND account.kyc_passed AND account.account_active) IS NOT TRUE
            OR EXISTS (
                SELECT FROM purchases earlier
                WHERE earlier.lane = i.lane
                    AND earlier.participant_id = i.participant_id
                    AND earlier.state = 'completed'
                    AND earlier.voided_at IS NULL -- as everything completed; says which index answers
                    AND earlier.closed_at <= i.entitled_at
                    AND (earlier.paid_at, earlier.purchase_id) < (p.paid_at, p.purchase_id)
            )
    """


class IncentivesAreOfTheRegime(Invariant):
    """Each incentive has the amount, and a number not above the count, that the regime set on the day of the decree."""

    name = "an_incentive_has_the_amount_and_number_of_its_regime"
    rules = ("MONEY-02", "MONEY-03")
    explanation_id = "Setiap insentif bernilai dan bernomor sesuai skema pada hari penetapan pesertanya."
    columns = ("lane", "incentive_id", "kind", "number", "amount_idr", "regime_version")
    sql = f"""
        SELECT i.lane, i.incentive_id, i.kind, i.number, i.amount_idr, holder.regime_version
        FROM incentives i
        JOIN participants holder ON holder.lane = i.lane AND holder.participant_id = i.participant_id
        JOIN {REGIMES}
            ON regime.version = holder.regime_version
            AND holder.decreed_at >= regime.from_at
            AND holder.decreed_at < regime.until_at
        WHERE i.budget_number <> holder.budget_number
            OR CASE i.kind
                WHEN 'job_search' THEN
                    i.amount_idr <> regime.job_search_idr OR i.number NOT BETWEEN 1 AND regime.job_search_count
                WHEN 'survey' THEN i.amount_idr <> regime.survey_idr OR i.number NOT BETWEEN 1 AND regime.survey_count
                ELSE true
            END
    """


class IncentivesAreGivenOnce(Invariant):
    """No participant receives the same incentive twice."""

    name = "an_incentive_is_given_once"
    rules = ("MONEY-02", "MONEY-03")
    explanation_id = "Tidak ada peserta yang menerima insentif yang sama dua kali."
    columns = ("lane", "participant_id", "kind", "number", "times")
    sql = """
        SELECT lane, participant_id, kind, number, count(*)
        FROM incentives
        GROUP BY lane, participant_id, kind, number
        HAVING count(*) > 1
    """


class SurveysComeFirst(Invariant):
    """A survey incentive falls due after its survey, and surveys are answered in their order."""

    name = "a_survey_incentive_follows_its_survey"
    rules = ("INC-02",)
    explanation_id = "Insentif survei jatuh tempo setelah surveinya dijawab, dan survei dijawab menurut urutannya."
    columns = ("lane", "participant_id", "number", "state")
    sql = """
        SELECT i.lane, i.participant_id, i.number, i.state
        FROM incentives i
        LEFT JOIN survey_answers answer
            ON answer.lane = i.lane AND answer.participant_id = i.participant_id AND answer.number = i.number
        WHERE i.kind = 'survey'
            AND i.state NOT IN ('not_yet_due', 'forfeited')
            AND (answer.answered_at IS NULL OR answer.answered_at > i.due_at)
        UNION ALL
        SELECT answer.lane, answer.participant_id, answer.number, 'answered'
        FROM survey_answers answer
        LEFT JOIN survey_answers before
            ON before.lane = answer.lane
            AND before.participant_id = answer.participant_id
            AND before.number = answer.number - 1
        WHERE answer.number > 1 AND (before.answered_at IS NULL OR before.answered_at > answer.answered_at)
    """


class IncentivesHaveTheirTransfers(Invariant):
    """An incentive has exactly the transfers that its state demands.

    What fell due moved from the participant's reserve, what was forfeited went back to the treasury, what is
    not yet due moved nowhere; no such transfer stands without its incentive.
    """

    name = "an_incentive_has_its_transfers"
    rules = ("INC-01", "MONEY-02", "MONEY-03")
    explanation_id = (
        "Insentif yang jatuh tempo berpindah dari cadangan pesertanya, yang hangus kembali ke kas negara, yang belum "
        "jatuh tempo tidak ke mana-mana; tidak ada transfer seperti itu tanpa insentif."
    )
    columns = ("lane", "incentive_id", "state", "amount_idr", "due_idr", "forfeited_idr")
    sql = """
        SELECT coalesce(i.lane, t.lane), coalesce(i.incentive_id, t.reference_id), i.state, i.amount_idr, t.due_idr,
            t.forfeited_idr
        FROM incentives i
        FULL JOIN (
            SELECT lane, reference_id, budget_number, debit_holder_id,
                sum(amount_idr) FILTER (WHERE kind = 'incentive_due') AS due_idr,
                sum(amount_idr) FILTER (WHERE kind = 'incentive_forfeit') AS forfeited_idr,
                bool_and(credit_holder_id = debit_holder_id) FILTER (WHERE kind = 'incentive_due') AS is_own
            FROM transfers
            WHERE kind IN ('incentive_due', 'incentive_forfeit')
            GROUP BY lane, reference_id, budget_number, debit_holder_id
        ) AS t
            ON t.lane = i.lane
            AND t.reference_id = i.incentive_id
            AND t.budget_number = i.budget_number
            AND t.debit_holder_id = i.participant_id
        WHERE i.incentive_id IS NULL
            OR NOT t.is_own
            OR CASE i.state
                WHEN 'not_yet_due' THEN t.lane IS NOT NULL
                -- Before it fell due nothing had moved; behind that, all of it comes back.
                WHEN 'forfeited' THEN t.lane IS NOT NULL AND (
                    t.due_idr IS DISTINCT FROM i.amount_idr OR t.forfeited_idr IS DISTINCT FROM i.amount_idr
                )
                ELSE t.due_idr IS DISTINCT FROM i.amount_idr OR t.forfeited_idr IS NOT NULL
            END
    """


INVARIANTS = (
    IncentivesAreEarned,
    IncentivesAreOfTheRegime,
    IncentivesAreGivenOnce,
    SurveysComeFirst,
    IncentivesHaveTheirTransfers,
)
