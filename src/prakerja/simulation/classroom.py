"""In class: redemption, attendance, report, check, certificate, review."""

from collections.abc import Sequence
from datetime import time
from typing import Final

from prakerja.learning.operations import (
    AttendanceRequest,
    CertificateRequest,
    ForwardRequest,
    ReportRequest,
    ReviewRequest,
    VerifyRequest,
    forward_completions,
    issue_certificates,
    record_attendances,
    report_completions,
    verify_completions,
    write_reviews,
)
from prakerja.payouts.operations import LinkRequest, ValidateRequest, link_payout_accounts, validate_payout_accounts
from prakerja.purchases.operations import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import redeem_windows
from prakerja.simulation.nation import Bought, Nation, at

_TEXTS: Final = (
    "Materi jelas dan langsung bisa dipakai bekerja.",
    "Pengajar sabar, waktu praktik kurang panjang.",
    "Cukup baik; contoh kasusnya perlu ditambah.",
    "Jadwal tepat waktu dan ruangannya nyaman.",
)
# What follows differs from person to person, as real reviews do: the same words of many are a finding.
_LEARNT: Final = (
    "Saya paling terbantu oleh latihan hari pertama.",
    "Bagian tentang alat kerja paling berguna.",
    "Saya baru tahu cara menghitung biayanya.",
    "Contoh dari pengajar mudah diikuti.",
    "Modulnya bisa dibaca lagi di rumah.",
    "Tanya jawabnya membantu sekali.",
    "Praktiknya membuat saya berani mencoba.",
    "Ujian akhirnya sesuai dengan materinya.",
    "Teman sekelas saling membantu.",
    "Rekaman kelasnya jelas suaranya.",
)
_WISHES: Final = (
    "Semoga ada kelas lanjutan.",
    "Waktunya sebaiknya sore hari.",
    "Tempatnya agak jauh dari rumah.",
    "Kuotanya semoga ditambah.",
    "Bahan praktiknya bisa lebih banyak.",
    "Saya mau mencari kerja di bidang ini.",
    "Saya mau membuka usaha kecil dulu.",
    "Sertifikatnya cepat keluar.",
    "Istirahatnya terlalu pendek.",
    "Akan saya ceritakan kepada tetangga.",
)
_ENDS: Final = (
    "",
    "Terima kasih.",
    "Sukses selalu.",
    "Salam dari kami.",
    "Mantap.",
    "Sekian.",
    "Begitu saja.",
    "Oke.",
    "Ya.",
    "Amin.",
)
_PARTNERS: Final = ("bni", "gopay", "linkaja", "ovo")


