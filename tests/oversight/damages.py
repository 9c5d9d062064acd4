"""For each invariant the ways in which the books are damaged, each leaving every other promise as it is.

A damage drops the constraints in its way and changes rows, with triggers and foreign keys off. Every statement must
find rows. Participants, purchases and so on are picked in the order of their ids.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to the books, and which invariant must see it, alone."""

    invariant: str
    story: str
    statements: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    """`table.constraint`, or the name of a unique index."""


def first(table: str, key: str, condition: str, *, place: int = 0) -> str:
    return f"(SELECT {key} FROM {table} WHERE {condition} ORDER BY {key} OFFSET {place} LIMIT 1)"


def insert_transfer(kind: str, debit: tuple[str, str], credit: tuple[str, str], amount: str) -> str:
    return f"""
        INSERT INTO transfers (
            lane, budget_number, effective_date, amount_idr, reference_id, debit_holder_id, credit_holder_id, kind,
            debit_kind, credit_kind
        )
        VALUES (
            0, 1, '2020-08-27', {amount}, gen_random_uuid(), {debit[1]}, {credit[1]}, '{kind}', '{debit[0]}',
            '{credit[0]}'
        )
    """


BUDGET = "(SELECT id FROM budgets WHERE number = 1)"
ACTIVE = "(SELECT participant_id FROM participants WHERE state = 'active' AND budget_number = 1 {} LIMIT 1)"
SOMEBODY = ACTIVE.format("ORDER BY participant_id")
SOMEBODY_ELSE = ACTIVE.format("ORDER BY participant_id DESC")
REVOKED = first("participants", "participant_id", "state = 'revoked'")
CERTIFIED = first("certificates", "purchase_id", "true")
OPEN_PURCHASE = first("purchases", "purchase_id", "state = 'paid'")
BUYER_OF_TWO = """
    (
        SELECT participant_id FROM purchases
        WHERE voided_at IS NULL
        GROUP BY participant_id HAVING count(*) = 2
        ORDER BY participant_id LIMIT 1
    )
"""
OFFLINE_COURSE = first("purchases", "course_id", "channel = 'regular'")
GOVERNMENT = "(SELECT id FROM platforms WHERE kind = 'government')"
# Payable, in no settlement yet, bought where the cap is in force through a platform that may charge.
UNSETTLED = """
    (
        SELECT p.purchase_id FROM purchases p
        JOIN platforms platform ON platform.id = p.platform_id AND platform.kind <> 'government'
        WHERE p.payable_at IS NOT NULL
            AND p.paid_at >= '2020-08-08'
            AND NOT EXISTS (SELECT FROM settlement_lines l WHERE l.purchase_id = p.purchase_id)
        ORDER BY p.purchase_id LIMIT 1
    )
"""
SETTLED = first("settlement_lines", "purchase_id", "true")
PAID_BATCH = first("payment_batches", "id", "purpose = 'incentives' AND state = 'answered'")

