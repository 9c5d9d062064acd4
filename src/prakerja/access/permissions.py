"""What each role may do.

There are no permissions in the database: a grant is a line of code that a reviewer has seen.
"""

from enum import StrEnum

from prakerja.access.roles import Role


class Permission(StrEnum):
    """One thing that a page or an action asks for."""

    SIGN_UP = "sign_up"
    SEE_OWN_CARD = "see_own_card"
    JOIN_WAVE = "join_wave"
    WRITE_REVIEW = "write_review"
    SEE_OWN_SALES = "see_own_sales"
    SEE_OWN_CLASSES = "see_own_classes"
    REDEEM_CODES = "redeem_codes"
    REPORT_RESULTS = "report_results"
    FORWARD_REPORTS = "forward_reports"
    CHECK_REPORTS = "check_reports"
    MANAGE_KEYS = "manage_keys"
    DECLARE_TIES = "declare_ties"
    MANAGE_USERS = "manage_users"
    INVITE_STAFF = "invite_staff"
    APPROVE_STAFF = "approve_staff"
    MANAGE_ACCOUNT = "manage_account"
    INTEGRATE = "integrate"
    PUBLISH_TERMS = "publish_terms"
    MANAGE_COURSES = "manage_courses"
    MANAGE_LISTINGS = "manage_listings"
    ASSESS_COURSES = "assess_courses"
    DECIDE_CONFLICTS = "decide_conflicts"
    DECIDE_FINDINGS = "decide_findings"
    SEE_WORKER_LISTS = "see_worker_lists"
    PUBLISH_WORKER_LISTS = "publish_worker_lists"
    HAND_OUT_CARDS = "hand_out_cards"
    ASSIST_SIGN_UPS = "assist_sign_ups"
    SEE_ASSISTED_SHEETS = "see_assisted_sheets"
    FORWARD_ASSISTED_SHEETS = "forward_assisted_sheets"
    ACCEPT_ASSISTED_SHEETS = "accept_assisted_sheets"
    MANAGE_CARDS = "manage_cards"
    SEE_CASES = "see_cases"
    DECIDE_CASES = "decide_cases"
    MANAGE_WAVES = "manage_waves"
    JUDGE_PARTNERS = "judge_partners"
    SCREEN_REGISTERS = "screen_registers"
    CONFIRM_REGISTERS = "confirm_registers"
    RECORD_REPAYMENTS = "record_repayments"
    CONFIRM_REPAYMENTS = "confirm_repayments"
    SEE_PROGRAMME = "see_programme"
    APPROVE_DECREES = "approve_decrees"
    PREPARE_SETTLEMENTS = "prepare_settlements"
    APPROVE_SETTLEMENTS = "approve_settlements"
    CONFIRM_ACCOUNTS = "confirm_accounts"
    SEE_AUDIT_TRAIL = "see_audit_trail"
    SEE_CHECKS = "see_checks"
    READ_TABLES = "read_tables"
    KEEP_SEALS = "keep_seals"


_OVERSIGHT = frozenset(
    {
        Permission.SEE_PROGRAMME,
        Permission.SEE_CASES,
        Permission.SEE_AUDIT_TRAIL,
        Permission.SEE_CHECKS,
        Permission.READ_TABLES,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PARTICIPANT: frozenset(
        {Permission.SIGN_UP, Permission.SEE_OWN_CARD, Permission.JOIN_WAVE, Permission.WRITE_REVIEW}
    ),
    Role.PLATFORM: frozenset(
        {
            Permission.MANAGE_KEYS,
            Permission.MANAGE_USERS,
            Permission.INTEGRATE,
            Permission.PUBLISH_TERMS,
            Permission.DECLARE_TIES,
            Permission.MANAGE_ACCOUNT,
            Permission.SEE_OWN_SALES,
            Permission.MANAGE_LISTINGS,
            Permission.FORWARD_REPORTS,
        }
    ),
    Role.INSTITUTION: frozenset(
        {
            Permission.MANAGE_KEYS,
            Permission.MANAGE_USERS,
            Permission.DECLARE_TIES,
            Permission.MANAGE_ACCOUNT,
            Permission.SEE_OWN_CLASSES,
            Permission.MANAGE_COURSES,
            Permission.REDEEM_CODES,
            Permission.REPORT_RESULTS,
        }
    ),
    Role.LABOUR_OFFICE: frozenset(
        {
            Permission.SEE_WORKER_LISTS,
            Permission.PUBLISH_WORKER_LISTS,
            Permission.ASSIST_SIGN_UPS,
            Permission.SEE_ASSISTED_SHEETS,
            Permission.HAND_OUT_CARDS,
        }
    ),
    Role.MINISTRY: frozenset(
        {Permission.SEE_WORKER_LISTS, Permission.SEE_ASSISTED_SHEETS, Permission.FORWARD_ASSISTED_SHEETS}
    ),
    # The programme office prepares, the approver signs: neither role holds both halves of a decision about money.
    Role.PROGRAMME_OFFICE: _OVERSIGHT
    | {
        Permission.SEE_WORKER_LISTS,
        Permission.SEE_ASSISTED_SHEETS,
        Permission.ACCEPT_ASSISTED_SHEETS,
        Permission.INVITE_STAFF,
        Permission.MANAGE_CARDS,
        Permission.MANAGE_WAVES,
        Permission.SCREEN_REGISTERS,
        Permission.RECORD_REPAYMENTS,
        Permission.CONFIRM_ACCOUNTS,
        Permission.ASSESS_COURSES,
        Permission.CHECK_REPORTS,
        Permission.PREPARE_SETTLEMENTS,
        Permission.DECIDE_CONFLICTS,
        Permission.DECIDE_FINDINGS,
        Permission.DECIDE_CASES,
        Permission.JUDGE_PARTNERS,
    },
    Role.APPROVER: _OVERSIGHT
    | {
        Permission.DECIDE_FINDINGS,
        Permission.JUDGE_PARTNERS,
        Permission.APPROVE_STAFF,
        Permission.APPROVE_DECREES,
        Permission.APPROVE_SETTLEMENTS,
        Permission.CONFIRM_ACCOUNTS,
        Permission.DECIDE_CASES,
        Permission.CONFIRM_REGISTERS,
        Permission.CONFIRM_REPAYMENTS,
    },
    Role.AUDITOR: _OVERSIGHT,
    # Keepers are bodies outside of the programme: they see what concerns their seals, and nothing else.
    Role.SEAL_KEEPER: frozenset({Permission.KEEP_SEALS}),
}

# Roles come as plain text from the table of users.
_BY_NAME = {role.value: granted for role, granted in GRANTS.items()}


def may(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission; an unknown role holds none."""
    return permission in _BY_NAME.get(role, frozenset())
