"""Result codes of this package."""

from prakerja.kit.refusals import Code


class UserCode(Code):
    """What became of a request to create a user."""

    OK = "ok"
    USERNAME_TAKEN = "username_taken"


class SendCode(Code):
    """Answers to a request for a code. None of them says whether the contact has an account."""

    OK = "ok"
    CONTACT_NOT_POSSIBLE = "contact_not_possible"
    NO_MESSENGER = "no_messenger"
    TOO_MANY_CODES = "too_many_codes"


class CheckCode(Code):
    """Answers to a code that was typed."""

    OK = "ok"
    CODE_EXPIRED = "code_expired"
    NO_TRIES_LEFT = "no_tries_left"
    TOO_MANY_TRIES = "too_many_tries"
    WRONG_CODE = "wrong_code"


class ContactCode(Code):
    """Answers to registering a verified contact for a user."""

    OK = "ok"
    REPEATED = "repeated"
    OPENS_ANOTHER_ACCOUNT = "opens_another_account"


class SecondFactorCode(Code):
    """Answers about a second factor."""

    OK = "ok"
    NOT_SET_UP = "not_set_up"
    ALREADY_SET_UP = "already_set_up"
    TOO_MANY_TRIES = "too_many_tries"
    WRONG_CODE = "wrong_code"


class LeavingCode(Code):
    """Answers to ending an account."""

    OK = "ok"
    USER_UNKNOWN = "user_unknown"
    OWN_ACCOUNT = "own_account"
    LAST_OF_ITS_ROLE = "last_of_its_role"


class PasswordCode(Code):
    """Answers to a change of a password."""

    OK = "ok"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code
    TOO_WEAK = "too_weak"


class InvitationCode(Code):
    """Answers to inviting people, to approving it, and to accepting an invitation."""

    OK = "ok"
    NAME_MISSING = "name_missing"
    EMAIL_NOT_POSSIBLE = "email_not_possible"
    TOO_MANY_OPEN = "too_many_open"
    INVITATION_OVER = "invitation_over"
    SAME_PERSON = "same_person"
    NO_TRIES_LEFT = "no_tries_left"
    WRONG_CODE = "wrong_code"
    USERNAME_MALFORMED = "username_malformed"
    TOO_WEAK = "too_weak"
    USERNAME_TAKEN = "username_taken"
