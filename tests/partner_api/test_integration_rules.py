"""PLAT-01: what calls prove about a platform's software, and what they do not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.partner_api.errors import Refusal
from prakerja.partner_api.integration_rules import AUTHORIZE, QUOTA, SEND_OTP, STATUS, VOID, SeenCall, judge_calls
from prakerja.partners.models import INTEGRATION_CHECKS

BEGAN = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
WRONG, REUSED, OK = Refusal.SIGNATURE_WRONG.code, Refusal.INVOICE_REUSED.code, "OK"


def seen(*calls: tuple[str, str] | tuple[str, str, str]) -> list[SeenCall]:
    """Calls a second apart: which, how answered, and `invoice/body/attempt` where it matters."""
    made = []
    for place, (call, code, *rest) in enumerate(calls):
        invoice, body, attempt = [*(rest[0].split("/") if rest else []), "", "", ""][:3]
        made.append(
            SeenCall(
                request_id=f"r-{place}",
                call=call,
                code=code,
                seen_at=BEGAN + timedelta(seconds=place),
                body=(body or call).encode(),
                attempt=(attempt or f"a-{place}").encode(),
                invoice_code=invoice or None,
            )
        )
    return made


def verdict(name: str, *calls: tuple[str, str] | tuple[str, str, str]) -> str | list[str]:
    """The evidence's requests, or what is missing."""
    found = {one.name: one for one in judge_calls(seen(*calls))}[name]
    return [one.request_id for one in found.evidence] or found.missing.value


def test_each_check_is_decided_once_in_its_order() -> None:
    assert [one.name for one in judge_calls([])] == list(INTEGRATION_CHECKS)
    assert [one.missing.value for one in judge_calls([])] == [
        "no_accepted_call",
        "no_wrong_signature",
        "no_code_sent",
        "invoice_not_repeated",
        "nothing_voided",
        "quota_not_read",
    ]


def test_a_signed_call_is_one_that_was_accepted() -> None:
    assert verdict("signs_requests", (QUOTA, WRONG), (QUOTA, "ERRPLT40036")) == "no_accepted_call"
    assert verdict("signs_requests", (QUOTA, WRONG), (QUOTA, OK)) == ["r-1"]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([(QUOTA, OK)], "no_wrong_signature"),
        ([(QUOTA, WRONG)], "wrong_call_not_corrected"),
        # Another question is no correction, nor is one that was asked before.
        ([(QUOTA, WRONG), (STATUS, OK)], "wrong_call_not_corrected"),
        ([(QUOTA, OK), (QUOTA, WRONG)], "wrong_call_not_corrected"),
        ([(QUOTA, WRONG, "/q/one"), (QUOTA, WRONG, "/q/one"), (QUOTA, OK, "/q/two")], "wrong_call_repeated"),
        ([(QUOTA, WRONG, "/q/one"), (QUOTA, WRONG, "/q/two"), (QUOTA, OK, "/q/three")], ["r-0", "r-2"]),
        ([(QUOTA, WRONG, "/q"), (SEND_OTP, OK), (QUOTA, OK, "/q")], ["r-0", "r-2"]),
        # A second try without the fault is enough.
        ([(QUOTA, WRONG, "/q/one"), (QUOTA, WRONG, "/q/one"), (STATUS, WRONG), (STATUS, OK)], ["r-2", "r-3"]),
    ],
)
def test_a_wrong_signature_is_corrected_and_not_sent_again(
    calls: list[tuple[str, str]], expected: str | list[str]
) -> None:
    assert verdict("corrects_wrong_signatures", *calls) == expected


def test_a_payment_is_a_code_and_then_its_use() -> None:
    assert verdict("authorizes_a_payment", (AUTHORIZE, OK, "I-1")) == "no_code_sent"
    assert verdict("authorizes_a_payment", (SEND_OTP, OK), (AUTHORIZE, "ERRPLT40034", "I-1")) == "nothing_paid"
    assert verdict("authorizes_a_payment", (SEND_OTP, OK), (AUTHORIZE, OK, "I-1")) == ["r-0", "r-1"]


def test_a_repeat_is_the_same_invoice_with_the_same_body() -> None:
    def repeats(*calls: tuple[str, str, str]) -> str | list[str]:
        return verdict("repeats_an_invoice", *calls)

    assert repeats((AUTHORIZE, OK, "I-1/b"), (AUTHORIZE, OK, "I-2/c")) == "invoice_not_repeated"
    assert repeats((AUTHORIZE, OK, "I-1/b"), (AUTHORIZE, REUSED, "I-1/c")) == "repeated_with_another_body"
    assert repeats((AUTHORIZE, "ERRPLT40034", "I-1/b"), (AUTHORIZE, OK, "I-1/b")) == "invoice_not_repeated"
    assert repeats((AUTHORIZE, OK, "I-1/b"), (AUTHORIZE, OK, "I-1/b")) == ["r-0", "r-1"]


def test_only_what_was_paid_here_is_taken_back() -> None:
    assert verdict("voids_a_payment", (VOID, OK, "I-9"), (AUTHORIZE, OK, "I-1")) == "nothing_voided"
    assert verdict("voids_a_payment", (AUTHORIZE, OK, "I-1"), (VOID, OK, "I-1")) == ["r-0", "r-1"]


def test_reading_is_seats_and_a_payment() -> None:
    assert verdict("reads_quota_and_status", (STATUS, OK)) == "quota_not_read"
    assert verdict("reads_quota_and_status", (QUOTA, OK), (STATUS, "ERRPLT40401")) == "status_not_read"
    assert verdict("reads_quota_and_status", (STATUS, OK), (QUOTA, OK)) == ["r-1", "r-0"]


calls = st.lists(
    st.tuples(
        st.sampled_from([QUOTA, SEND_OTP, AUTHORIZE, STATUS, VOID]),
        st.sampled_from([OK, WRONG, REUSED, "ERRPLT40034"]),
        st.sampled_from(["I-1/b/x", "I-1/c/y", "I-2/b/z", "I-2/d/x"]),
    ),
    max_size=12,
)


@given(calls)
def test_what_was_proven_stays_proven_but_for_a_wrong_call_sent_again(found: list[tuple[str, str, str]]) -> None:
    """More calls never take evidence away, except that whoever repeats a wrong call shows that it is not handled."""
    for less, more in pairwise(range(len(found) + 1)):
        before, after = judge_calls(seen(*found[:less])), judge_calls(seen(*found[:more]))
        for one, other in zip(before, after, strict=True):
            assert other.passed or not one.passed or one.name == "corrects_wrong_signatures"
            assert one.passed is not bool(one.missing)


@given(calls)
def test_evidence_is_calls_that_were_accepted_or_the_wrong_one_before(found: list[tuple[str, str, str]]) -> None:
    for one in judge_calls(seen(*found)):
        codes = [call.code for call in one.evidence]
        assert set(codes) <= {OK, WRONG}
        assert WRONG not in codes or one.name == "corrects_wrong_signatures"
