"""What clocks start: operations that move what has waited long enough, each with its rhythm.

A job asks the books what is due at the programme clock's moment and moves it, so running it twice, late or at the same
time as another one does no harm: the operations see to that. `config/queue.py` gives the jobs to the queue, `prakerja
worker` runs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prakerja.access.carriers import find_carriers
from prakerja.access.messages import find_courier
from prakerja.access.operations.attempts import sweep_attempts
from prakerja.access.operations.letters import deliver_letters, sweep_letters
from prakerja.access.permissions import Permission
from prakerja.access.queries import list_staff_who_may
from prakerja.audit.operations import seal_events
from prakerja.cards.operations import (
    expire_balances,
    lapse_reinstatements,
    prepare_revocation,
    retry_reinstatements,
    send_deadline_notices,
)
from prakerja.catalogue.operations import close_bundles, drop_past_entries, finish_schedules, screen_sales
from prakerja.catalogue.operations.courses import suspend_course
from prakerja.config.acts import WAYS
from prakerja.incentives.operations import EntitleRequest, entitle_incentives, follow_payments, make_incentives_due
from prakerja.incentives.queries import list_participants_to_entitle
from prakerja.kit.clock import SystemClock
from prakerja.kit.context import Context
from prakerja.kit.ids import SystemIds
from prakerja.learning.operations import (
    CertificateRequest,
    issue_certificates,
    remind_of_reports,
    take_over_completions,
)
from prakerja.learning.queries import list_certificates_to_issue
from prakerja.oversight.operations import escalate_findings, look_for_findings
from prakerja.participants.operations.cases import lapse_cases
from prakerja.participants.operations.sign_up_drafts import ask_registry_again
from prakerja.participants.operations.sign_up_traces import forget_devices
from prakerja.participants.operations.waiting import ask_about_waiting
from prakerja.participants.registries import find_civil_registry, find_registers
from prakerja.partner_api.integration import judge_integration_runs
from prakerja.partners.operations import (
    close_overdue_registrations,
    close_overdue_sanctions,
    lapse_proposals,
    lapse_terms,
    reassign_steps,
    remind_of_expiring_documents,
)
from prakerja.payouts.operations import lapse_account_requests, lapse_bank_replies
from prakerja.programme.queries import get_regime_book, programme_now
from prakerja.selection.operations import carry_out_act, count_joinings
from prakerja.selection.queries import list_overdue_participants
from prakerja.settlement.operations import follow_settlement_payments, make_purchases_payable
from prakerja.settlement.operations.repayments import Demand, open_repayments, review_repayments

_ACTOR: Final = "system:worker"
_MOST: Final = 20_000
_CLASSES_MOST: Final = 2_000
_LETTERS_MOST: Final = 200
_NOTICES: Final = {
    "first_purchase": (
        "Kartu Prakerja: {days} hari lagi batas pembelian pelatihan pertama. Tanpa pembelian, kepesertaan dicabut. / "
        "{days} days left for your first purchase; without one your place is lost."
    ),
    "balance_ends": (
        "Kartu Prakerja: {days} hari lagi saldo pelatihan berakhir. / {days} days left to use your training balance."
    ),
}


_REPORT: Final = (
    "Kartu Prakerja: hasil {people} peserta kelas {code} ({course}) belum dilaporkan, batasnya sudah lewat. Selama itu "
    "tidak ada sertifikat dan tidak ada pembayaran. / The results of {people} participants of class {code} are not "
    "reported and the deadline has passed; until then there is neither certificate nor payment."
)
_DOCUMENT: Final = (
    "Kartu Prakerja: dokumen {file} tidak berlaku lagi mulai {day}. Unggah yang baru di halaman Dokumen; tanpa itu "
    "platform melihatnya kurang. / The document {file} counts no more from {day}; upload a new one."
)
_REPAYMENT: Final = (
    "Kartu Prakerja: kepesertaan Anda dicabut karena tidak berhak. Kembalikan {amount} sampai {day}; lihat halaman "
    "Anda untuk caranya, atau ajukan keberatan. / Repay {amount} by {day}, or appeal; see your page."
)


@dataclass(frozen=True, slots=True)
class Job:
    """Something due by the clock.

    `cron` is by the machine's clock, in UTC, five fields or six (the last one counts seconds). `run` returns how many
    things it moved; it is run again at once while it returns `again_at` or more.
    """

    name: str
    cron: str
    run: Callable[[Context], int]
    again_at: int | None = None


def run_job(job: Job) -> int:
    """Run a job now; how many things it moved. Each round has the programme's moment of its beginning."""
    moved = 0
    while True:
        round_moved = job.run(_context())
        moved += round_moved
        if job.again_at is None or round_moved < job.again_at:
            return moved


