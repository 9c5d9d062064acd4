"""Writes of access, one module per noun."""

from prakerja.access.operations.attempts import spend_attempts
from prakerja.access.operations.codes import (
    CodeCheck,
    CodeRequest,
    CodeSent,
    check_codes,
    open_accounts_by_code,
    send_codes,
)
from prakerja.access.operations.contacts import ContactRequest, register_contacts
from prakerja.access.operations.invitations import (
    Acceptance,
    AcceptanceResult,
    InvitationApproval,
    InvitationRequest,
    InvitationResult,
    accept_invitations,
    approve_invitations,
    decline_invitations,
    invite_users,
    withdraw_invitations,
)
from prakerja.access.operations.page_accesses import PageView, record_page_views
from prakerja.access.operations.second_factors import (
    RecoveryCodes,
    begin_second_factor,
    confirm_second_factor,
    reset_second_factor,
    use_second_factor,
)
from prakerja.access.operations.users import (
    UserRequest,
    UserResult,
    bind_applicants,
    change_password,
    create_users,
    end_accounts,
    end_staff_accounts,
)

__all__ = [
    "Acceptance",
    "AcceptanceResult",
    "CodeCheck",
    "CodeRequest",
    "CodeSent",
    "ContactRequest",
    "InvitationApproval",
    "InvitationRequest",
    "InvitationResult",
    "PageView",
    "RecoveryCodes",
    "UserRequest",
    "UserResult",
    "accept_invitations",
    "approve_invitations",
    "begin_second_factor",
    "bind_applicants",
    "change_password",
    "check_codes",
    "confirm_second_factor",
    "create_users",
    "decline_invitations",
    "end_accounts",
    "end_staff_accounts",
    "invite_users",
    "open_accounts_by_code",
    "record_page_views",
    "register_contacts",
    "reset_second_factor",
    "send_codes",
    "spend_attempts",
    "use_second_factor",
    "withdraw_invitations",
]
