"""Purchases: who may buy what, where, until when, under which agreement."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class RegularCardsBuyOffline(Invariant):
    """A regular card never pays for an online course.

    Whatever purchase, class or course say of it.
    """

    name = "a_regular_card_never_pays_for_an_online_course"
    rules = ("SCHEME-04",)
    explanation_id = "Kartu reguler tidak pernah membayar pelatihan daring."
    columns = ("lane", "purchase_id", "card_id", "schedule_code")
    sql = """
        SELECT p.lane, p.purchase_id, p.card_id, s.code
        FROM purchases p
        LEFT JOIN schedules s ON s.id = p.schedule_id
        LEFT JOIN courses course ON course.id = p.course_id
        WHERE p.channel = 'regular' AND (p.mode = 'online' OR s.mode = 'online' OR course.mode = 'online')
    """


class PurchasesAgreeWithCardAndClass(Invariant):
    """A purchase says what its card, its participant and its class say.

    Holder and channel of the card, budget of the participant, and course, institution, mode and price of the
    class.
    """

    name = "a_purchase_agrees_with_its_card_and_class"
    rules = ("CARD-03", "SCHEME-03", "COURSE-01")
    explanation_id = (
        "Pembelian memuat pemegang dan jalur kartunya, anggaran pesertanya, serta pelatihan, lembaga, moda, dan harga "
        "kelasnya."
    )
    columns = ("lane", "purchase_id", "card_id", "participant_id", "schedule_code")
    sql = """
        SELECT p.lane, p.purchase_id, p.card_id, p.participant_id, s.code
        FROM purchases p
        LEFT JOIN cards c ON c.lane = p.lane AND c.card_id = p.card_id
        LEFT JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
        LEFT JOIN schedules s ON s.id = p.schedule_id
        WHERE (c.participant_id, c.channel, holder.budget_number)
            IS DISTINCT FROM (p.participant_id, p.channel, p.budget_number)
            OR (s.course_id, s.institution_id, s.mode, s.price_idr)
            IS DISTINCT FROM (p.course_id, p.institution_id, p.mode, p.price_idr)
    """


class PurchasesAreWhereRegistered(Invariant):
    """A purchase is at an institution that is registered on that platform.

    The institution was decreed by then and the platform recognised by then.
    """

    name = "a_purchase_is_where_the_institution_is_registered"
    rules = ("SCHEME-05", "SCHEME-06", "SCHEME-07", "INST-01")
    explanation_id = (
        "Pembelian terjadi di lembaga yang terdaftar di platform itu dan sudah ditetapkan saat itu, melalui platform "
        "yang sudah diakui saat itu."
    )
    columns = ("lane", "purchase_id", "platform_code", "institution_code", "paid_at", "decreed_at")
    sql = """
        SELECT p.lane, p.purchase_id, platform.code, institution.code, p.paid_at, institution.decreed_at
        FROM purchases p
        LEFT JOIN platforms platform ON platform.id = p.platform_id
        LEFT JOIN institutions institution ON institution.id = p.institution_id
        LEFT JOIN registrations r
            ON r.platform_id = p.platform_id AND r.institution_id = p.institution_id
            -- A sanction stops new sales: what was sold before stands.
            AND r.state IN ('agreed', 'suspended', 'ended')
        WHERE r.id IS NULL
            OR institution.decreed_at IS NULL
            OR institution.decreed_at > p.paid_at
            OR platform.recognised_at IS NULL
            OR platform.recognised_at > p.paid_at
    """


class PurchasesAreUnderAnAgreement(Invariant):
    """A purchase is under an agreement of its platform and institution, in force on that day.

    Both had signed it by then.
    """

    name = "a_purchase_is_under_an_agreement_in_force"
    rules = ("SCHEME-10",)
    explanation_id = (
        "Pembelian berada di bawah perjanjian platform dan lembaganya, yang sudah ditandatangani keduanya dan berlaku "
        "pada hari itu."
    )
    columns = ("lane", "purchase_id", "agreement_id", "paid_at", "valid_from", "valid_until")
    sql = """
        SELECT p.lane, p.purchase_id, p.agreement_id, p.paid_at, a.valid_from, a.valid_until
        FROM purchases p
        LEFT JOIN (
            SELECT id, platform_id, institution_id, valid_from, valid_until,
                greatest(
                    valid_from::timestamp AT TIME ZONE 'Asia/Jakarta', signed_platform_at, signed_institution_at
                ) AS from_at,
                coalesce(valid_until::timestamp AT TIME ZONE 'Asia/Jakarta', 'infinity') AS until_at
            FROM agreements
        ) AS a ON a.id = p.agreement_id
        WHERE a.id IS NULL
            OR a.platform_id <> p.platform_id
            OR a.institution_id <> p.institution_id
            OR p.paid_at < a.from_at
            OR p.paid_at >= a.until_at
    """


class PurchasesAreOfListedCourses(Invariant):
    """What is bought through a platform was listed there at that moment."""

    name = "a_purchase_is_of_a_course_that_its_platform_lists"
    rules = ("SCHEME-02", "SCHEME-05")
    explanation_id = "Yang dibeli melalui sebuah platform terdaftar di etalasenya saat itu."
    columns = ("lane", "purchase_id", "platform_id", "course_id", "paid_at")
    sql = """
        SELECT p.lane, p.purchase_id, p.platform_id, p.course_id, p.paid_at
        FROM purchases p
        WHERE NOT EXISTS (
            SELECT FROM listings l
            WHERE l.platform_id = p.platform_id
                AND l.course_id = p.course_id
                AND l.listed_from <= p.paid_at
                AND p.paid_at < coalesce(l.listed_until, 'infinity')
        )
    """


class BundlesAreBoughtWhileAllowed(Invariant):
    """Several courses at one price are bought only while bundles may be sold; those bought before are honoured."""

    name = "a_bundle_is_bought_while_bundles_are_allowed"
    rules = ("COURSE-02",)
    explanation_id = "Bundel pelatihan dibeli hanya selama bundel boleh dijual; yang dibeli sebelumnya dipenuhi."
    columns = ("lane", "purchase_id", "course_id", "paid_at")
    sql = f"""
        SELECT p.lane, p.purchase_id, p.course_id, p.paid_at
        FROM purchases p
        JOIN courses course ON course.id = p.course_id
        JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        WHERE course.bundle AND NOT regime.bundles_allowed
    """


class FirstPurchasesAreInTime(Invariant):
    """Whoever buys has bought before the first deadline: no purchase behind it without another one that stood then."""

    name = "a_first_purchase_is_before_its_deadline"
    rules = ("CARD-01",)
    explanation_id = (
        "Siapa pun yang membeli sudah membeli sebelum batas pertama: tidak ada pembelian sesudahnya tanpa pembelian "
        "lain yang masih berlaku saat itu."
    )
    columns = ("lane", "purchase_id", "participant_id", "paid_at", "deadline_at")
    sql = """
        SELECT p.lane, p.purchase_id, p.participant_id, p.paid_at, holder.first_purchase_deadline_at
        FROM purchases p
        JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
        WHERE p.paid_at >= holder.first_purchase_deadline_at
            AND NOT EXISTS (
                SELECT FROM purchases earlier
                WHERE earlier.lane = p.lane
                    AND earlier.participant_id = p.participant_id
                    AND earlier.paid_at < holder.first_purchase_deadline_at
                    AND coalesce(earlier.voided_at, 'infinity') > p.paid_at
            )
    """


class FirstPurchasesAreRemembered(Invariant):
    """A participant's record names the earliest purchase that was not voided: from it follows who is revoked."""

    name = "a_participant_remembers_the_first_purchase"
    rules = ("CARD-01",)
    explanation_id = (
        "Catatan peserta menyebut pembelian paling awal yang tidak dibatalkan; dari situ ditentukan siapa yang dicabut."
    )
    columns = ("lane", "participant_id", "first_purchase_at", "found_at")
    sql = """
        SELECT coalesce(p.lane, first.lane), coalesce(p.participant_id, first.participant_id), p.first_purchase_at,
            first.paid_at
        FROM (SELECT lane, participant_id, first_purchase_at FROM participants WHERE first_purchase_at IS NOT NULL) AS p
        FULL JOIN (
            SELECT lane, participant_id, min(paid_at) AS paid_at
            FROM purchases
            WHERE voided_at IS NULL
            GROUP BY lane, participant_id
        ) AS first ON first.lane = p.lane AND first.participant_id = p.participant_id
        WHERE p.first_purchase_at IS DISTINCT FROM first.paid_at
    """


