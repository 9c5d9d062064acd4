"""What must not work in class: codes of others, late, used or made up; attendance and certificates without ground."""

from collections.abc import Callable
from datetime import timedelta

from prakerja.learning.operations import (
    AttendanceRequest,
    CertificateRequest,
    ReportRequest,
    issue_certificates,
    record_attendances,
    report_completions,
)
from prakerja.purchases.operations import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import redeem_windows
from prakerja.simulation.nation import MAKER, Bought, Nation, Try


class ClassMischief:
    """The tries in class, by what they are."""

    def __init__(self, nation: Nation) -> None:
        self._windows = redeem_windows(nation.book.stretches)
        self.tries: dict[str, Try] = {
            "second use of a redeem code": self._second_use,
            "late redemption": self._late,
            "a code of another institution": self._foreign_code,
            "a made-up code": self._made_up_code,
            "attendance without redemption": self._unredeemed_attendance,
            "a report before the class is over": self._early_report,
            "a certificate without evidence": self._no_evidence,
        }

    def _second_use(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: bought.redeemed and not bought.reported)
        return self._redeem(nation, "second use of a redeem code", "code_already_used", one)

    def _late(self, nation: Nation) -> bool:
        hour = timedelta(hours=2)
        one = _first(
            nation,
            lambda bought: (
                not bought.redeemed
                and not bought.klass.self_paced
                and bought.klass.session_times[0][0] + hour < nation.now
            ),
        )
        return self._redeem(nation, "late redemption", "outside_window", one)

    def _foreign_code(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: not bought.redeemed)
        if one is None:
            return False
        other = next(i.id for i in nation.institutions if i.id is not None and i.id != one.klass.institution_id)
        results = commit_redeem_codes(
            nation.context("institution:contoh"), [RedeemRequest(other, one.redeem_code)], windows=self._windows
        )
        nation.must_refuse("a code of another institution", "code_of_another_institution", results)
        return True

    def _made_up_code(self, nation: Nation) -> bool:
        institution = next(one.id for one in nation.institutions if one.id is not None)
        results = commit_redeem_codes(
            nation.context("institution:contoh"), [RedeemRequest(institution, "ABCDEFGHJKLM")], windows=self._windows
        )
        nation.must_refuse("a made-up code", "code_unknown", results)
        return True

    def _redeem(self, nation: Nation, what: str, code: str, bought: Bought | None) -> bool:
        if bought is None:
            return False
        results = commit_redeem_codes(
            nation.context("institution:contoh"),
            [RedeemRequest(bought.klass.institution_id, bought.redeem_code)],
            windows=self._windows,
        )
        nation.must_refuse(what, code, results)
        return True

    def _unredeemed_attendance(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: not bought.redeemed)
        if one is None:
            return False
        request = AttendanceRequest(one.lane, one.purchase_id, one.klass.institution_id, 1, "sandbox")
        results = record_attendances(nation.context("institution:contoh"), [request])
        nation.must_refuse("attendance without redemption", "not_redeemed", results)
        return True

    def _early_report(self, nation: Nation) -> bool:
        one = _first(
            nation,
            lambda bought: bought.redeemed and not bought.reported and bought.klass.session_times[-1][1] > nation.now,
        )
        if one is None:
            return False
        request = ReportRequest(one.lane, one.purchase_id, one.klass.institution_id, post_test_score=80)
        results = report_completions(nation.context("institution:contoh"), [request])
        nation.must_refuse("a report before the class is over", "class_not_over", results)
        return True

    def _no_evidence(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: bought.redeemed and not bought.reported)
        if one is None:
            return False
        results = issue_certificates(nation.context(MAKER), [CertificateRequest(one.lane, one.purchase_id)])
        nation.must_refuse("a certificate without evidence", "not_reported", results)
        return True


def _first(nation: Nation, fits: Callable[[Bought], bool]) -> Bought | None:
    return next((bought for bought in nation.bought.values() if fits(bought)), None)
