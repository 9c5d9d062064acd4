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
