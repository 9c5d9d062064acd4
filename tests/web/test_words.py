"""Every code that a table can hold has a word; none of ours is for a code that nobody holds."""

import re
from enum import StrEnum

import pytest
from django.db import connection

from prakerja.access.roles import Role
from prakerja.catalogue.models import TYPES_OF_MODE
from prakerja.ledger.rules import TRANSFER_SIDES
from prakerja.oversight.finding_kinds import KINDS
from prakerja.participants.errors import IdentityCode, SignUpCode
from prakerja.participants.item_bank import timing_anomalies
from prakerja.participants.registry_delta_files import SOURCES
from prakerja.participants.rules import Education
from prakerja.partners.contracts import PER
from prakerja.partners.owner_rules import TIE_KINDS
from prakerja.partners.questions import FACTS
from prakerja.partners.rules import FeeKind
from prakerja.programme.parameters import PARAMETERS, Unit
from prakerja.purchases.states import PurchaseState
from prakerja.selection.steps import STEPS
from prakerja.web.partner.registrations import TESTS
from prakerja.web.words import VALUES, WORDS, value_word, word

# Noun of words: the CHECK that lists its codes.
CHECKS = {
    "platform_kind": ("platforms", "platform_kind_is_known"),
    "platform_state": ("platforms", "platform_state_is_known"),
    "institution_kind": ("institutions", "institution_kind_is_known"),
    "legal_form": ("institutions", "institution_legal_form_is_known"),
    "registration_state": ("registrations", "registration_state_is_known"),
    "proposal_state": ("agreement_proposals", "proposal_state_is_known"),
    "document_kind": ("documents", "document_kind_is_known"),
    "step_outcome": ("admission_steps", "admission_outcome_is_known"),
    "integration_check": ("integration_checks", "integration_check_is_known"),
    "sanction_kind": ("sanctions", "sanction_kind_is_known"),
    "sanction_state": ("sanctions", "sanction_state_is_known"),
    "institution_state": ("institutions", "institution_state_is_known"),
    "course_state": ("courses", "course_state_is_known"),
    "mode": ("courses", "course_mode_is_known"),
    "schedule_state": ("schedules", "schedule_state_is_known"),
    "applicant_state": ("applicants", "applicant_state_is_known"),
    "joining_outcome": ("joinings", "joining_outcome_is_known"),
    "wave_state": ("waves", "wave_state_is_known"),
    "decree_kind": ("decrees", "decree_kind_is_known"),
    "decree_state": ("decrees", "decree_state_is_known"),
    "wave_act": ("wave_acts", "wave_act_is_known"),
    "wave_act_state": ("wave_acts", "state_of_a_wave_act_is_known"),
    "participant_state": ("participants", "participant_state_is_known"),
    "channel": ("participants", "participant_channel_is_known"),
    "revocation_reason": ("revocations", "revocation_reason_is_known"),
    "card_state": ("cards", "card_state_is_known"),
    "completion_outcome": ("completions", "outcome_is_known"),
    "incentive_kind": ("incentives", "incentive_kind_is_known"),
    "incentive_state": ("incentives", "incentive_state_is_known"),
    "settlement_state": ("settlement_runs", "settlement_run_state_is_known"),
    "payment_batch_purpose": ("payment_batches", "payment_batch_purpose_is_known"),
    "payment_batch_state": ("payment_batches", "payment_batch_state_is_known"),
    "payment_order_state": ("payment_orders", "payment_order_state_is_known"),
    "bank_reply_state": ("bank_replies", "bank_reply_state_is_known"),
    "terms_state": ("platform_terms", "terms_state_is_known"),
    "account_request_state": ("partner_account_requests", "account_request_state_is_known"),
    "payee_kind": ("payment_orders", "payee_kind_is_known"),
    "manifest_state": ("card_manifests", "card_manifest_state_is_known"),
    "sheet_state": ("assisted_sheets", "assisted_sheet_state_is_known"),
    "case_kind": ("cases", "case_kind_is_known"),
    "case_state": ("cases", "case_state_is_known"),
    "worker_list_state": ("worker_lists", "worker_list_state_is_known"),
    "delta_state": ("registry_deltas", "delta_state_is_known"),
    "finding_consequence": ("eligibility_findings", "consequence_is_known"),
    "repayment_state": ("repayments", "repayment_state_is_known"),
    "reinstatement_state": ("reinstatements", "reinstatement_state_is_known"),
    "statement_state": ("register_statements", "statement_state_is_known"),
    "finding_state": ("eligibility_findings", "finding_state_is_known"),
    "found_state": ("findings", "finding_state_is_known"),
    "subject": ("courses", "course_subject_is_known"),
    "feed_state": ("course_feeds", "feed_state_is_known"),
    "feed_effect": ("course_feed_rows", "feed_row_effect_is_known"),
    "conflict_act": ("conflicts", "conflict_act_is_known"),
    "conflict_effect": ("conflicts", "conflict_effect_is_known"),
    "conflict_state": ("conflicts", "conflict_state_is_known"),
    "tie_kind": ("owner_ties", "tie_kind_is_known"),
    "integration_run_state": ("integration_runs", "integration_run_state_is_known"),
}
# What a query says beyond the column: a joining leads to a decree, which stands in another table.
ADDED = {"joining_outcome": {"decreed"}, "legal_form": {""}, "tie_kind": {"entity"}}
CODES = {
    "register": set(SOURCES),
    # What an accepted sheet says of a person: the answers of the sign-up and of the civil registry.
    "assisted_outcome": {code.value for code in SignUpCode}
    | {IdentityCode.UNAVAILABLE.value, IdentityCode.NIK_NOT_FOUND.value, IdentityCode.MISMATCH.value},
    "found_kind": set(KINDS),
    "report_state": {"not_reported", "returned", "reported", "forwarded", "verified"},
    "chain_default": {"reminded_then_swept", "office_takes_it_over", "escalated"},
    "oddity": {"uniform_scores", "presence_at_once", "no_presence", "rushed", "returned_before", "taken_over"},
    "found_unit": {kind.unit for kind in KINDS.values()},
    "test_anomaly": {*timing_anomalies([1] * 10, 100)},
    "purchase_state": {state.value for state in PurchaseState},
    "role": {role.value for role in Role},
    "wave_act_step": {"waiting", *(step for steps in STEPS.values() for step in steps)},
    "seat_state": {"to_seal", "to_confirm", "objects", "confirmed"},
    "seed_state": {"shut", "shares", "opened", "recovered"},
    "fee_kind": {kind.value for kind in FeeKind},
    "service_per": set(PER),
    "record_kind": {"accreditation", "premises", "trainer"},
    "record_fact": set(FACTS),
    "tie_entry": set(TIE_KINDS),
    "requirement_test": set(TESTS),
    "education": {level.value for level in Education},
    "training_type": {str(kind) for kinds in TYPES_OF_MODE.values() for kind in kinds},
    "transfer_kind": set(TRANSFER_SIDES),
    "account_kind": {kind for sides in TRANSFER_SIDES.values() for kind in sides},
}


