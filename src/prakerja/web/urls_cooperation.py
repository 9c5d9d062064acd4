"""The addresses of the cooperation with partners, for `urls`."""

from django.urls import URLPattern, path

from prakerja.web.office import accounts as office_accounts
from prakerja.web.office import institutions as office_institutions
from prakerja.web.office import owners as office_owners
from prakerja.web.office import platforms as office_platforms
from prakerja.web.office import records as office_records
from prakerja.web.office import sanctions as office_sanctions
from prakerja.web.office import terms as office_terms
from prakerja.web.office import users as office_users
from prakerja.web.partner import (
    accounts,
    admission,
    agreement_end,
    applications,
    cooperation,
    documents,
    files,
    integration,
    owners,
    papers,
    records,
    registrations,
    sanctions,
    signing_keys,
    terms,
    users,
    what_if,
)
from prakerja.web.public import invitations, join, platform

COOPERATION: list[URLPattern] = [
    path("platforms/<slug:code>/", platform.platform_terms, name="platform_terms"),
    path("institutions/join/", join.join_programme, name="join_programme"),
    path("invitations/<uuid:invitation_id>/", invitations.invitation, name="invitation"),
    path("users/", users.own_users, name="own_users"),
    path("institution/platforms/", applications.institution_platforms, name="institution_platforms"),
    path(
        "institution/platforms/<uuid:platform_id>/",
        applications.institution_application,
        name="institution_application",
    ),
    path("institution/documents/", documents.institution_documents, name="institution_documents"),
    path("institution/record/", records.institution_record, name="institution_record"),
    path("institution/record/<slug:record_kind>/<uuid:record_id>/end/", records.own_record_end, name="own_record_end"),
    path("institution/admission/", records.institution_admission, name="institution_admission"),
    path("documents/<uuid:document_id>/", files.document_file, name="document_file"),
    path("platform/registrations/", registrations.platform_registrations, name="platform_registrations"),
    path(
        "platform/registrations/<uuid:registration_id>/",
        registrations.platform_registration,
        name="platform_registration",
    ),
    path("platform/requirements/", registrations.platform_requirements, name="platform_requirements"),
    path("platform/terms/", terms.own_terms, name="own_terms"),
    path("platform/propose/", cooperation.propose_agreement, name="propose_agreement"),
    path("platform/admission/", admission.platform_admission, name="platform_admission"),
    path("platform/integration/", integration.integration, name="integration"),
    path("platform/integration/report.json", integration.integration_report, name="integration_report"),
    path("platform/what-if/", what_if.what_if, name="what_if"),
    path("proposals/", cooperation.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>/", cooperation.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/agreement.json", cooperation.proposal_text, name="proposal_text"),
    path("proposals/<uuid:proposal_id>/<slug:language>.pdf", papers.proposal_paper, name="proposal_paper"),
    path("agreements/<uuid:agreement_id>/end/", agreement_end.end_agreement, name="end_agreement"),
    path("signing-keys/", signing_keys.signing_keys, name="signing_keys"),
    path("owners/", owners.own_ties, name="own_ties"),
    path("owners/add/<slug:tie_kind>/", owners.own_tie_new, name="own_tie_new"),
    path("owners/<uuid:tie_id>/end/", owners.own_tie_end, name="own_tie_end"),
    path("account/", accounts.own_account, name="own_account"),
    path("sanctions/", sanctions.own_sanctions, name="own_sanctions"),
    path("sanctions/<uuid:sanction_id>/", sanctions.own_sanction, name="own_sanction"),
    path("office/platforms/", office_platforms.office_platforms, name="office_platforms"),
    path("office/platforms/new/", office_platforms.office_new_platform, name="office_new_platform"),
    path("office/platforms/<uuid:platform_id>/", office_platforms.office_platform, name="office_platform"),
    path("office/platforms/<uuid:platform_id>/terms/", office_terms.office_terms, name="office_terms"),
    path("office/institutions/", office_institutions.office_institutions, name="office_institutions"),
    path(
        "office/institutions/<uuid:institution_id>/",
        office_institutions.office_institution,
        name="office_institution",
    ),
    path("office/institutions/<uuid:institution_id>/record/", office_records.office_record, name="office_record"),
    path(
        "office/institutions/<uuid:institution_id>/record/<slug:record_kind>/<uuid:record_id>/end/",
        office_records.office_record_end,
        name="office_record_end",
    ),
    path(
        "office/users/<slug:partner_role>/<uuid:partner_id>/",
        office_users.office_users,
        name="office_users",
    ),
    path("office/owners/", office_owners.office_holders, name="office_holders"),
    path("office/owners/<slug:holder_kind>/<uuid:holder_id>/", office_owners.office_ties, name="office_ties"),
    path(
        "office/owners/<slug:holder_kind>/<uuid:holder_id>/add/<slug:tie_kind>/",
        office_owners.office_tie_new,
        name="office_tie_new",
    ),
    path(
        "office/owners/<slug:holder_kind>/<uuid:holder_id>/<uuid:tie_id>/end/",
        office_owners.office_tie_end,
        name="office_tie_end",
    ),
    path("office/accounts/", office_accounts.office_accounts, name="office_accounts"),
    path("office/accounts/<uuid:request_id>/", office_accounts.office_account, name="office_account"),
    path("office/sanctions/", office_sanctions.office_sanctions, name="office_sanctions"),
    path("office/sanctions/new/", office_sanctions.office_new_sanction, name="office_new_sanction"),
    path("office/sanctions/<uuid:sanction_id>/", office_sanctions.office_sanction, name="office_sanction"),
]
