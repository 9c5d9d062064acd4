"""The menu of each role: names of addresses and their texts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.access.roles import Role

_OFFICE: list[tuple[str, str | Promise]] = [
    ("office", _("Overview")),
    ("waves", _("Waves")),
    ("decrees", _("Decrees")),
    ("office_cards", _("Cards")),
    ("cases", _("Disputes and appeals")),
    ("proposed_courses", _("Courses to assess")),
    ("reports_to_check", _("Reports to check")),
    ("office_findings", _("Findings")),
    ("office_conflicts", _("Conflicts of interest")),
    ("registers", _("Registers")),
    ("office_platforms", _("Platforms")),
    ("office_institutions", _("Institutions")),
    ("office_holders", _("Who stands behind whom")),
    ("office_sanctions", _("Sanctions")),
    ("settlements", _("Settlement")),
    ("payments", _("Payments")),
    ("office_accounts", _("Payout accounts of partners")),
    ("revocations", _("Revocations")),
    ("repayments", _("Repayments")),
    ("checks", _("Checks")),
    ("trails", _("Audit trail")),
    ("page_accesses", _("Views of personal pages")),
    ("office_people", _("People and roles")),
    ("admin:index", _("Tables")),
]

# Pages that belong to an entry whose address theirs does not begin with.
WITHIN: dict[str, str] = {
    "platform_requirements": "platform_registrations",
    "propose_agreement": "proposals",
    "what_if": "proposals",
    "signing_keys": "proposals",
}

MENUS: dict[str, list[tuple[str, str | Promise]]] = {
    Role.PARTICIPANT: [
        ("me", _("What to do next")),
        ("my_purchases", _("Purchases")),
        ("my_catalogue", _("Catalogue")),
        ("my_money", _("Balance and incentives")),
        ("my_waves", _("Waves")),
        ("my_appeals", _("Appeals")),
        ("who_looked", _("Who looked at my data")),
    ],
    Role.PLATFORM: [
        ("platform", _("Overview")),
        ("platform_sales", _("Sales")),
        ("reports_to_forward", _("Reports to send on")),
        ("platform_listings", _("Listings")),
        ("platform_registrations", _("Registrations")),
        ("own_terms", _("Public terms")),
        ("proposals", _("Proposals")),
        ("platform_agreements", _("Agreements")),
        ("own_ties", _("Owners")),
        ("own_sanctions", _("Sanctions")),
        ("platform_statements", _("Statements")),
        ("own_account", _("Payout account")),
        ("platform_admission", _("Recognition")),
        ("integration", _("Integration")),
        ("keys", _("Keys")),
        ("own_users", _("People")),
    ],
    Role.INSTITUTION: [
        ("institution", _("Classes")),
        ("own_courses", _("Courses")),
        ("redeem", _("Redeem a code")),
        ("reports_due", _("Results to report")),
        ("institution_sales", _("Codes sold")),
        ("institution_platforms", _("Join platforms")),
        ("institution_record", _("Record")),
        ("own_ties", _("Owners")),
        ("institution_documents", _("Documents")),
        ("institution_admission", _("Admission")),
        ("proposals", _("Proposals")),
        ("institution_agreements", _("Agreements")),
        ("own_sanctions", _("Sanctions")),
        ("institution_statements", _("Statements")),
        ("own_account", _("Payout account")),
        ("keys", _("Keys")),
        ("own_users", _("People")),
    ],
    Role.LABOUR_OFFICE: [
        ("desk", _("Worker lists")),
        ("matches", _("Pairs to decide")),
        ("assisted_sheets", _("Assisted registrations")),
        ("desk_cards", _("Physical cards")),
        ("coverage", _("Coverage")),
    ],
    Role.MINISTRY: [("assisted_sheets", _("Assisted registrations")), ("coverage", _("Coverage"))],
    Role.PROGRAMME_OFFICE: [*_OFFICE, ("assisted_sheets", _("Assisted registrations")), ("coverage", _("Coverage"))],
    Role.APPROVER: _OFFICE,
    Role.AUDITOR: _OFFICE,
    Role.SEAL_KEEPER: [("kept_seals", _("Sealed seeds"))],
}