@pytest.mark.django_db
@pytest.mark.parametrize("noun", list(CHECKS))
def test_the_words_of_a_noun_are_the_codes_of_its_constraint(noun: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass(%s) AND conname = %s",
            CHECKS[noun],
        )
        found = cursor.fetchone()
    assert found is not None, f"{CHECKS[noun]} is gone"
    assert set(WORDS[noun]) == set(re.findall(r"'(\w+)'", found[0])) | ADDED.get(noun, set())


@pytest.mark.parametrize("noun", list(CODES))
def test_the_words_of_a_noun_are_its_codes(noun: str) -> None:
    assert set(WORDS[noun]) == CODES[noun]


def test_every_noun_is_compared() -> None:
    assert set(WORDS) == {*CHECKS, *CODES}


def test_every_value_of_a_regime_file_has_a_word() -> None:
    values = {value.value for parameter in PARAMETERS.values() for value in words_of(parameter.words)}
    written_otherwise = {
        Unit.RUPIAH,
        Unit.BASIS_POINTS,
        Unit.MONTH_DAY,
        Unit.TIME_OF_DAY,
        Unit.SHARE,
        Unit.SWITCH,
        Unit.WORD,
        Unit.WORDS,
    }
    units = {unit.value for unit in Unit if unit not in written_otherwise}
    assert {code for code in values | units if code not in VALUES} == set()


def words_of(words: type[StrEnum] | None) -> list[StrEnum]:
    return list(words or [])


def test_a_code_without_a_word_is_a_defect() -> None:
    with pytest.raises(KeyError):
        word("purchase_state", "eaten")
    with pytest.raises(KeyError):
        value_word("eaten")