def _context() -> Context:
    return Context(_ACTOR, programme_now(_machine_now()), SystemIds())


def _machine_now() -> datetime:
    return SystemClock().now()


def _look_for_conflicts(context: Context) -> int:
    return screen_sales(context, regime=get_regime_book().on(context.today))


def _look_for_findings(context: Context) -> int:
    counts = look_for_findings(context)
    return counts.new + counts.gone


def _finish_classes(context: Context) -> int:
    return finish_schedules(context, limit=_CLASSES_MOST) + close_bundles(context)


def _carry_out(context: Context) -> int:
    """Acts on waves that an officer has asked for on a page."""
    return int(carry_out_act(context, WAYS))


def _seal(_: Context) -> int:
    return seal_events(most=_MOST)


def _remind_of_reports(context: Context) -> int:
    """LEARN-05: what an institution did not report in time."""
    return remind_of_reports(context, find_courier(), _REPORT)


def _take_over(context: Context) -> int:
    """LEARN-05: what a platform did not send on in time."""
    return take_over_completions(context, limit=_MOST)


def _issue_certificates(context: Context) -> int:
    """LEARN-04: a check issues them at once; here those whose check was cut short behind its first commit."""
    waiting = list_certificates_to_issue(limit=_MOST)
    results = issue_certificates(context, [CertificateRequest(*key) for key in waiting])
    return sum(not result.code.is_refusal for result in results)


def _make_payable(context: Context) -> int:
    return sum(result.code == "ok" for result in make_purchases_payable(context, limit=_MOST))


def _entitle(context: Context) -> int:
    waiting = list_participants_to_entitle(limit=_MOST)
    results = entitle_incentives(context, [EntitleRequest(lane, participant_id) for lane, participant_id in waiting])
    return sum(not result.code.is_refusal for result in results)


def _make_due(context: Context) -> int:
    return make_incentives_due(context, limit=_MOST)


def _follow(context: Context) -> int:
    followed = follow_payments(context)
    return followed.in_transfer + followed.paid + followed.failed + follow_settlement_payments(context)


def _notify(context: Context) -> int:
    return send_deadline_notices(context, find_courier(), _NOTICES).made


def _propose_revocation(context: Context) -> int:
    """CARD-01: who missed the first purchase is proposed; another person's signature revokes."""
    overdue = list_overdue_participants(context.now)
    if not overdue:
        return 0
    return prepare_revocation(context, overdue, get_regime_book().on(context.today)).participants


def _reinstate(context: Context) -> int:
    """What both have signed and what waited for a place or money; what waited until the period's end lapses."""
    done = sum(not result.code.is_refusal for result in retry_reinstatements(context))
    return done + len(lapse_reinstatements(context))


def _demand_repayments(context: Context) -> int:
    """REV-01: what was used is demanded back; what is paid, voided or late since is brought up to date."""
    demand = Demand(find_courier(), _REPAYMENT, _machine_now())
    return open_repayments(context, demand) + review_repayments(context)


def _expire(context: Context) -> int:
    """CARD-02: training balances only; what is left of incentives is swept at the end of the year, by persons."""
    return sum(swept.participants for swept in expire_balances(context, kinds=["training"]))


def _ask_civil_registry(context: Context) -> int:
    """ELIG-01: who waits because the civil registry did not answer."""
    return sum(not result.code.is_refusal for result in ask_registry_again(context, find_civil_registry()))


def _ask_about_waiting(context: Context) -> int:
    """ELIG-03, 05, 08, 09: who waits because another register did not answer, and assisted ones for the civil one."""
    regime = get_regime_book().on(context.today)
    return ask_about_waiting(context, regime, find_civil_registry(), find_registers())


def _lapse_cases(context: Context) -> int:
    return lapse_cases(context)


def _lapse_proposals(context: Context) -> int:
    return len(lapse_proposals(context))


def _lapse_terms(context: Context) -> int:
    return len(lapse_terms(context))


def _lapse_accounts(context: Context) -> int:
    return len(lapse_account_requests(context))


def _lapse_bank_replies(context: Context) -> int:
    return len(lapse_bank_replies(context))