LEDGER = (
    Damage(
        "every_transfer_has_two_sides_and_fits_its_kind",
        "a transfer from an account to itself",
        (insert_transfer("lane_out", ("returned", BUDGET), ("returned", BUDGET), "5"),),
        ("transfers.sides_are_different", "transfers.kind_moves_between_its_accounts"),
    ),
    Damage(
        "a_kept_balance_is_the_sum_of_its_transfers",
        "a rupiah moved from one balance to another without a transfer",
        (
            f"UPDATE accounts SET balance_idr = balance_idr + 1 WHERE kind = 'training' AND holder_id = {SOMEBODY}",
            f"""
            UPDATE accounts SET balance_idr = balance_idr - 1 WHERE kind = 'incentive' AND holder_id = {SOMEBODY_ELSE}
            """,
        ),
        ("accounts.balance_is_never_negative",),
    ),
    Damage(
        "no_kept_balance_is_negative",
        "more swept than there was",
        (
            insert_transfer(
                "sweep_training",
                ("training", SOMEBODY),
                ("returned", BUDGET),
                f"(SELECT balance_idr + 1 FROM accounts WHERE kind = 'training' AND holder_id = {SOMEBODY})",
            ),
            f"UPDATE accounts SET balance_idr = -1 WHERE kind = 'training' AND holder_id = {SOMEBODY}",
        ),
        ("accounts.balance_is_never_negative",),
    ),
    Damage(
        "no_summed_account_is_negative",
        "of one settlement's payments one pays a rupiah too much, another a rupiah less",
        (
            """
            CREATE TEMPORARY TABLE shifted ON COMMIT DROP AS
            SELECT payment_order_id,
                CASE row_number() OVER (ORDER BY payment_order_id) WHEN 1 THEN 1 ELSE -1 END AS by_idr
            FROM payment_orders
            WHERE state = 'paid' AND payee_kind = 'institution' AND budget_number = 1 AND batch_id = (
                SELECT batch_id FROM payment_orders
                WHERE state = 'paid' AND payee_kind = 'institution' AND budget_number = 1
                GROUP BY batch_id HAVING count(*) > 1
                ORDER BY batch_id DESC LIMIT 1
            )
            ORDER BY payment_order_id LIMIT 2
            """,
            """
            UPDATE payment_orders SET amount_idr = amount_idr + by_idr
            FROM shifted WHERE shifted.payment_order_id = payment_orders.payment_order_id
            """,
            """
            UPDATE transfers SET amount_idr = amount_idr + by_idr
            FROM shifted WHERE shifted.payment_order_id = transfers.reference_id
            """,
            # What is payable but not settled would hide it.
            """
            DELETE FROM transfers WHERE kind = 'institution_share' AND reference_id IN (
                SELECT purchase_id FROM purchases p
                WHERE payable_at IS NOT NULL
                    AND NOT EXISTS (SELECT FROM settlement_lines l WHERE l.purchase_id = p.purchase_id)
            )
            """,
            """
            DELETE FROM transfers WHERE kind = 'commission' AND reference_id IN (
                SELECT purchase_id FROM purchases p
                WHERE payable_at IS NOT NULL
                    AND NOT EXISTS (SELECT FROM settlement_lines l WHERE l.purchase_id = p.purchase_id)
            )
            """,
            """
            UPDATE purchases p SET payable_at = NULL, commission_idr = NULL
            WHERE payable_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM settlement_lines l WHERE l.purchase_id = p.purchase_id)
            """,
        ),
    ),
    Damage(
        "every_budget_adds_up",
        "an appropriation booked to another budget",
        ("UPDATE transfers SET budget_number = 5 WHERE kind = 'appropriation' AND budget_number = 1",),
    ),
    Damage(
        "nothing_is_lost_between_lanes",
        "money that left a lane and never arrived",
        (
            insert_transfer("lane_out", ("unspent", BUDGET), ("between_lanes", BUDGET), "5"),
            f"UPDATE accounts SET balance_idr = balance_idr - 5 WHERE kind = 'unspent' AND holder_id = {BUDGET}",
        ),
    ),
    Damage(
        "every_participant_has_the_package_reserved",
        "a reservation for nobody",
        (
            f"""
            UPDATE transfers SET reference_id = gen_random_uuid()
            WHERE kind = 'reserve_incentive' AND reference_id = {SOMEBODY}
            """,
        ),
    ),
)

QUOTAS = (
    Damage(
        "participants_are_within_the_quota_of_the_regime",
        "one digital place more than 1,500,000",
        ("UPDATE budgets SET places = 1500001 WHERE number = 1 AND regime_code = 'founding' AND channel = 'digital'",),
    ),
    Damage(
        "participants_are_within_the_quota_of_the_regime",
        "one regular place more than 500,000",
        ("UPDATE budgets SET places = 500001 WHERE regime_code = 'founding' AND channel = 'regular'",),
    ),
    Damage(
        "no_budget_hands_out_more_places_than_it_has",
        "a lane with one place more than was spread",
        (f"UPDATE quota_allotments SET places_left = places_left + 1 WHERE budget_id = {BUDGET}",),
    ),
    Damage(
        "places_taken_are_the_participants_that_hold_one",
        "a place given back that somebody holds",
        (
            f"""
            UPDATE quota_allotments SET places_taken = places_taken - 1, places_left = places_left + 1
            WHERE budget_id = {BUDGET}
            """,
        ),
    ),
    Damage(
        "no_wave_appoints_more_than_its_places",
        "a wave without places",
        ("UPDATE wave_quotas SET places = 0 WHERE wave_id = (SELECT id FROM waves WHERE number = 1)",),
    ),
)

