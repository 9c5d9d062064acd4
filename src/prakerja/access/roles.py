"""What a person is to the programme."""

from enum import StrEnum


class Role(StrEnum):
    """One per user. Who has two offices has two users, so that maker and checker never share a session."""

    PARTICIPANT = "participant"
    PLATFORM = "platform"
    INSTITUTION = "institution"
    LABOUR_OFFICE = "labour_office"
    MINISTRY = "ministry"
    PROGRAMME_OFFICE = "programme_office"
    APPROVER = "approver"
    AUDITOR = "auditor"
    SEAL_KEEPER = "seal_keeper"


# Colleagues: whoever acts for the programme itself, or keeps its seeds. They belong to no partner and no labour office.
STAFF = (Role.MINISTRY, Role.PROGRAMME_OFFICE, Role.APPROVER, Role.AUDITOR, Role.SEAL_KEEPER)
# These prepare or sign money and decrees, or hold a part of a draw: two people let somebody in.
LET_IN_BY_TWO = (Role.PROGRAMME_OFFICE, Role.APPROVER, Role.SEAL_KEEPER)
# Without one of each nothing about money or decrees goes on: the last one is not ended by a page.
NEVER_WITHOUT = (Role.PROGRAMME_OFFICE, Role.APPROVER)