class NothingIsBoughtAfterTheEnd(Invariant):
    """Nobody pays with a balance whose time is over."""

    name = "nothing_is_bought_after_the_balance_ended"
    rules = ("CARD-02",)
    explanation_id = "Tidak ada yang membayar dengan saldo yang masa pakainya sudah berakhir."
    columns = ("lane", "purchase_id", "participant_id", "paid_at", "balance_until_at")
    sql = """
        SELECT p.lane, p.purchase_id, p.participant_id, p.paid_at, holder.balance_until_at
        FROM purchases p
        JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
        WHERE p.paid_at >= holder.balance_until_at OR p.paid_at < holder.decreed_at
    """


class SecondCoursesFollowTheFirst(Invariant):
    """Where the rule is in force, another course is bought only after one is completed.

    What counts is the report at that moment: a report that the programme office returned later was a completion until
    then.
    """

    name = "a_second_course_follows_the_completion_of_the_first"
    rules = ("CARD-04",)
    explanation_id = (
        "Bila aturannya berlaku, pelatihan berikutnya dibeli hanya setelah satu pelatihan selesai menurut laporan saat "
        "itu."
    )
    columns = ("lane", "purchase_id", "participant_id", "paid_at", "regime_version")
    sql = f"""
        SELECT p.lane, p.purchase_id, p.participant_id, p.paid_at, p.regime_version
        FROM (
            SELECT lane, purchase_id, participant_id, paid_at, regime_version,
                row_number() OVER (PARTITION BY lane, participant_id ORDER BY paid_at, purchase_id) AS place
            FROM purchases
        ) AS p
        JOIN {REGIMES}
            ON regime.version = p.regime_version AND p.paid_at >= regime.from_at AND p.paid_at < regime.until_at
        WHERE p.place > 1
            AND regime.second_course_after_completion
            AND EXISTS (
                SELECT FROM purchases earlier
                WHERE earlier.lane = p.lane
                    AND earlier.participant_id = p.participant_id
                    AND (earlier.paid_at, earlier.purchase_id) < (p.paid_at, p.purchase_id)
                    AND coalesce(earlier.voided_at, 'infinity') > p.paid_at
            )
            AND NOT EXISTS (
                SELECT FROM purchases earlier
                JOIN completions done ON done.lane = earlier.lane AND done.purchase_id = earlier.purchase_id
                WHERE earlier.lane = p.lane
                    AND earlier.participant_id = p.participant_id
                    AND done.reported_at <= p.paid_at
                    AND done.outcome = 'completed'
            )
            AND NOT EXISTS (
                SELECT FROM purchases earlier
                JOIN completion_returns gone ON gone.lane = earlier.lane AND gone.purchase_id = earlier.purchase_id
                WHERE earlier.lane = p.lane
                    AND earlier.participant_id = p.participant_id
                    AND gone.outcome = 'completed'
                    AND gone.reported_at <= p.paid_at
                    AND gone.returned_at >= p.paid_at
            )
    """