SELECTION = (
    Damage(
        "a_decree_names_the_winners_of_the_draw",
        "a participant who did not win",
        (
            f"""
            UPDATE joinings SET outcome = 'not_selected'
            WHERE outcome = 'selected'
                AND applicant_id = (SELECT applicant_id FROM participants WHERE participant_id = {SOMEBODY})
            """,
        ),
    ),
    Damage(
        "a_decree_names_the_winners_of_the_draw",
        "a winner with a rank behind the last that was drawn",
        (
            f"""
            UPDATE joinings SET rank = 1000000
            WHERE outcome = 'selected'
                AND applicant_id = (SELECT applicant_id FROM participants WHERE participant_id = {SOMEBODY})
            """,
        ),
    ),
    Damage(
        "a_draw_marks_whom_it_chose_and_keeps_its_list",
        "a row is gone from a kept list",
        (
            f"""
            UPDATE draw_chunks SET rows = substring(rows FOR octet_length(rows) - 36)
            WHERE id = {first("draw_chunks", "id", "true")}
            """,
        ),
    ),
    Damage(
        "a_draw_marks_whom_it_chose_and_keeps_its_list",
        "one person more is marked than was chosen",
        (f"UPDATE draw_results SET selected = selected - 1 WHERE id = {first('draw_results', 'id', 'selected > 0')}",),
    ),
    Damage(
        "a_decree_adds_up",
        "a decree of one more than it names",
        ("UPDATE decrees SET participants = participants + 1 WHERE kind = 'appointment' AND number = 1",),
    ),
    *(
        Damage(
            "decrees_and_payments_have_two_people",
            f"one person signs twice in {table}",
            (f"UPDATE {table} SET approver = maker WHERE state <> 'prepared'",),
            (f"{table}.{constraint}",),
        )
        for table, constraint in (
            ("decrees", "a_decree_needs_a_second_person"),
            ("payment_batches", "payment_needs_two_people"),
            ("settlement_runs", "settlement_needs_two_people"),
        )
    ),
    Damage(
        "no_household_has_more_recipients_than_allowed",
        "three recipients of one family card",
        (
            r"""
            UPDATE applicants SET kk_index = '\x01'
            WHERE applicant_id IN (
                SELECT applicant_id FROM applicants WHERE state = 'decreed' ORDER BY applicant_id LIMIT 3
            )
            """,
        ),
    ),
    Damage(
        "whoever_is_decreed_is_a_participant",
        "a participant whose applicant is still waiting",
        (
            f"""
            UPDATE applicants SET state = 'ready'
            WHERE applicant_id = (SELECT applicant_id FROM participants WHERE participant_id = {SOMEBODY})
            """,
        ),
    ),
    Damage(
        "nobody_on_the_blacklist_is_appointed",
        "a blacklisted person is appointed",
        (
            f"""
            INSERT INTO blacklist (lane, nik_index, reason, source_id, blacklisted_at)
            SELECT a.lane, a.nik_index, 'fraud', p.decree_id, p.decreed_at - interval '1 day'
            FROM participants p JOIN applicants a ON a.applicant_id = p.applicant_id
            WHERE p.participant_id = {SOMEBODY}
            """,
        ),
    ),
    Damage(
        "every_decision_names_a_loaded_regime",
        "a participant of rules that nobody loaded",
        (f"UPDATE participants SET regime_version = '000000000000' WHERE participant_id = {SOMEBODY}",),
    ),
)

CARDS = (
    Damage(
        "a_participant_has_one_live_card",
        "a second digital card",
        (
            f"""
            INSERT INTO cards (lane, card_id, participant_id, channel, number, state, issued_at, activated_at, batch_id)
            SELECT lane, gen_random_uuid(), participant_id, channel, '0000000000000000', state, issued_at, activated_at,
                batch_id
            FROM cards WHERE participant_id = {SOMEBODY}
            """,
        ),
        ("a_participant_has_one_live_card",),
    ),
    Damage(
        "a_card_has_the_channel_of_its_holder",
        "a digital holder's card turned regular",
        (
            f"""
            UPDATE cards SET channel = 'regular'
            WHERE card_id = {
                first(
                    "cards",
                    "card_id",
                    "channel = 'digital' AND NOT EXISTS (SELECT FROM purchases p WHERE p.card_id = cards.card_id)",
                )
            }
            """,
        ),
        ("cards.a_physical_card_is_handed_over_against_a_receipt", "cards.an_active_physical_card_has_a_pin"),
    ),
    Damage(
        "a_revocation_takes_everything_back",
        "a revoked participant whose NIK is not on the blacklist",
        (
            f"""
            DELETE FROM blacklist WHERE nik_index = (
                SELECT a.nik_index FROM participants p JOIN applicants a ON a.applicant_id = p.applicant_id
                WHERE p.participant_id = {REVOKED}
            )
            """,
        ),
    ),
    Damage(
        "a_revocation_takes_everything_back",
        "a revoked participant whose card still works",
        (f"UPDATE cards SET state = 'active', activated_at = issued_at WHERE participant_id = {REVOKED}",),
        (
            "cards.an_active_physical_card_has_a_pin",
            "cards.a_physical_card_is_handed_over_against_a_receipt",
        ),
    ),
    Damage(
        "a_reinstatement_gives_back_what_the_revocation_took",
        "a reinstatement that would give a rupiah more than was taken",
        (
            f"""
            INSERT INTO reinstatements (
                lane, reinstatement_id, participant_id, revocation_number, case_id, decree_id, training_idr,
                incentive_idr, prepared_at, due_at
            )
            SELECT
                lane, gen_random_uuid(), participant_id, number, gen_random_uuid(), decree_id, training_idr + 1,
                incentive_idr, revoked_at, revoked_at + interval '1 day'
            FROM revocations
            WHERE participant_id = {REVOKED}
            """,
        ),
    ),
    Damage(
        "a_revocation_takes_everything_back",
        "a revocation that returned less than the package",
        (f"UPDATE revocations SET incentive_idr = incentive_idr - 1 WHERE participant_id = {REVOKED}",),
    ),
    Damage(
        "an_expired_participant_has_no_training_balance",
        "somebody expires and the balance stays",
        (
            """
            UPDATE participants SET state = 'expired'
            WHERE participant_id = (
                SELECT p.participant_id FROM participants p JOIN accounts a ON a.holder_id = p.participant_id
                WHERE a.kind = 'training' AND a.balance_idr > 0
                ORDER BY p.participant_id LIMIT 1
            )
            """,
        ),
    ),
)
