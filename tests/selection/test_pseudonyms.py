"""What published files give away, and what an auditor sees with the wave's key."""

import hmac
from collections.abc import Iterator
from datetime import timedelta
from hashlib import md5, sha256
from uuid import UUID

import pytest

from prakerja.kit import crypto, db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.participants.operations import Blacklisting, blacklist_applicants
from prakerja.selection import queries
from prakerja.selection.errors import DrawCode
from prakerja.selection.operations import close_wave, commit_draw, reveal_draw
from prakerja.selection.rules import Quota
from prakerja.selection.tokens import draw_token, household_token, receipt_of, receipt_token, wave_key
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.test_waves import EXCHANGED, behind_the_triggers
from tests.selection.world import BEACON, DAYS_OPEN, draw, join, open_new_wave

WAVE = UUID(int=5)


@pytest.fixture
def other_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As another deployment, or somebody without the keys, would compute."""
    other = {name: type(get_settings().otp_key)("ab" * 32) for name in ("otp_key", "index_key")}
    changed = get_settings().model_copy(update=other)
    crypto.forget_keys()
    monkeypatch.setattr(crypto, "get_settings", lambda: changed)
    yield
    monkeypatch.undo()
    crypto.forget_keys()


@pytest.mark.django_db
def test_enumerating_all_niks_finds_nobody_on_a_published_list() -> None:
    """Whoever tries every NIK (here: the whole space of the tests) with all that is public gets no token."""
    context = april_context()
    people = [person(n * 2) for n in range(8)]
    keys = eligible(context, people)
    wave_id = open_new_wave(context, [Quota("digital", None, 3)])
    join(context, wave_id, keys)
    draw(context, wave_id)
    view = queries.find_draw(wave_id)
    assert view is not None
    assert view.seed is not None
    published = b"".join(queries.iterate_list_lines(view.draw_id)) + b"".join(
        queries.iterate_result_lines(view.draw_id)
    )
    tokens = {line.split(b",")[0] for line in published.splitlines()}
    households = {line.split(b",")[1] for line in published.splitlines() if line.count(b",") == 5}
    assert len(tokens) == 8
    public = [b"", wave_id.bytes, str(wave_id).encode(), view.draw_id.bytes, view.seed, view.commitment.encode()]
    guesses = set()
    for number in range(2000):
        guess = person(number)
        for text in (
            guess.nik.encode(),
            guess.kk.encode(),
            guess.name.encode(),
            guess.nik.encode() + guess.kk.encode(),
        ):
            for salt in public:
                for digest in (
                    sha256(salt + text).digest(),
                    sha256(text + salt).digest(),
                    hmac.digest(salt or b"\0", text, "sha256"),
                    md5(salt + text, usedforsecurity=False).digest(),
                ):
                    guesses.add(digest[:16].hex().encode())
    assert not guesses & (tokens | households)
    assert not any(one.nik.encode() in published or one.kk.encode() in published for one in people)


def test_tokens_need_the_key_of_the_wave(other_keys: None) -> None:
    foreign = wave_key(WAVE)
    crypto_keys = {draw_token(foreign, UUID(int=n)) for n in range(50)}
    assert len(crypto_keys) == 50
    assert foreign != hmac.digest(get_settings().key("otp_key"), WAVE.bytes, "sha256")


def test_the_same_person_has_another_token_in_each_wave_and_deployment(request: pytest.FixtureRequest) -> None:
    somebody = UUID(int=77)
    one, two = wave_key(WAVE), wave_key(UUID(int=6))
    assert draw_token(one, somebody) != draw_token(two, somebody)
    assert household_token(one, somebody.hex) != draw_token(one, somebody)
    assert household_token(one, "3201000000007777") != household_token(two, "3201000000007777")
    ours = draw_token(one, somebody)
    request.getfixturevalue("other_keys")
    assert draw_token(wave_key(WAVE), somebody) != ours


def test_a_receipt_cannot_be_written_by_anybody_else() -> None:
    key, token = wave_key(WAVE), bytes(range(16))
    receipt = receipt_of(key, token)
    assert receipt_token(key, receipt) == token
    assert receipt_token(key, f" {receipt[:20]} {receipt[20:].upper()} ") == token
    assert receipt_token(wave_key(UUID(int=6)), receipt) is None
    for wrong in ("", "x", token.hex(), f"{token.hex()}-0000000000", receipt[2:], receipt + "0"):
        assert receipt_token(key, wrong) is None


def committed_wave() -> tuple[Context, UUID, list[UUID]]:
    context = april_context()
    people = [person(n * 2, kk="3201000000007777") for n in range(3)] + [person(n * 2) for n in range(3, 9)]
    keys = eligible(context, people)
    wave_id = open_new_wave(context, [Quota("digital", None, 9)])
    join(context, wave_id, keys)
    blacklist_applicants(context, [Blacklisting(keys[8], "fraud", UUID(int=1))])
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    return closing, wave_id, keys


@pytest.mark.django_db
def test_an_auditor_ties_every_token_to_a_verified_applicant() -> None:
    closing, wave_id, keys = committed_wave()
    found = queries.audit_list(wave_id, wave_key(wave_id))
    assert (found.rows, found.is_in_order) == (8, True)
    assert [one.rule for one in queries.list_dropped(wave_id)] == ["ELIG-06"]
    # With another key nobody is tied; with a swapped household, an unverified person, a left out one: it shows.
    foreign = queries.audit_list(wave_id, bytes(32))
    assert (foreign.untied, foreign.left_out, foreign.is_in_order) == (8, 8, False)
    other = crypto.encrypt_field("3201000000008888", table="applicants", column="kk_cipher", row_id=keys[4])
    db.execute("UPDATE applicants SET kk_cipher = %s WHERE applicant_id = %s", [other, keys[4]])
    db.execute(
        "UPDATE applicants SET eligibility = 'waiting', waits_until_at = now() WHERE applicant_id = %s", [keys[5]]
    )
    later = closing.at(closing.now + timedelta(minutes=2))
    reveal_draw(later, wave_id, BEACON)
    damaged = queries.audit_list(wave_id, wave_key(wave_id))
    assert (damaged.other_household, damaged.unverified, damaged.untied) == (1, 1, 0)
    with pytest.raises(LookupError):
        queries.audit_list(UUID(int=9), bytes(32))


@pytest.mark.django_db
def test_an_outcome_that_somebody_gave_to_another_shows_in_the_audit() -> None:
    """Outcome and rank of one chosen and one who was not are exchanged, with their tokens: nothing else shows it."""
    closing, wave_id, keys = committed_wave()
    key = wave_key(wave_id)
    reveal_draw(closing.at(closing.now + timedelta(minutes=2)), wave_id, BEACON)
    assert queries.audit_list(wave_id, key).is_in_order
    outcome = {one: queries.list_places_of_applicant(one)[0].outcome for one in keys}
    friends = [next(one for one in keys if outcome[one] == each) for each in ("selected", "not_selected")]
    behind_the_triggers(EXCHANGED, friends, friends)
    damaged = queries.audit_list(wave_id, key)
    assert (damaged.untied, damaged.left_out, damaged.other_outcome) == (0, 0, 2)
    assert not damaged.is_in_order


@pytest.mark.django_db
def test_a_person_who_was_added_after_the_commitment_stops_the_draw_and_shows_in_the_audit() -> None:
    closing, wave_id, keys = committed_wave()
    (late,) = eligible(closing, [person(300)])
    key = wave_key(wave_id)
    db.execute(
        """
        INSERT INTO joinings (
            lane, wave_id, applicant_id, channel, province_code, priority_class, token, household_token, joined_at
        )
        SELECT lane, wave_id, %s, channel, province_code, 1, %s, %s, joined_at FROM joinings WHERE applicant_id = %s
        """,
        [late, draw_token(key, late), bytes(16), keys[0]],
    )
    assert queries.audit_list(wave_id, key).left_out == 1
    later = closing.at(closing.now + timedelta(minutes=2))
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.LIST_CHANGED


@pytest.mark.django_db
def test_of_a_family_card_with_three_winners_two_are_chosen() -> None:
    closing, wave_id, keys = committed_wave()
    reveal_draw(closing.at(closing.now + timedelta(minutes=2)), wave_id, BEACON)
    outcomes = [queries.list_places_of_applicant(key)[0].outcome for key in keys]
    # Nine places for eight people: the third of the family stays out, whoever it is.
    assert sorted(outcomes[:3]) == ["not_selected", "selected", "selected"]
    assert outcomes[3:] == ["selected"] * 5 + ["dropped"]
    place = queries.list_places_of_applicant(keys[outcomes.index("not_selected")])[0]
    assert place.rank is not None
    # Each of the three learns it; nobody of the other households does.
    full = [queries.household_is_full(0, key, wave_id, recipients=0) for key in keys]
    assert full == [True] * 3 + [False] * 6
    # One who took part before counts with one who was chosen now.
    assert not queries.household_is_full(0, keys[3], wave_id, recipients=0)
    assert queries.household_is_full(0, keys[3], wave_id, recipients=1)
