"""Cards: one live one per participant, of the participant's channel, and what a revocation or the year's end leaves."""

from prakerja.oversight.invariants.base import Invariant


class OneLiveCard(Invariant):
    """A participant has at most one card that is neither lost, replaced nor withdrawn."""

    name = "a_participant_has_one_live_card"
    rules = ("SCHEME-01", "CARD-03")
    explanation_id = "Seorang peserta punya paling banyak satu kartu yang tidak hilang, diganti, atau ditarik."
    columns = ("lane", "participant_id", "live_cards")
    sql = """
        SELECT lane, participant_id, count(*)
        FROM cards
        WHERE state NOT IN ('lost', 'replaced', 'withdrawn')
        GROUP BY lane, participant_id
        HAVING count(*) > 1
    """


class CardsAreOfTheirHoldersChannel(Invariant):
    """A card has the channel of its holder: digital or regular, as the decree says."""

    name = "a_card_has_the_channel_of_its_holder"
    rules = ("SCHEME-02", "SCHEME-04")
    explanation_id = "Jalur kartu sama dengan jalur pemegangnya: digital atau reguler, sebagaimana penetapannya."
    columns = ("lane", "card_id", "participant_id", "card_channel", "participant_channel")
    sql = """
        SELECT c.lane, c.card_id, c.participant_id, c.channel, p.channel
        FROM cards c
        LEFT JOIN participants p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE p.channel IS DISTINCT FROM c.channel
    """


class RevokedHaveNothingLeft(Invariant):
    """A revoked participant has given everything back.

    It stands in a revocation, nothing is left on the accounts, no card works, and the NIK is on the blacklist;
    whoever missed the first purchase has given back the whole package.
    """

    name = "a_revocation_takes_everything_back"
    rules = ("CARD-01", "ELIG-06")
    explanation_id = (
        "Peserta yang dicabut tercatat pada pencabutan, seluruh sisa saldonya kembali ke kas negara, kartunya tidak "
        "berlaku, dan NIK-nya masuk daftar hitam; bila tidak ada pembelian pertama, seluruh paket kembali."
    )
    columns = ("lane", "participant_id", "reason", "training_idr", "incentive_idr", "balance_idr", "blacklisted")
    sql = """
        SELECT coalesce(p.lane, r.lane), coalesce(p.participant_id, r.participant_id), r.reason, r.training_idr,
            r.incentive_idr, left_over.balance_idr, b.nik_index IS NOT NULL
        FROM (SELECT * FROM participants WHERE state = 'revoked') AS p
        FULL JOIN (
            -- A revocation stands until a reinstatement has given everything back.
            SELECT each.*
            FROM revocations each
            WHERE NOT EXISTS (
                SELECT FROM reinstatements i
                WHERE i.lane = each.lane AND i.participant_id = each.participant_id AND i.done_number = each.number
            )
        ) AS r ON r.lane = p.lane AND r.participant_id = p.participant_id
        LEFT JOIN budgets budget ON budget.number = p.budget_number
        LEFT JOIN applicants a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        LEFT JOIN blacklist b ON b.lane = a.lane AND b.nik_index = a.nik_index
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(account.balance_idr), 0)::bigint AS balance_idr
            FROM accounts account
            WHERE account.lane = p.lane
                AND account.holder_id = p.participant_id
                AND account.kind IN ('training', 'incentive')
        ) AS left_over ON true
        WHERE p.participant_id IS NULL
            OR r.participant_id IS NULL
            OR left_over.balance_idr <> 0
            OR b.nik_index IS NULL
            OR (
                r.reason = 'no_first_purchase'
                AND r.number = 1
                AND (r.training_idr <> budget.training_idr OR r.incentive_idr <> budget.incentive_idr)
            )
            OR EXISTS (
                SELECT FROM cards c
                WHERE c.lane = p.lane
                    AND c.participant_id = p.participant_id
                    AND c.state NOT IN ('lost', 'replaced', 'withdrawn')
            )
    """


