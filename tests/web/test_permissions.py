"""Every address as every role: the table below is written by hand, and whatever is not in it fails.

For each address: the roles that may see it, and what they get. Others get 403, strangers are sent to the log-in page.
Ids that do not exist are 404 for those who may: nobody else learns even that.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from prakerja.access.models import User
from prakerja.access.roles import Role
from tests.web.people import Cast

pytestmark = pytest.mark.django_db

NOBODY = UUID(int=0)
EVERYONE = frozenset(Role)
PARTICIPANT = frozenset({Role.PARTICIPANT})
PLATFORM = frozenset({Role.PLATFORM})
INSTITUTION = frozenset({Role.INSTITUTION})
PARTNERS = PLATFORM | INSTITUTION
DESK = frozenset({Role.LABOUR_OFFICE})
APPROVER = frozenset({Role.APPROVER})
KEEPER = frozenset({Role.SEAL_KEEPER})
OFFICE = frozenset({Role.PROGRAMME_OFFICE})
OVERSIGHT = frozenset({Role.PROGRAMME_OFFICE, Role.APPROVER, Role.AUDITOR})
JUDGES = frozenset({Role.PROGRAMME_OFFICE, Role.APPROVER})
LISTS = DESK | {Role.MINISTRY, Role.PROGRAMME_OFFICE}

ID = {
    "purchase_id": NOBODY,
    "wave_id": NOBODY,
    "run_id": NOBODY,
    "schedule_id": NOBODY,
    "worker_list_id": NOBODY,
    "delta_id": NOBODY,
    "finding_id": NOBODY,
    "sheet_id": NOBODY,
    "applicant_id": NOBODY,
    "statement_id": NOBODY,
    "card_id": NOBODY,
    "manifest_id": NOBODY,
    "case_id": NOBODY,
    "subject_id": NOBODY,
    "platform_id": NOBODY,
    "institution_id": NOBODY,
    "document_id": NOBODY,
    "registration_id": NOBODY,
    "proposal_id": NOBODY,
    "sanction_id": NOBODY,
    "invitation_id": NOBODY,
    "partner_role": "platform",
    "partner_id": NOBODY,
    "tie_id": NOBODY,
    "holder_id": NOBODY,
    "holder_kind": "platform",
    "tie_kind": "owner",
    "record_kind": "trainer",
    "record_id": NOBODY,
    "request_id": NOBODY,
    "agreement_id": NOBODY,
    "batch_id": NOBODY,
    "language": "id",
    "key_id": NOBODY,
    "decree_id": NOBODY,
    "repayment_id": NOBODY,
    "receipt_id": NOBODY,
    "course_id": NOBODY,
    "listing_id": NOBODY,
    "feed_id": NOBODY,
    "conflict_id": NOBODY,
    "code": "participants",
    "token": "unknown",
    "kind": "email",
    "name": "open",
    "number": 7,
}

# name: (roles, what they get for GET). Names in PUBLIC are open to strangers with the same answer.
PUBLIC = {
    "home": 200,
    "figures": 200,
    "figure": 200,
    "figure_csv": 200,
    "platforms": 200,
    "platform_terms": 404,
    "catalogue": 200,
    "certificates": 200,
    "certificate": 404,
    "course": 404,
    "institutions": 200,
    "join_programme": 200,
    "invitation": 404,
    "conflicts": 200,
    "rules": 200,
    "draws": 200,
    "draw": 404,
    "draw_file": 404,
    "verify_draw": 200,
    "seal_draw": 200,
    "sms_outbox": 200,
    "new_sandbox": 200,
    # Without a state that was given.
    "sandbox_back": 404,
    "sandbox_signed_on": 404,
    # Without a code or a password just given, these lead back to where one is asked for.
    "sign_in_code": 302,
    "second_factor": 302,
    "set_up_second_factor": 302,
    "sign_out": 405,
    "set_language": 302,
    # Outside a demo there is no such page.
    "demo": 404,
}
TABLE: dict[str, tuple[frozenset[Role], int]] = {
    "sign_up": (PARTICIPANT, 200),
    "sign_up_consent": (PARTICIPANT, 200),
    "specimens": (PARTICIPANT, 200),
    "sign_up_question": (PARTICIPANT, 404),
    # Who has signed up is led back to the task list.
    "sign_up_check": (PARTICIPANT, 302),
    "sign_up_sent": (PARTICIPANT, 200),
    "sign_up_contact": (PARTICIPANT, 200),
    "sign_up_contact_code": (PARTICIPANT, 302),
    "sign_up_presence": (PARTICIPANT, 302),
    "sign_up_test": (PARTICIPANT, 302),
    "sign_up_done": (PARTICIPANT, 200),
    "me": (PARTICIPANT, 200),
    "my_card": (PARTICIPANT, 200),
    "my_card_pdf": (PARTICIPANT, 200),
    # The participant's card is digital: it has no PIN.
    "my_pin": (PARTICIPANT, 404),
    "my_pin_code": (PARTICIPANT, 200),
    "lose_my_card": (PARTICIPANT, 200),
    "block_my_card": (PARTICIPANT, 405),
    # Nobody's card of the cast is blocked.
    "unblock_my_card": (PARTICIPANT, 404),
    "my_finding": (PARTICIPANT, 404),
    "my_appeals": (PARTICIPANT, 200),
    "desk_cards": (DESK, 200),
    "desk_card": (DESK, 404),
    "desk_receipt": (DESK, 404),
    "desk_card_step": (DESK, 404),
    "desk_manifest": (DESK, 404),
    "assisted_sheets": (LISTS, 200),
    "assisted_template": (DESK, 200),
    "assisted_template_workbook": (DESK, 200),
    "assisted_sheet": (LISTS, 404),
    "add_assisted_person": (DESK, 404),
    "upload_assisted_people": (DESK, 405),
    "move_assisted_sheet": (LISTS, 405),
    "office_cards": (OVERSIGHT, 200),
    "office_card": (OVERSIGHT, 404),
    "labour_offices": (OVERSIGHT, 200),
    "propose_revocation": (OFFICE, 405),
    "office_manifest": (OVERSIGHT, 404),
    "manifest_file": (frozenset({Role.PROGRAMME_OFFICE}), 404),
    "cases": (OVERSIGHT, 200),
    "reinstate": (JUDGES, 405),
    "case": (OVERSIGHT, 404),
    "my_purchases": (PARTICIPANT, 200),
    "my_purchase": (PARTICIPANT, 404),
    "write_review": (PARTICIPANT, 405),
    "my_money": (PARTICIPANT, 200),
    "my_catalogue": (PARTICIPANT, 200),
    "my_certificate": (PARTICIPANT, 404),
    "my_waves": (PARTICIPANT, 200),
    "who_looked": (PARTICIPANT, 200),
    "my_wave": (PARTICIPANT, 404),
    "join_wave": (PARTICIPANT, 404),
    "kept_seals": (KEEPER, 200),
    "kept_seal": (KEEPER, 404),
    "kept_seals_file": (KEEPER, 404),
    "keep_seal": (KEEPER, 405),
    "presence": (PARTICIPANT, 404),
    "consent": (PARTICIPANT, 400),
    "keys": (PARTNERS, 200),
    "addresses": (PARTNERS, 200),
    "issue_key": (PARTNERS, 405),
    "revoke_key": (PARTNERS, 404),
    "platform": (PLATFORM, 200),
    "platform_sales": (PLATFORM, 200),
    "platform_listings": (PLATFORM, 200),
    "add_listings": (PLATFORM, 200),
    "end_listing": (PLATFORM, 404),
    "platform_agreements": (PLATFORM, 200),
    "platform_statements": (PLATFORM, 200),
    "platform_statement": (PLATFORM, 404),
    "institution": (INSTITUTION, 200),
    "class": (INSTITUTION, 404),
    "change_seats": (INSTITUTION, 404),
    "end_class": (INSTITUTION, 404),
    "own_courses": (INSTITUTION, 200),
    "propose_course": (INSTITUTION, 200),
    "own_course": (INSTITUTION, 404),
    "change_price": (INSTITUTION, 404),
    "open_class": (INSTITUTION, 404),
    "feeds": (INSTITUTION, 200),
    "upload_feed": (INSTITUTION, 200),
    "feed_template": (INSTITUTION, 200),
    "feed_template_workbook": (INSTITUTION, 200),
    "feed": (INSTITUTION, 404),
    "feed_errors": (INSTITUTION, 404),
    "decide_feed": (INSTITUTION, 405),
    "redeem": (INSTITUTION, 200),
    "reports_due": (INSTITUTION, 200),
    "report_class": (INSTITUTION, 404),
    "report_template": (INSTITUTION, 404),
    "reports_to_forward": (PLATFORM, 200),
    "forward_class": (PLATFORM, 404),
    "reports_to_check": (OVERSIGHT, 200),
    "check_class": (OVERSIGHT, 404),
    "check_report": (OVERSIGHT, 404),
    "institution_sales": (INSTITUTION, 200),
    "institution_agreements": (INSTITUTION, 200),
    "institution_statements": (INSTITUTION, 200),
    "institution_statement": (INSTITUTION, 404),
    "desk": (LISTS, 200),
    "upload_worker_list": (DESK, 200),
    "worker_list_template": (LISTS, 200),
    "worker_list_template_workbook": (LISTS, 200),
    "worker_list": (LISTS, 404),
    "worker_list_errors": (LISTS, 404),
    "publish_worker_list": (DESK, 405),
    "coverage": (LISTS, 200),
    "coverage_csv": (LISTS, 200),
    "matches": (LISTS, 200),
    "decide_match": (DESK, 405),
    "list_totals": (LISTS, 200),
    "registers": (OVERSIGHT, 200),
    "register": (OVERSIGHT, 404),
    "move_register": (OVERSIGHT, 405),
    "finding": (OVERSIGHT, 404),
    "decide_finding": (APPROVER, 405),
    "institution_platforms": (INSTITUTION, 200),
    "institution_application": (INSTITUTION, 404),
    "institution_documents": (INSTITUTION, 200),
    "institution_record": (INSTITUTION, 200),
    "institution_admission": (INSTITUTION, 200),
    "document_file": (PARTNERS | JUDGES, 404),
    "platform_registrations": (PLATFORM, 200),
    "platform_registration": (PLATFORM, 404),
    "platform_requirements": (PLATFORM, 200),
    "propose_agreement": (PLATFORM, 200),
    "what_if": (PLATFORM, 200),
    "proposals": (PARTNERS, 200),
    "proposal": (PARTNERS, 404),
    "proposal_text": (PARTNERS, 404),
    "proposal_paper": (PARTNERS, 404),
    "signing_keys": (PARTNERS, 200),
    "own_users": (PARTNERS, 200),
    "integration": (PLATFORM, 200),
    "platform_admission": (PLATFORM, 200),
    "integration_report": (PLATFORM, 404),
    "own_record_end": (INSTITUTION, 404),
    "end_agreement": (PARTNERS, 404),
    "own_account": (PARTNERS, 200),
    "office_accounts": (OVERSIGHT, 200),
    "office_account": (OVERSIGHT, 404),
    "own_terms": (PLATFORM, 200),
    "own_ties": (PARTNERS, 200),
    "own_tie_new": (PARTNERS, 200),
    "own_tie_end": (PARTNERS, 404),
    "own_sanctions": (PARTNERS, 200),
    "own_sanction": (PARTNERS, 404),
    "office_platforms": (OVERSIGHT, 200),
    "office_new_platform": (JUDGES, 200),
    "office_platform": (OVERSIGHT, 404),
    "office_terms": (OVERSIGHT, 404),
    "office_record": (OVERSIGHT, 404),
    "office_record_end": (JUDGES, 404),
    "office_institutions": (OVERSIGHT, 200),
    "office_institution": (OVERSIGHT, 404),
    "office_users": (OVERSIGHT, 404),
    "office_holders": (OVERSIGHT, 200),
    "office_ties": (OVERSIGHT, 404),
    "office_tie_new": (JUDGES, 404),
    "office_tie_end": (JUDGES, 404),
    "office_sanctions": (OVERSIGHT, 200),
    "office_new_sanction": (JUDGES, 200),
    "office_sanction": (OVERSIGHT, 404),
    "office": (OVERSIGHT, 200),
    "rows": (OVERSIGHT, 200),
    "trails": (OVERSIGHT, 200),
    "trail": (OVERSIGHT, 200),
    "page_accesses": (OVERSIGHT, 200),
    "office_people": (OVERSIGHT, 200),
    "waves": (OVERSIGHT, 200),
    "wave": (OVERSIGHT, 404),
    "waves_csv": (OVERSIGHT, 200),
    "wave_fallback": (OVERSIGHT, 404),
    "plan_fallback": (OFFICE, 404),
    "drop_fallback": (OFFICE, 405),
    "seal_keepers": (OFFICE, 200),
    "plan_wave": (OFFICE, 200),
    "wave_act": (OFFICE, 405),
    "decrees": (OVERSIGHT, 200),
    "decrees_csv": (OVERSIGHT, 200),
    "decree": (OVERSIGHT, 404),
    "approve_decree": (APPROVER, 405),
    "reject_decree": (APPROVER, 405),
    "take_off_decree": (APPROVER, 405),
    "proposed_courses": (OVERSIGHT, 200),
    "assess_course": (OVERSIGHT, 404),
    "office_findings": (OVERSIGHT, 200),
    "office_finding": (OVERSIGHT, 404),
    "office_conflicts": (OVERSIGHT, 200),
    "office_conflict": (OVERSIGHT, 404),
    "settlements": (OVERSIGHT, 200),
    "settlement": (OVERSIGHT, 404),
    "approve_settlement": (APPROVER, 405),
    "payments": (OVERSIGHT, 200),
    "payment": (OVERSIGHT, 404),
    "bank_file": (OFFICE, 404),
    "sandbox_reply": (OFFICE, 404),
    "bank_reply_file": (OVERSIGHT, 404),
    "revocations": (OVERSIGHT, 200),
    "waiting_people": (OVERSIGHT, 200),
    "waiting_person": (OVERSIGHT, 404),
    "decide_statement": (APPROVER, 405),
    "repayments": (OVERSIGHT, 200),
    "repayment": (OVERSIGHT, 404),
    "confirm_receipt": (APPROVER, 405),
    "checks": (OVERSIGHT, 200),
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from patterns(entry)
        else:
            yield entry


def address(name: str) -> str:
    (entry,) = [found for found in patterns(get_resolver()) if found.name == name]
    return reverse(name, kwargs={key: ID[key] for key in entry.pattern.converters})


def test_every_address_stands_in_the_table() -> None:
    names = [entry.name for entry in patterns(get_resolver())]
    assert len(names) == len(set(names))
    assert set(names) == {*PUBLIC, *TABLE, "sign_in", "staff_sign_in"}


def test_every_view_declares_its_permissions() -> None:
    for entry in patterns(get_resolver()):
        declared = getattr(entry.callback, "permissions", None)
        assert declared is not None, f"{entry.name} declares nothing: @requires or @for_everyone"
        assert bool(declared) is (entry.name in TABLE), entry.name


@pytest.mark.parametrize("name", [*PUBLIC, *TABLE, "sign_in", "staff_sign_in"])
def test_address_as_a_stranger(client: Client, name: str) -> None:
    where = address(name)
    answer = client.get(where)
    if name in TABLE:
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('sign_in')}?next={where}")
        # Writing addresses do not answer strangers either.
        assert client.post(where).status_code == 302
    else:
        assert answer.status_code == PUBLIC.get(name, 200)


@pytest.mark.parametrize("role", list(Role))
def test_every_address_as_a_role(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(cast.user(role))
    got = {name: client.get(address(name)).status_code for name in [*PUBLIC, *TABLE, "sign_in", "staff_sign_in"]}
    expected = {name: status if role in roles else 403 for name, (roles, status) in TABLE.items()}
    # Who is signed in is led from the log-in page to the own pages.
    assert got == {**PUBLIC, **expected, "sign_in": 302, "staff_sign_in": 302}


@pytest.mark.parametrize("role", list(Role))
def test_the_wrong_role_cannot_write(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(cast.user(role))
    writing = [name for name, (_, status) in TABLE.items() if status == 405] + ["redeem", "upload_worker_list"]
    for name in writing:
        if role not in TABLE[name][0]:
            assert client.post(address(name)).status_code == 403, name


def test_a_role_without_a_user_row_cannot_exist(cast: Cast) -> None:
    assert {user.role for user in User.objects.order_by("username")} == {role.value for role in Role}
