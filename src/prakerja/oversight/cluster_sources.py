"""The SQL behind clusters of people: many behind one telephone, family card, device, address or account.

A cluster is named by the applicant in it who signed up first, never by the blind index that its people share: an index
changes with its key, and the index of before must not stay anywhere. As many behind it is what was seen; others are
another finding. Rules: ELIG-01, ELIG-07, INC-01. Nobody is refused for being in one.
"""

from typing import Final


def _clusters(traces: str, most: str, *, twice: bool = False) -> str:
    """`traces` gives (trace, applicant_id, province_code, signed_up_at); `twice`: a person may stand in it twice."""
    people = f"SELECT DISTINCT * FROM ({traces}) AS each" if twice else traces
    return f"""
        SELECT (array_agg(applicant_id ORDER BY applicant_id))[1]::text, count(*)::text,
            (array_agg(province_code ORDER BY province_code))[1], count(*), min(signed_up_at), NULL::uuid, NULL::uuid,
            NULL::uuid
        FROM ({people}) AS person
        GROUP BY trace
        HAVING count(*) > %({most})s
    """


def _members(traces: str) -> str:
    return f"""
        SELECT person.applicant_id, person.state, NULL::bigint, person.signed_up_at
        FROM applicants AS person
        WHERE person.applicant_id IN (
            SELECT each.applicant_id
            FROM ({traces}) AS each
            WHERE each.trace IN (
                SELECT own.trace FROM ({traces}) AS own WHERE own.applicant_id = %(subject_key)s::uuid
            )
        )
    """


_TELEPHONES: Final = """
    SELECT phone_index AS trace, applicant_id, province_code, signed_up_at
    FROM applicants
    WHERE phone_index IS NOT NULL
"""
_HOUSEHOLDS: Final = "SELECT kk_index AS trace, applicant_id, province_code, signed_up_at FROM applicants"
# The hash of a random number in a cookie that the sign-up sets.
_DEVICES: Final = """
    SELECT draft.device_hash AS trace, person.applicant_id, person.province_code, person.signed_up_at
    FROM sign_up_drafts AS draft
    JOIN users AS account ON account.id = draft.user_id
    JOIN applicants AS person
        ON person.lane = account.applicant_lane AND person.applicant_id = account.applicant_id
    WHERE draft.device_hash IS NOT NULL
"""
# Where an address is on record: written down by an officer, or on a published list of workers.
_ADDRESSES: Final = """
    SELECT noted.address_index AS trace, person.applicant_id, person.province_code, person.signed_up_at
    FROM applicant_addresses AS noted
    JOIN applicants AS person ON person.lane = noted.lane AND person.applicant_id = noted.applicant_id
    UNION ALL
    SELECT listed.address_index, person.applicant_id, person.province_code, person.signed_up_at
    FROM worker_list_rows AS listed
    JOIN worker_lists AS list ON list.id = listed.worker_list_id AND list.state = 'published'
    JOIN applicants AS person ON person.lane = listed.lane AND person.nik_index = listed.nik_index
    WHERE listed.address_index IS NOT NULL
"""
# An account belongs to whoever linked it first; who tried to link it too stands in the attempts.
_ACCOUNTS: Final = """
    SELECT attempt.holder_id AS trace, person.applicant_id, person.province_code, person.signed_up_at
    FROM payout_account_attempts AS attempt
    JOIN participants AS anyone ON anyone.participant_id IN (attempt.participant_id, attempt.holder_id)
    JOIN applicants AS person ON person.lane = anyone.lane AND person.applicant_id = anyone.applicant_id
"""

SHARED_TELEPHONES: Final = _clusters(_TELEPHONES, "people_of_a_phone_max")
PEOPLE_OF_A_TELEPHONE: Final = _members(_TELEPHONES)
CROWDED_HOUSEHOLDS: Final = _clusters(_HOUSEHOLDS, "people_of_a_household_max")
PEOPLE_OF_A_HOUSEHOLD: Final = _members(_HOUSEHOLDS)
SHARED_DEVICES: Final = _clusters(_DEVICES, "people_of_a_device_max")
PEOPLE_OF_A_DEVICE: Final = _members(_DEVICES)
SHARED_ADDRESSES: Final = _clusters(_ADDRESSES, "people_of_an_address_max", twice=True)
PEOPLE_OF_AN_ADDRESS: Final = _members(_ADDRESSES)
SHARED_ACCOUNTS: Final = _clusters(_ACCOUNTS, "people_of_an_account_max", twice=True)
PEOPLE_OF_AN_ACCOUNT: Final = _members(_ACCOUNTS)