class PlatformAccountsUseOneCard(Invariant):
    """An account on a platform pays with the card of one person; a replaced card is the same person's."""

    name = "a_platform_account_uses_the_card_of_one_person"
    rules = ("CARD-03",)
    explanation_id = (
        "Satu akun di platform membayar dengan kartu satu orang; kartu pengganti tetap milik orang yang sama."
    )
    columns = ("platform_code", "platform_user_id", "first_participant_id", "last_participant_id")
    sql = """
        SELECT platform.code, account.platform_user_id, account.first_id, account.last_id
        FROM (
            SELECT platform_id, platform_user_id, min(participant_id::text) AS first_id,
                max(participant_id::text) AS last_id
            FROM purchases
            WHERE platform_user_id IS NOT NULL
            GROUP BY platform_id, platform_user_id
            HAVING min(participant_id::text) <> max(participant_id::text)
        ) AS account
        JOIN platforms platform ON platform.id = account.platform_id
    """


class InvoicesLeadToPurchases(Invariant):
    """Each purchase answers one invoice, and each claim of an invoice leads to its purchase.

    The claim holds the hash of the request that was answered; one that is younger than ten minutes may still be
    on its way.
    """

    name = "an_invoice_leads_to_its_purchase"
    rules = ("CARD-03",)
    explanation_id = (
        "Setiap pembelian menjawab satu invoice, yang klaimnya memuat sidik permintaannya, dan setiap klaim invoice "
        "menuju pembeliannya."
    )
    columns = ("lane", "purchase_id", "invoice", "claimed_invoice")
    sql = """
        SELECT coalesce(p.lane, c.lane), coalesce(p.purchase_id, c.subject_id),
            p.platform_id::text || ':' || p.invoice_code, c.key
        FROM purchases p
        FULL JOIN (SELECT lane, subject_id, key, hash, claimed_at FROM claims WHERE kind = 'invoice') AS c
            ON c.subject_id = p.purchase_id AND c.lane = p.lane
        WHERE (p.purchase_id IS NULL AND c.claimed_at < now() - interval '10 minutes')
            OR (p.purchase_id IS NOT NULL AND (
                c.hash IS DISTINCT FROM p.request_hash
                OR c.key <> p.platform_id::text || ':' || p.invoice_code
            ))
    """


