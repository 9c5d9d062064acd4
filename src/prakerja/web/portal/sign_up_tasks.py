"""The task list of a sign-up, and the words of its questions. Pure: values in, tasks and fields out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.kit.contacts import EMAIL, PHONE
from prakerja.participants.operations.sign_up_drafts import DraftView
from prakerja.participants.queries.waiting import WaitingApplicant
from prakerja.participants.questions import ABOUT_WORK, IDENTITY, QUESTION_CODES, open_questions
from prakerja.participants.rules import Education
from prakerja.web.fields import Field
from prakerja.web.portal.steps import Progress, Task
from prakerja.web.words import value_word, word

Text = str | Promise
EDUCATION_WORDS: Final[dict[str, Text]] = {
    Education.NONE: gettext_lazy("no school"),
    Education.PRIMARY: gettext_lazy("primary school"),
    Education.JUNIOR_SECONDARY: gettext_lazy("junior secondary school"),
    Education.SENIOR_SECONDARY: gettext_lazy("senior secondary school"),
    Education.DIPLOMA: gettext_lazy("diploma"),
    Education.BACHELOR: gettext_lazy("bachelor"),
    Education.POSTGRADUATE: gettext_lazy("postgraduate"),
}
STATUSES: Final = (
    "job_seeker",
    "laid_off",
    "furloughed",
    "worker_needing_competence",
    "micro_and_small_business",
    "other",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is asked, and why."""

    title: Text
    hint: Text
    why: Text


WORDINGS: Final[dict[str, Wording]] = {
    "nik": Wording(
        gettext_lazy("What is your NIK?"),
        gettext_lazy("16 digits, on your identity card. Spaces and dots do no harm."),
        gettext_lazy("The civil registry must confirm who takes part (ELIG-01). We show only its last digits later."),
    ),
    "kk": Wording(
        gettext_lazy("What is the number of your family card (KK)?"),
        gettext_lazy("16 digits, at the top of the family card."),
        gettext_lazy("Two people of a family card can take part at most (ELIG-07)."),
    ),
    "name": Wording(
        gettext_lazy("What is your name?"),
        gettext_lazy("As on your identity card. A single name is fine; leave out titles."),
        gettext_lazy("The civil registry compares it (ELIG-01)."),
    ),
    "birth_date": Wording(
        gettext_lazy("When were you born?"),
        gettext_lazy("For example 31 12 1998."),
        gettext_lazy("Who takes part is 18 or older (ELIG-02)."),
    ),
    "province_code": Wording(
        gettext_lazy("In which province do you live?"),
        gettext_lazy("Where you live now, even when your identity card says another one."),
        gettext_lazy("Places can be shared out by province (SELECT-02), and a card is handed out there."),
    ),
    "employment_status": Wording(
        gettext_lazy("What describes you best today?"),
        "",
        gettext_lazy("The programme is for people without work, and for those who need a skill for it (ELIG-04)."),
    ),
    "education": Wording(
        gettext_lazy("Which school did you finish last?"),
        "",
        gettext_lazy("Some trainings ask for a certain schooling. It plays no role in the draw."),
    ),
}


def field_of(code: str, value: str, provinces: tuple[tuple[str, str], ...], error: str = "") -> Field:
    """The field of a question."""
    wording = WORDINGS[code]
    options: tuple[tuple[str, Text], ...] = ()
    if code == "province_code":
        options = provinces
    elif code == "employment_status":
        options = tuple((status, value_word(status)) for status in STATUSES)
    elif code == "education":
        options = tuple((level.value, EDUCATION_WORDS[level]) for level in Education)
    return Field(
        code,
        wording.title,
        value=value,
        hint=wording.hint,
        error=error,
        inputmode="numeric" if code in ("nik", "kk") else "",
        autocomplete={"name": "name"}.get(code, "off"),
        length_max=40 if code in ("nik", "kk") else 200,
        options=options,
        select=code == "province_code",
    )


def answer_word(code: str, value: str, provinces: Mapping[str, str]) -> Text:
    """An answer in words, for the page on which everything is checked."""
    if code == "province_code":
        return provinces.get(value, value)
    if code == "employment_status":
        return value_word(value)
    if code == "education":
        return EDUCATION_WORDS[Education(value)]
    return value


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far somebody is: the draft, which contacts are verified, and the applicant's state once there is one."""

    draft: DraftView | None
    contacts: frozenset[str]
    state: str | None
    test_begun: bool = False
    has_joined: bool = False
    # A wave that was joined before is over, without a place.
    joins_again: bool = False
    waiting: WaitingApplicant | None = None


_ORDER: Final = ("identity_verified", "presence_verified", "phone_verified", "ready", "refused", "decreed")