class ExpiredHaveNoBalance(Invariant):
    """When the year is over for a participant, no training balance is left on the account."""

    name = "an_expired_participant_has_no_training_balance"
    rules = ("CARD-02",)
    explanation_id = "Setelah masa pakai seorang peserta berakhir, tidak ada saldo pelatihan yang tersisa."
    columns = ("lane", "participant_id", "balance_idr", "balance_until_at")
    sql = """
        SELECT p.lane, p.participant_id, account.balance_idr, p.balance_until_at
        FROM participants p
        JOIN accounts account
            ON account.lane = p.lane AND account.holder_id = p.participant_id AND account.kind = 'training'
        WHERE p.state = 'expired' AND account.balance_idr <> 0
    """


class ReinstatementsGiveBackWhatWasTaken(Invariant):
    """Whoever was reinstated got back to the rupiah what the revocation took, out of the budget's unspent money.

    By a decree that another person signed than the one who prepared it; who still waits got nothing.
    """

    name = "a_reinstatement_gives_back_what_the_revocation_took"
    rules = ("MONEY-01", "MONEY-02", "MONEY-03", "CARD-01")
    explanation_id = (
        "Peserta yang dipulihkan menerima kembali tepat sebesar yang diambil pencabutannya, dari sisa anggaran, dengan "
        "penetapan yang ditandatangani orang lain daripada penyusunnya; yang masih menunggu belum menerima apa pun."
    )
    columns = ("lane", "participant_id", "state", "taken_idr", "given_idr", "decree_state", "signed_by")
    sql = """
        SELECT i.lane, i.participant_id, i.state, r.training_idr + r.incentive_idr, money.given_idr, d.state,
            i.signed_by
        FROM reinstatements i
        JOIN revocations r
            ON r.lane = i.lane AND r.participant_id = i.participant_id AND r.number = i.revocation_number
        JOIN decrees d ON d.id = i.decree_id
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(t.amount_idr) FILTER (WHERE t.kind = 'reinstate_training'), 0)::bigint AS training_idr,
                coalesce(sum(t.amount_idr) FILTER (WHERE t.kind = 'reinstate_incentive'), 0)::bigint AS incentive_idr,
                coalesce(sum(t.amount_idr), 0)::bigint AS given_idr
            FROM transfers t
            WHERE t.lane = i.lane
                AND t.reference_id = i.reinstatement_id
                AND t.kind IN ('reinstate_training', 'reinstate_incentive')
                AND t.credit_holder_id = i.participant_id
        ) AS money
        WHERE (i.training_idr, i.incentive_idr) <> (r.training_idr, r.incentive_idr)
            OR CASE i.state
                WHEN 'done' THEN
                    (money.training_idr, money.incentive_idr) <> (r.training_idr, r.incentive_idr)
                    OR d.state <> 'approved'
                    OR d.approver IS DISTINCT FROM i.signed_by
                ELSE money.given_idr <> 0 OR d.state = 'approved'
            END
    """


class WhoWasTakenOffStays(Invariant):
    """Whom the second person took off a revocation decree was not revoked by it, and was not taken off by its maker."""

    name = "who_was_taken_off_a_revocation_stays"
    rules = ("CARD-01", "REV-01")
    explanation_id = (
        "Orang yang dikeluarkan penandatangan dari penetapan pencabutan tidak dicabut oleh penetapan itu, dan tidak "
        "dikeluarkan oleh penyusunnya sendiri."
    )
    columns = ("lane", "participant_id", "decree_number", "maker", "removed_by", "revoked_at")
    sql = """
        SELECT x.lane, x.participant_id, d.number, d.maker, x.removed_by, r.revoked_at
        FROM revocation_removals x
        JOIN decrees d ON d.id = x.decree_id
        LEFT JOIN revocations r
            ON r.lane = x.lane AND r.participant_id = x.participant_id AND r.decree_id = x.decree_id
        WHERE r.revoked_at IS NOT NULL OR d.maker = x.removed_by
    """


INVARIANTS = (
    OneLiveCard,
    CardsAreOfTheirHoldersChannel,
    RevokedHaveNothingLeft,
    ReinstatementsGiveBackWhatWasTaken,
    WhoWasTakenOffStays,
    ExpiredHaveNoBalance,
)