class PurchasesHaveTheirTransfers(Invariant):
    """A purchase has exactly the transfers that its state demands, between the right accounts.

    Paid into held; back when voided; when payable, commission and institution's share, which together are the
    price; swept when expired. No such transfer stands without its purchase.
    """

    name = "a_purchase_has_its_transfers_and_its_parts_sum_to_the_price"
    rules = ("SETTLE-01", "FEE-01", "MONEY-01")
    explanation_id = (
        "Pembelian punya persis transfer yang dituntut keadaannya: dibayar, ditahan; dibatalkan, kembali; terutang, "
        "komisi dan bagian lembaga yang jumlahnya sama dengan harga; kedaluwarsa, disetor. Tidak ada transfer seperti "
        "itu tanpa pembelian."
    )
    columns = ("lane", "purchase_id", "state", "kind", "expected_idr", "found_idr")
    # A voided purchase went back to the participant, or to the treasury: one of the two, `found` tells which.
    sql = """
        WITH found AS (
            SELECT lane, reference_id, kind, budget_number, debit_holder_id, credit_holder_id, amount_idr
            FROM transfers
            WHERE kind IN ('purchase', 'void', 'void_to_treasury', 'commission', 'institution_share', 'sweep_held')
        ), expected AS (
            SELECT p.lane, p.purchase_id, p.state, part.kind, p.budget_number, part.debit_holder_id,
                part.credit_holder_id, part.amount_idr
            FROM purchases p
            JOIN budgets b ON b.number = p.budget_number
            CROSS JOIN LATERAL (
                SELECT 'purchase' AS kind, p.participant_id AS debit_holder_id, b.id AS credit_holder_id,
                    p.price_idr AS amount_idr
                UNION ALL
                SELECT 'back', b.id, NULL::uuid, p.price_idr
                WHERE p.state = 'voided'
                UNION ALL
                SELECT 'commission', b.id, p.platform_id, p.commission_idr
                WHERE p.payable_at IS NOT NULL AND p.commission_idr > 0
                UNION ALL
                SELECT 'institution_share', b.id, p.institution_id, p.price_idr - coalesce(p.commission_idr, 0)
                WHERE p.payable_at IS NOT NULL AND p.price_idr > coalesce(p.commission_idr, 0)
                UNION ALL
                SELECT 'sweep_held', b.id, b.id, p.price_idr
                WHERE p.state = 'expired'
            ) AS part
        ), matched AS (
            SELECT lane, reference_id, CASE WHEN kind IN ('void', 'void_to_treasury') THEN 'back' ELSE kind END AS kind,
                budget_number, debit_holder_id,
                CASE WHEN kind NOT IN ('void', 'void_to_treasury') THEN credit_holder_id END AS credit_holder_id,
                amount_idr
            FROM found
        )
        SELECT coalesce(e.lane, m.lane), coalesce(e.purchase_id, m.reference_id), e.state, coalesce(e.kind, m.kind),
            e.amount_idr, m.amount_idr
        FROM expected e
        FULL JOIN matched m
            ON m.reference_id = e.purchase_id
            AND m.kind = e.kind
            AND m.lane = e.lane
            AND m.budget_number = e.budget_number
        WHERE (e.amount_idr, e.debit_holder_id, e.credit_holder_id)
            IS DISTINCT FROM (m.amount_idr, m.debit_holder_id, m.credit_holder_id)
    """


INVARIANTS = (
    RegularCardsBuyOffline,
    PurchasesAgreeWithCardAndClass,
    PurchasesAreWhereRegistered,
    PurchasesAreUnderAnAgreement,
    PurchasesAreOfListedCourses,
    BundlesAreBoughtWhileAllowed,
    FirstPurchasesAreInTime,
    FirstPurchasesAreRemembered,
    NothingIsBoughtAfterTheEnd,
    SecondCoursesFollowTheFirst,
    PlatformAccountsUseOneCard,
    InvoicesLeadToPurchases,
    PurchasesHaveTheirTransfers,
)
