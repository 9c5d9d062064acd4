"""Damages of incentives, payouts, settlement and the event log."""

from tests.oversight.damages import PAID_BATCH, SETTLED, Damage, first

_DUE = first("incentives", "incentive_id", "state = 'waiting'")
_NOT_DUE = first("incentives", "incentive_id", "state = 'not_yet_due' AND kind = 'job_search'")
_PAID = first("incentives", "incentive_id", "state = 'paid'")

INCENTIVES = (
    Damage(
        "no_incentive_without_its_conditions",
        "an incentive without a review",
        (f"DELETE FROM reviews WHERE purchase_id = {first('incentives', 'purchase_id', 'true')}",),
    ),
    Damage(
        "no_incentive_without_its_conditions",
        "an incentive to an account of another NIK",
        (
            f"""
            UPDATE payout_accounts SET nik_matches = false
            WHERE payout_account_id = {first("incentives", "payout_account_id", "true")}
            """,
        ),
        ("payout_accounts.validated_means_same_person_known_and_active",),
    ),
    Damage(
        "no_incentive_without_its_conditions",
        "an incentive for somebody else's course",
        (
            f"""
            UPDATE incentives SET purchase_id = (
                SELECT purchase_id FROM incentives WHERE incentive_id <> {_PAID} AND purchase_id NOT IN (
                    SELECT purchase_id FROM incentives WHERE incentive_id = {_PAID}
                )
                ORDER BY incentive_id LIMIT 1
            )
            WHERE incentive_id = {_PAID}
            """,
        ),
    ),
    Damage(
        "an_incentive_has_the_amount_and_number_of_its_regime",
        "a fifth month of looking for work",
        (f"UPDATE incentives SET number = 5 WHERE incentive_id = {_NOT_DUE}",),
    ),
    Damage(
        "an_incentive_has_the_amount_and_number_of_its_regime",
        "a rupiah more than the regime gives",
        (f"UPDATE incentives SET amount_idr = amount_idr + 1 WHERE incentive_id = {_NOT_DUE}",),
    ),
    Damage(
        "an_incentive_is_given_once",
        "the same month twice",
        (
            """
            UPDATE incentives SET number = 4
            WHERE kind = 'job_search' AND number = 3 AND state = 'not_yet_due'
            """,
        ),
        ("incentives.an_incentive_is_given_once",),
    ),
    Damage(
        "a_survey_incentive_follows_its_survey",
        "paid for a survey that nobody answered",
        (
            """
            DELETE FROM survey_answers WHERE participant_id = (
                SELECT participant_id FROM incentives WHERE kind = 'survey' AND state = 'paid'
                ORDER BY participant_id LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "an_incentive_has_its_transfers",
        "money for an incentive that does not exist",
        (f"UPDATE transfers SET reference_id = gen_random_uuid() WHERE reference_id = {_DUE}",),
    ),
)

PAYOUTS = (
    Damage(
        "a_payment_batch_adds_up",
        "a file of one rupiah more than its orders",
        (f"UPDATE payment_batches SET total_idr = total_idr + 1 WHERE id = {PAID_BATCH}",),
    ),
    Damage(
        "a_payment_order_has_its_transfers",
        "money that left without an order",
        (
            f"""
            UPDATE transfers SET reference_id = gen_random_uuid()
            WHERE kind = 'payment_done'
                AND reference_id = {first("payment_orders", "payment_order_id", "state = 'paid'")}
            """,
        ),
    ),
    Damage(
        "an_incentive_is_as_far_as_its_payment",
        "failed, although the bank has paid",
        (
            f"""
            UPDATE incentives SET state = 'failed', failure_reason = 'account_closed', closed_at = NULL
            WHERE incentive_id = {_PAID}
            """,
        ),
    ),
)

SETTLEMENT = (
    Damage(
        "what_is_repaid_is_in_the_ledger",
        "a repayment that counts as repaid and of which nothing came in",
        (
            """
            INSERT INTO repayments (
                lane, repayment_id, participant_id, revocation_number, state, assessed_idr, repaid_idr, opened_at,
                due_at, ended_at
            )
            SELECT
                lane, gen_random_uuid(), participant_id, number, 'paid', 1000, 1000, revoked_at,
                revoked_at + interval '60 days', revoked_at
            FROM revocations
            ORDER BY participant_id
            LIMIT 1
            """,
        ),
    ),
    Damage(
        "a_settlement_line_is_a_transfer",
        "a line of another budget than its transfer",
        (
            f"""
            UPDATE settlement_lines SET budget_number = 5
            WHERE payee_kind = 'institution' AND purchase_id = {SETTLED}
            """,
        ),
    ),
    Damage(
        "a_settlement_statement_adds_up",
        "a platform's statement counts one purchase more",
        (
            """
            UPDATE settlement_statements SET purchases = purchases + 1
            WHERE id = (SELECT id FROM settlement_statements WHERE payee_kind = 'platform' ORDER BY id LIMIT 1)
            """,
        ),
    ),
    Damage(
        "a_settlement_run_adds_up",
        "a run counts one purchase more than its statements",
        ("UPDATE settlement_runs SET purchases = purchases + 1 WHERE number = 1",),
    ),
    Damage(
        "nothing_is_payable_before_its_trigger",
        "payable before anybody had checked",
        (f"UPDATE purchases SET payable_at = paid_at WHERE purchase_id = {SETTLED}",),
    ),
)

# Only events behind the last seal can go without breaking it.
_UNSEALED = first("events", "event_id", "kind = 'purchase.paid' AND recorded_xid >= (SELECT max(until_xid) FROM seals)")

_NEW_USER = "'00000000-0000-0000-0000-00000000000a'"
_USER = "INSERT INTO users (id, username, display_name, role, password, is_active, created_at)"
_USER_VALUES = "'damage', 'Auditor', 'auditor', '', true, now()"
_VIEW = """
    INSERT INTO page_accesses (lane, access_id, applicant_id, user_id, actor, role, page, programme_at)
    VALUES (0, gen_random_uuid(), {person}, {user}, 'staff:damage', 'auditor', 'office/trail/', now())
"""
AUDIT = (
    Damage(
        "every_purchase_has_its_events",
        "a purchase that the log does not tell",
        (f"DELETE FROM events WHERE event_id = {_UNSEALED}",),
    ),
    Damage(
        "the_seals_of_the_event_log_are_unbroken",
        "somebody else did it",
        ("UPDATE events SET actor = 'staff:nobody' WHERE kind = 'budget.opened'",),
    ),
    Damage(
        "the_seals_of_the_event_log_are_unbroken",
        "a sealed event is gone",
        ("DELETE FROM events WHERE kind = 'wave.planned'",),
    ),
    Damage(
        "every_view_of_a_person_names_person_and_user",
        "a view of nobody",
        (_VIEW.format(person="gen_random_uuid()", user=_NEW_USER), f"{_USER} VALUES ({_NEW_USER}, {_USER_VALUES})"),
    ),
    Damage(
        "every_view_of_a_person_names_person_and_user",
        "a view by nobody",
        (_VIEW.format(person=first("applicants", "applicant_id", "true"), user="gen_random_uuid()"),),
    ),
)
