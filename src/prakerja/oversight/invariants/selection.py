"""Who is a participant: the draw's winners, each once, from small enough households, named by two people."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class DecreesNameTheWinners(Invariant):
    """The participants of a decree are exactly the winners of its wave's draw.

    In the channel that they chose, and none of them with a rank behind the last one that was drawn.
    """

    name = "a_decree_names_the_winners_of_the_draw"
    rules = ("SELECT-01",)
    explanation_id = (
        "Peserta sebuah penetapan adalah persis pemenang undian gelombangnya, pada jalur yang mereka pilih, dan "
        "peringkat mereka tidak di belakang yang terakhir terundi."
    )
    columns = ("lane", "applicant_id", "participant_id", "rank", "cut_off_rank")
    sql = """
        SELECT coalesce(p.lane, j.lane), coalesce(p.applicant_id, j.applicant_id), p.participant_id, j.rank,
            result.cut_off_rank
        FROM participants p
        FULL JOIN (
            SELECT joining.lane, joining.wave_id, joining.applicant_id, joining.channel, joining.province_code,
                joining.priority_class, joining.rank
            FROM joinings joining
            JOIN waves wave ON wave.id = joining.wave_id
            WHERE joining.outcome IN ('selected', 'decreed') AND wave.state = 'decreed'
        ) AS j ON j.lane = p.lane AND j.applicant_id = p.applicant_id AND j.wave_id = p.wave_id
        LEFT JOIN draws draw ON draw.wave_id = j.wave_id
        LEFT JOIN draw_results result
            ON result.draw_id = draw.id
            AND result.channel = j.channel
            AND result.province_code = j.province_code
            AND result.priority_class = j.priority_class
        WHERE p.applicant_id IS NULL
            OR j.applicant_id IS NULL
            OR j.channel <> p.channel
            OR j.rank > coalesce(result.cut_off_rank, 0)
    """


class DrawsAreWhole(Invariant):
    """A drawn list is kept whole: as many rows, ranks and figures as were committed, and as many marked as were chosen.

    Draws before draw-2 kept no list. Whoever was chosen and dropped afterwards keeps the rank.
    """

    name = "a_draw_marks_whom_it_chose_and_keeps_its_list"
    rules = ("SELECT-01",)
    explanation_id = (
        "Undian menyimpan seluruh daftar yang dikunci, dan jumlah yang ditandai terpilih sama dengan jumlah terundi."
    )
    columns = ("wave_number", "applicants", "rows_kept", "ranks_kept", "counted", "selected", "marked")
    sql = """
        SELECT wave.number, draw.applicants, kept.rows, ranked.rows, figures.applicants, figures.selected,
            coalesce(marked.people, 0)
        FROM draws draw
        JOIN draw_reveals reveal ON reveal.draw_id = draw.id
        JOIN waves wave ON wave.id = draw.wave_id
        LEFT JOIN (
            SELECT draw_id, sum(octet_length(rows)) / 36 AS rows FROM draw_chunks GROUP BY draw_id
        ) AS kept ON kept.draw_id = draw.id
        LEFT JOIN (
            SELECT draw_id, sum(octet_length(places)) / 4 AS rows FROM draw_places GROUP BY draw_id
        ) AS ranked ON ranked.draw_id = draw.id
        LEFT JOIN (
            SELECT draw_id, sum(applicants) AS applicants, sum(selected) AS selected FROM draw_results GROUP BY draw_id
        ) AS figures ON figures.draw_id = draw.id
        LEFT JOIN (
            SELECT wave_id, count(*) AS people FROM joinings WHERE rank IS NOT NULL GROUP BY wave_id
        ) AS marked ON marked.wave_id = draw.wave_id
        WHERE draw.rule_version = 'draw-2'
            AND (
                kept.rows IS DISTINCT FROM draw.applicants
                OR ranked.rows IS DISTINCT FROM draw.applicants
                OR figures.applicants IS DISTINCT FROM draw.applicants
                OR figures.selected IS DISTINCT FROM coalesce(marked.people, 0)
            )
    """


class DecreesAddUp(Invariant):
    """An approved decree names as many participants, and as much money, as came of it."""

    name = "a_decree_adds_up"
    rules = ("MONEY-01", "CARD-01")
    explanation_id = "Penetapan yang disetujui menyebut jumlah peserta dan uang yang benar-benar dihasilkannya."
    columns = ("decree_number", "kind", "participants", "total_idr", "found_participants", "found_idr")
    # A revocation's figures are the proposal's; who bought meanwhile stays, so that fewer may have come of it.
    sql = """
        WITH appointed AS (
            SELECT p.decree_id, count(*) AS people, sum(b.package_idr) AS total_idr
            FROM participants p
            JOIN budgets b ON b.number = p.budget_number
            GROUP BY p.decree_id
        ), revoked AS (
            SELECT decree_id, count(*) AS people, sum(training_idr + incentive_idr) AS total_idr
            FROM revocations
            GROUP BY decree_id
            UNION ALL
            SELECT decree_id, 1, training_idr + incentive_idr
            FROM reinstatements
            WHERE state = 'done'
        )
        SELECT d.number, d.kind, d.participants, d.total_idr, coalesce(a.people, r.people, 0),
            coalesce(a.total_idr, r.total_idr, 0)
        FROM decrees d
        LEFT JOIN appointed a ON a.decree_id = d.id
        LEFT JOIN revoked r ON r.decree_id = d.id
        WHERE CASE
            WHEN d.state <> 'approved' THEN a.people IS NOT NULL OR r.people IS NOT NULL
            WHEN d.kind = 'appointment' THEN
                r.people IS NOT NULL
                OR d.participants IS DISTINCT FROM a.people
                OR d.total_idr IS DISTINCT FROM a.total_idr
            ELSE a.people IS NOT NULL OR r.people IS NULL OR r.people > d.participants
        END
    """


class TwoPeopleSign(Invariant):
    """A decree, a payment and a settlement run in force have two names, and they differ: maker and approver."""

    name = "decrees_and_payments_have_two_people"
    rules = ("SETTLE-01",)
    explanation_id = (
        "Penetapan, pembayaran, dan penyelesaian yang berlaku ditandatangani dua orang yang berbeda: pembuat dan "
        "penyetuju."
    )
    columns = ("paper", "number", "maker", "approver")
    sql = """
        SELECT 'decree', number, maker, coalesce(approver, '')
        FROM decrees
        WHERE approver = maker OR (state <> 'prepared' AND approver IS NULL)
        UNION ALL
        SELECT 'payment', number, maker, coalesce(approver, '')
        FROM payment_batches
        WHERE approver = maker OR (state <> 'prepared' AND approver IS NULL)
        UNION ALL
        SELECT 'settlement', number, maker, coalesce(approver, '')
        FROM settlement_runs
        WHERE approver = maker OR (state <> 'prepared' AND approver IS NULL)
    """


class HouseholdsAreWithinTheirLimit(Invariant):
    """Of one family card no more people were ever appointed than the regimes allow."""

    name = "no_household_has_more_recipients_than_allowed"
    rules = ("ELIG-07",)
    explanation_id = "Dari satu KK tidak pernah ditetapkan lebih banyak orang daripada yang dibolehkan skema."
    columns = ("lane", "applicant_id", "recipients_of_household")
    # Only the state is read for the many: participants behind it are compared by `whoever_is_decreed…`.
    sql = f"""
        SELECT a.lane, a.applicant_id, household.recipients
        FROM (
            SELECT kk_index, count(*) AS recipients
            FROM applicants
            WHERE state = 'decreed'
            GROUP BY kk_index
            HAVING count(*) > (SELECT max(regime.kk_max_recipients) FROM {REGIMES})
        ) AS household
        JOIN applicants a ON a.kk_index = household.kk_index AND a.state = 'decreed'
    """


class DecreedAreParticipants(Invariant):
    """Whoever is a participant was an eligible applicant, is marked as decreed, and nobody else is."""

    name = "whoever_is_decreed_is_a_participant"
    rules = ("ELIG-01", "ELIG-06")
    explanation_id = (
        "Setiap peserta adalah pendaftar yang layak dan bertanda sudah ditetapkan, dan tidak ada yang lain."
    )
    columns = ("lane", "applicant_id", "participant_id", "state", "eligibility")
    sql = """
        SELECT coalesce(a.lane, p.lane), coalesce(a.applicant_id, p.applicant_id), p.participant_id, a.state,
            a.eligibility
        FROM (SELECT lane, applicant_id, state, eligibility FROM applicants WHERE state = 'decreed') AS a
        FULL JOIN participants p ON p.lane = a.lane AND p.applicant_id = a.applicant_id
        WHERE a.applicant_id IS NULL OR p.applicant_id IS NULL OR a.eligibility IS DISTINCT FROM 'eligible'
    """


class BlacklistedAreNotAppointed(Invariant):
    """Nobody is appointed who was on the blacklist at that moment."""

    name = "nobody_on_the_blacklist_is_appointed"
    rules = ("ELIG-06",)
    explanation_id = "Tidak ada yang ditetapkan selagi NIK-nya ada di daftar hitam."
    columns = ("lane", "participant_id", "decreed_at", "blacklisted_at")
    sql = """
        SELECT p.lane, p.participant_id, p.decreed_at, b.blacklisted_at
        FROM blacklist b
        JOIN applicants a ON a.lane = b.lane AND a.nik_index = b.nik_index
        JOIN participants p ON p.lane = a.lane AND p.applicant_id = a.applicant_id
        WHERE p.decreed_at >= b.blacklisted_at AND (b.lifted_at IS NULL OR p.decreed_at < b.lifted_at)
    """


class DecisionsNameTheirRegime(Invariant):
    """Every participant and every purchase names a regime version that was loaded and had rules for that day."""

    name = "every_decision_names_a_loaded_regime"
    rules = ("MONEY-01", "FEE-01")
    explanation_id = (
        "Setiap peserta dan pembelian menyebut versi aturan yang pernah dimuat dan berlaku pada hari keputusannya."
    )
    columns = ("decision", "regime_version", "decisions", "first_at", "last_at")
    sql = f"""
        WITH decisions AS (
            SELECT 'participant' AS decision, regime_version, count(*) AS decisions, min(decreed_at) AS first_at,
                max(decreed_at) AS last_at
            FROM participants
            GROUP BY regime_version
            UNION ALL
            SELECT 'purchase', regime_version, count(*), min(paid_at), max(paid_at)
            FROM purchases
            GROUP BY regime_version
        ), versions AS (
            SELECT regime.version, min(regime.from_at) AS from_at, max(regime.until_at) AS until_at
            FROM {REGIMES}
            GROUP BY regime.version
        )
        SELECT d.decision, d.regime_version, d.decisions, d.first_at, d.last_at
        FROM decisions d
        LEFT JOIN versions v ON v.version = d.regime_version
        WHERE v.version IS NULL OR d.first_at < v.from_at OR d.last_at >= v.until_at
    """


INVARIANTS = (
    DecreesNameTheWinners,
    DrawsAreWhole,
    DecreesAddUp,
    TwoPeopleSign,
    HouseholdsAreWithinTheirLimit,
    DecreedAreParticipants,
    BlacklistedAreNotAppointed,
    DecisionsNameTheirRegime,
)