class Classroom:
    """The steps of the classroom, with what waits for the next day."""

    def __init__(self, nation: Nation) -> None:
        self._dice = nation.dice("classroom")
        self._to_forward: list[Bought] = []
        self._to_verify: list[Bought] = []
        self._to_review: list[Bought] = []
        self._windows = redeem_windows(nation.book.stretches)

    def morning(self, nation: Nation) -> None:
        """Classes face to face."""
        self._teach(nation, time(9))

    def afternoon(self, nation: Nation) -> None:
        """Classes online."""
        self._teach(nation, time(13))

    def _teach(self, nation: Nation, begins: time) -> None:
        start = at(nation.today, begins)
        sessions = [
            (bought, number)
            for bought in nation.bought.values()
            if not bought.reported
            for number, (starts_at, _) in enumerate(bought.klass.session_times, start=1)
            if starts_at == start
        ]
        first = [bought for bought, number in sessions if number == 1]
        self._redeem(nation, [one for one in first if self._comes(one)])
        attending = [(one, number) for one, number in sessions if one.redeemed and self._stays(one, number)]
        results = record_attendances(
            nation.context("institution:contoh"),
            [
                AttendanceRequest(one.lane, one.purchase_id, one.klass.institution_id, number, "sandbox")
                for one, number in attending
            ],
        )
        nation.tally("attendance", results)

    def _comes(self, bought: Bought) -> bool:
        """Half of those who do not complete never come."""
        return bought.holder.active and (bought.holder.person.completes or bought.holder.person.number % 2 == 0)

    def _stays(self, bought: Bought, number: int) -> bool:
        return bought.holder.person.completes or number < len(bought.klass.session_times)

    def _redeem(self, nation: Nation, people: Sequence[Bought]) -> None:
        results = commit_redeem_codes(
            nation.context("institution:contoh"),
            [RedeemRequest(one.klass.institution_id, one.redeem_code) for one in people],
            windows=self._windows,
        )
        for bought, is_ok in zip(people, nation.tally("redemption", results), strict=True):
            bought.redeemed = is_ok

    def report(self, nation: Nation) -> None:
        """The evening after the last session the institution reports everybody who redeemed (LEARN-05)."""
        over = [
            bought
            for bought in nation.bought.values()
            if bought.redeemed and not bought.reported and bought.klass.session_times[-1][1] <= nation.now
        ]
        results = report_completions(
            nation.context("institution:contoh"),
            [
                ReportRequest(
                    one.lane,
                    one.purchase_id,
                    one.klass.institution_id,
                    post_test_score=self._dice.between(62, 100) if one.holder.person.completes else None,
                    skill_shown=one.holder.person.completes,
                )
                for one in over
            ],
        )
        nation.tally("report", results)
        for bought, result in zip(over, results, strict=True):
            bought.reported = True
            if result.outcome is not None:
                nation.counts[str(result.outcome)] += 1
                bought.completed = str(result.outcome) == "completed"
        self._to_forward += over

    def forward(self, nation: Nation) -> None:
        """The next working day the platform passes the reports on."""
        waiting, self._to_forward = self._to_forward, []
        results = forward_completions(
            nation.context("platform:contoh"),
            [ForwardRequest(one.lane, one.purchase_id, one.platform_id) for one in waiting],
        )
        nation.tally("report forwarded", results)
        self._to_verify += waiting

    def verify(self, nation: Nation) -> None:
        """The programme office checks, and certificates are issued for what holds (LEARN-04)."""
        waiting, self._to_verify = self._to_verify, []
        office = nation.context("staff:pemeriksa")
        results = verify_completions(office, [VerifyRequest(one.lane, one.purchase_id) for one in waiting])
        nation.tally("report verified", results)
        completed = [one for one in waiting if one.completed]
        nation.tally(
            "certificate",
            issue_certificates(office, [CertificateRequest(one.lane, one.purchase_id) for one in completed]),
        )
        self._to_review += completed

    def review(self, nation: Nation) -> None:
        """In the evening participants write reviews; most link an account, which the bank is asked about (INC-01)."""
        waiting, self._to_review = self._to_review, []
        context = nation.context("participant:portal")
        writing = [one for one in waiting if one.holder.person.reviews]
        results = write_reviews(
            context,
            [
                ReviewRequest(
                    one.lane,
                    one.purchase_id,
                    one.holder.participant_id,
                    self._dice.weighted([5, 4, 3, 2, 1], [60, 28, 8, 3, 1]),
                    _review(self._dice.pick(_TEXTS), one.holder.person.number),
                )
                for one in writing
            ],
        )
        nation.tally("review", results)
        linking = [one.holder for one in waiting if one.holder.person.links_account and one is one.holder.purchases[0]]
        requests = [(holder, _PARTNERS[holder.person.number % len(_PARTNERS)]) for holder in linking]
        linked = link_payout_accounts(
            context,
            [
                LinkRequest(
                    holder.lane, holder.participant_id, partner, nation.bank.account_of(partner, holder.person.nik)
                )
                for holder, partner in requests
            ],
        )
        nation.tally("account linked", linked)
        validated = validate_payout_accounts(
            nation.context("system:bank"),
            [
                ValidateRequest(holder.lane, result.payout_account_id)
                for (holder, _), result in zip(requests, linked, strict=True)
                if result.payout_account_id is not None
            ],
            bank=nation.bank,
        )
        nation.tally("account validated", validated)
        nation.newly_reviewed += [one.holder for one in writing]


def _review(opinion: str, number: int) -> str:
    """An opinion in the words of person `number`."""
    learnt, wish, end = _LEARNT[number % 10], _WISHES[number // 10 % 10], _ENDS[number // 100 % 10]
    return f"{opinion} {learnt} {wish} {end}".rstrip()