def _close_registrations(context: Context) -> int:
    regime = get_regime_book().on(context.today)
    return sum(not result.code.is_refusal for result in close_overdue_registrations(context, regime=regime))


def _reassign(context: Context) -> int:
    reassigned = reassign_steps(context, reviewers=list_staff_who_may(Permission.JUDGE_PARTNERS))
    return sum(not result.code.is_refusal for result in reassigned)


def _close_sanctions(context: Context) -> int:
    regime = get_regime_book().on(context.today)
    closed = close_overdue_sanctions(context, regime=regime, course=suspend_course)
    return sum(not result.code.is_refusal for result in closed)


def _remind(context: Context) -> int:
    return len(remind_of_expiring_documents(context, find_courier(), _DOCUMENT, most=_LETTERS_MOST))


def _judge_integrations(context: Context) -> int:
    """PLAT-01: what the calls of platforms that are being integrated have proven."""
    return len(judge_integration_runs(context, machine_now=_machine_now()))


def _deliver(context: Context) -> int:
    return deliver_letters(context, find_carriers(), machine_now=_machine_now(), most=_LETTERS_MOST).moved


def _sweep_attempts(_: Context) -> int:
    return sweep_attempts(machine_now=_machine_now())


def _sweep_letters(_: Context) -> int:
    return sweep_letters(machine_now=_machine_now())


# In the order in which they depend on each other within a day; `prakerja worker --once` runs them so.
JOBS: Final[tuple[Job, ...]] = (
    Job("seal_events", "* * * * * */5", _seal, again_at=_MOST),
    Job("deliver_letters", "* * * * * */2", _deliver, again_at=_LETTERS_MOST),
    Job("carry_out_acts", "* * * * * */5", _carry_out, again_at=1),
    Job("count_joinings", "* * * * *", count_joinings),
    Job("remind_of_reports", "9 * * * *", _remind_of_reports),
    Job("take_over_reports", "3 * * * *", _take_over, again_at=_MOST),
    Job("issue_certificates", "27 * * * *", _issue_certificates, again_at=_MOST),
    Job("make_purchases_payable", "*/5 * * * *", _make_payable, again_at=_MOST),
    Job("entitle_incentives", "*/5 * * * *", _entitle),
    Job("make_incentives_due", "*/5 * * * *", _make_due, again_at=_MOST),
    Job("follow_payments", "* * * * *", _follow),
    Job("send_deadline_notices", "*/10 * * * *", _notify),
    Job("propose_revocation", "7 * * * *", _propose_revocation),
    Job("demand_repayments", "17 * * * *", _demand_repayments),
    Job("give_back_after_appeals", "11 * * * *", _reinstate),
    Job("expire_balances", "*/10 * * * *", _expire),
    Job("ask_civil_registry", "*/10 * * * *", _ask_civil_registry),
    Job("ask_about_waiting", "*/10 * * * *", _ask_about_waiting),
    Job("lapse_cases", "*/10 * * * *", _lapse_cases),
    Job("lapse_agreement_proposals", "*/10 * * * *", _lapse_proposals),
    Job("lapse_public_terms", "*/10 * * * *", _lapse_terms),
    Job("lapse_account_requests", "*/10 * * * *", _lapse_accounts),
    Job("lapse_bank_replies", "*/10 * * * *", _lapse_bank_replies),
    Job("close_overdue_registrations", "*/10 * * * *", _close_registrations),
    Job("reassign_steps", "*/10 * * * *", _reassign),
    Job("close_overdue_sanctions", "*/10 * * * *", _close_sanctions),
    Job("judge_integrations", "*/2 * * * *", _judge_integrations),
    Job("remind_of_expiring_documents", "23 * * * *", _remind, again_at=_LETTERS_MOST),
    Job("sweep_attempts", "41 * * * *", _sweep_attempts),
    Job("sweep_letters", "42 * * * *", _sweep_letters),
    Job("look_for_findings", "13 * * * *", _look_for_findings),
    Job("escalate_findings", "*/10 * * * *", escalate_findings),
    Job("finish_classes", "*/10 * * * *", _finish_classes, again_at=_CLASSES_MOST),
    Job("forget_devices", "43 * * * *", forget_devices),
    Job("drop_past_entries", "47 * * * *", drop_past_entries),
    Job("look_for_conflicts", "53 * * * *", _look_for_conflicts),
)
