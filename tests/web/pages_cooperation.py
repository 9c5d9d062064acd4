"""The pages of the cooperation with partners, with something on each."""

from datetime import UTC, datetime

from django.urls import reverse

from prakerja.access.operations import InvitationRequest, invite_users
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.partners.operations import (
    SanctionNotice,
    TermsRequest,
    TrainerRecord,
    add_to_records,
    enter_terms,
    notice_sanctions,
)
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.partners.states import SanctionKind
from prakerja.payouts.operations import AccountEntry, request_accounts
from tests.partners.papers import PDF
from tests.web.founder import NOW
from tests.web.nation import Nation


def pages_of_the_cooperation(role: Role | None, nation: Nation) -> dict[str, str]:
    """The pages of a role by the names of their pictures."""
    world = nation.market.world
    platform_id, institution_id = world.platforms["tokopedia"], world.institution_id
    proposal = queries.list_proposals("platform", platform_id)[0].id
    both = {
        "proposals": reverse("proposals"),
        "proposal": reverse("proposal", args=[proposal]),
        "signing-keys": reverse("signing_keys"),
        "own-sanctions": reverse("own_sanctions"),
        "own-users": reverse("own_users"),
        "own-account": reverse("own_account"),
        "end-agreement": reverse("end_agreement", args=[an_agreement(nation)]),
        "own-ties": reverse("own_ties"),
        "add-owner": reverse("own_tie_new", args=["owner"]),
        "end-tie": reverse("own_tie_end", args=[a_tie(nation, role)]) if role in TIED else reverse("own_ties"),
    }
    (registration,) = queries.list_registrations(platform_id=platform_id, institution_id=institution_id)
    if role is None:
        return {
            "platform-terms": reverse("platform_terms", args=["sekolahmu"]),
            "invitation": reverse("invitation", args=[an_invitation(nation)]),
        }
    if role is Role.PLATFORM:
        return {
            "registrations": reverse("platform_registrations"),
            "registration": reverse("platform_registration", args=[registration.id]),
            "requirements": reverse("platform_requirements"),
            "own-terms": reverse("own_terms"),
            "propose": reverse("propose_agreement"),
            "integration": reverse("integration"),
            "platform-admission": reverse("platform_admission"),
            "what-if": reverse("what_if") + "?fee_kind=share&fee=12,5&from=2020-08-01&until=2020-09-01",
            **both,
        }
    if role is Role.INSTITUTION:
        return {
            "join": reverse("institution_platforms"),
            "application": reverse("institution_application", args=[platform_id]),
            "documents": reverse("institution_documents"),
            "record": reverse("institution_record"),
            "end-record": reverse("own_record_end", args=["trainer", a_trainer(nation)]),
            "admission": reverse("institution_admission"),
            **{f"institution-{name}": where for name, where in both.items()},
        }
    if role is Role.PROGRAMME_OFFICE:
        return {
            "office-platforms": reverse("office_platforms"),
            "office-new-platform": reverse("office_new_platform"),
            "office-platform": reverse("office_platform", args=[platform_id]),
            "office-terms": reverse("office_terms", args=[waiting_terms(nation)]),
            "office-institutions": reverse("office_institutions"),
            "office-institution": reverse("office_institution", args=[institution_id]),
            "office-record": reverse("office_record", args=[institution_id]),
            "office-users": reverse("office_users", args=["institution", institution_id]),
            "office-holders": reverse("office_holders"),
            "office-ties": reverse("office_ties", args=["institution", institution_id]),
            "office-declaration": reverse(
                "office_ties", args=["reviewer", reviewer_node("staff:test-programme_office")]
            ),
            "office-accounts": reverse("office_accounts"),
            "office-account": reverse("office_account", args=[an_account(nation)]),
            "office-sanctions": reverse("office_sanctions"),
            "office-new-sanction": reverse("office_new_sanction"),
            "office-sanction": reverse("office_sanction", args=[a_case(nation)]),
        }
    return {}


def an_invitation(nation: Nation) -> object:
    """Somebody is invited to act for a platform."""
    request = InvitationRequest(
        role=Role.PLATFORM,
        partner_id=nation.market.world.platforms["tokopedia"],
        display_name="Sari",
        email="sari@contoh.id",
        text="{invitation} {code}",
    )
    now = datetime.now(UTC)
    return invite_users(nation.market.context.at(NOW), [request], None, machine_now=now)[0].invitation_id


def waiting_terms(nation: Nation) -> object:
    """A platform whose next public terms wait for the office."""
    world = nation.market.world
    request = TermsRequest(
        platform_id=world.platforms["pintaria"],
        description={"id": "Lokapasar kursus, kuliah, dan sertifikasi", "en": "Marketplace of courses and degrees"},
        fee_scheme={"kind": "tiered_by_price", "tiers": [{"from_idr": 0, "commission_bp": 1250}]},
        modes=["online"],
        payment_term_days=14,
    )
    enter_terms(nation.market.context.at(NOW).acting_as("platform:sari"), [request], regime=world.second)
    return request.platform_id


TIED = (Role.PLATFORM, Role.INSTITUTION)


def a_tie(nation: Nation, role: Role) -> object:
    """An address of a partner, on record."""
    world = nation.market.world
    is_platform = role is Role.PLATFORM
    request = TieRequest(
        holder_kind="platform" if is_platform else "institution",
        holder_id=world.platforms["tokopedia"] if is_platform else world.institution_id,
        kind="address",
        value=f"Jl. Sudirman No. {1 if is_platform else 2}, Jakarta",
        source="akta 12",
    )
    return record_ties(nation.market.context.at(NOW), [request])[0].tie_id


def an_agreement(nation: Nation) -> object:
    """The agreement of Tokopedia and the institution that is in force."""
    world = nation.market.world
    return queries.get_agreement_in_force(world.platforms["tokopedia"], world.institution_id, NOW.date()).id


def a_trainer(nation: Nation) -> object:
    """A trainer of the institution, on record."""
    world, context = nation.market.world, nation.market.context.at(NOW)
    add_to_records(context, [TrainerRecord(institution_id=world.institution_id, name="Ibu Ani", subject="Menjahit")])
    return queries.list_record(world.institution_id)[-1].id


def an_account(nation: Nation) -> object:
    """An account of the institution that waits for the office."""
    entry = AccountEntry(
        payee_kind="institution",
        payee_id=nation.market.world.institution_id,
        bank="BRI",
        holder_name="PT Maju",
        account_number="001234567890",
        file_name="buku-tabungan.pdf",
        content=PDF,
    )
    return request_accounts(nation.market.context.at(NOW).acting_as("institution:budi"), [entry])[0].request_id


def a_case(nation: Nation) -> object:
    """A case that waits for an answer."""
    notice = SanctionNotice(
        kind=SanctionKind.INSTITUTION_SUSPENSION,
        rule="LEARN-04",
        notice="Sertifikat tanpa kehadiran",
        evidence=["contoh/kehadiran.pdf"],
        institution_id=nation.market.world.institution_id,
    )
    context = nation.market.context.at(NOW).acting_as("staff:pmo-2")
    return notice_sanctions(context, [notice])[0].sanction_id