def sign_up_tasks(done: Progressed) -> list[Task]:
    """The seven tasks in their order, each with its state."""
    answers = {} if done.draft is None else done.draft.answers
    sent = done.draft is not None and done.draft.state in ("waits_for_registry", "nik_in_dispute")
    known = done.state is not None
    reached = _ORDER.index(done.state) if done.state in _ORDER else -1
    has_email = EMAIL in done.contacts or known
    return [
        Task(
            _("E-mail address"),
            Progress.DONE if has_email else Progress.NOT_STARTED,
            href="" if has_email else reverse("sign_up_contact", args=[EMAIL]),
        ),
        _group(_("Who you are"), answers, IDENTITY, has_email=has_email, closed=known or sent),
        _group(_("Work and school"), answers, ABOUT_WORK, has_email=has_email, closed=known or sent),
        _check_task(done, answers, has_email=has_email, known=known),
        _later(_("Show your face"), reached, 0, reverse("sign_up_presence")),
        _phone_task(done, reached),
        _later(
            _("Basic test"),
            reached,
            2,
            reverse("sign_up_test"),
            begun=done.test_begun,
            detail=_("Ten questions, about ten minutes. You can stop and go on later."),
        ),
        _join_task(done),
    ]


def _group(title: str, answers: Mapping[str, str], codes: tuple[str, ...], *, has_email: bool, closed: bool) -> Task:
    left = open_questions(answers, codes)
    if closed or not left:
        href = "" if closed else reverse("sign_up_question", args=[codes[0]])
        return Task(title, Progress.DONE, href=href)
    if not has_email:
        return Task(title, Progress.LOCKED, _("Opens with the step before."))
    begun = Progress.FILLING if len(left) < len(codes) else Progress.NOT_STARTED
    return Task(title, begun, href=reverse("sign_up_question", args=[left[0]]))


def _check_task(done: Progressed, answers: Mapping[str, str], *, has_email: bool, known: bool) -> Task:
    title = _("Check your answers and send them")
    if known:
        return Task(title, Progress.DONE)
    state = "filling" if done.draft is None else done.draft.state
    until_at = None if done.draft is None else done.draft.waits_until_at
    if state == "waits_for_registry":
        detail = _("The civil registry does not answer now. We ask it again; you need not do anything.")
        return Task(title, Progress.IN_PROGRESS, detail, until_at)
    if state == "nik_in_dispute":
        detail = _("Somebody has signed up with this NIK. The programme office finds out whose it is.")
        return Task(title, Progress.IN_PROGRESS, detail, until_at)
    if open_questions(answers, QUESTION_CODES) or not has_email:
        return Task(title, Progress.LOCKED, _("Opens with the step before."))
    if state == "to_correct":
        detail = _("The civil registry did not confirm your data. Correct them and send them again.")
        return Task(title, Progress.FILLING, detail, href=reverse("sign_up_check"))
    return Task(title, Progress.NOT_STARTED, href=reverse("sign_up_check"))


def _phone_task(done: Progressed, reached: int) -> Task:
    """Whoever got a sign-up back from a stranger has its steps, and no number of the own yet."""
    title, href = _("Phone number"), reverse("sign_up_contact", args=[PHONE])
    if reached > 1 and PHONE not in done.contacts:
        detail = _("We have no number of yours. The codes with which you pay go there.")
        return Task(title, Progress.NOT_STARTED, detail, href=href)
    return _later(title, reached, 1, href)


def _later(title: str, reached: int, place: int, href: str, *, begun: bool = False, detail: str = "") -> Task:
    if reached > place:
        return Task(title, Progress.DONE)
    if reached == place:
        return Task(title, Progress.FILLING if begun else Progress.NOT_STARTED, detail, href=href)
    return Task(title, Progress.LOCKED, _("Opens with the step before."))


def waiting_words(waiting: WaitingApplicant) -> str:
    """Which registers a person waits for, and that the office acts."""
    return _("No answer yet: %(registers)s. The programme office asks on; you need not do anything.") % {
        "registers": register_words(waiting.registers)
    }


def register_words(registers: tuple[str, ...]) -> str:
    """Registers by their names, as people know them."""
    return ", ".join(str(word("register", one).text) for one in registers)


def _join_task(done: Progressed) -> Task:
    title = _("Join a wave")
    if done.has_joined or done.state == "decreed":
        return Task(title, Progress.DONE, href=reverse("my_waves"))
    if done.waiting is not None:
        detail = waiting_words(done.waiting)
        return Task(title, Progress.IN_PROGRESS, detail, done.waiting.waits_until_at, reverse("sign_up_done"))
    if done.state == "ready":
        again = _("You need no new registration: join the next wave with one tap.")
        return Task(title, Progress.NOT_STARTED, again if done.joins_again else "", href=reverse("my_waves"))
    if done.state == "refused":
        return Task(title, Progress.MISSED, _("A rule does not fit. See why, and how to appeal."), href=reverse("me"))
    return Task(title, Progress.LOCKED, _("Opens with the step before."))
