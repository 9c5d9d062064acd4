"""Conflicts of interest in words: with names for the office, by the kinds of ties for everyone."""

from uuid import UUID

from django.utils.translation import gettext as _

from prakerja.partners.conflict_queries import ConflictView, list_conflicts
from prakerja.partners.operations.conflicts import Act
from prakerja.web import words


def path_text(case: ConflictView, *, personal: bool) -> str:
    """The steps from the platform or reviewer to the institution. Without `personal` no name, number or address."""
    return " → ".join(
        f"{words.word('tie_kind', step['kind']).text}: {step['shown']}"
        if personal
        else str(words.word("tie_kind", step["kind"]).text)
        for step in case.steps
    )


def conflict_notices(act: Act, platform_id: UUID, institution_id: UUID) -> list[str]:
    """What the two sides are told of their own cases: the way from one to the other, and who decides. One statement."""
    notices = []
    for case in list_conflicts(pair=(platform_id, institution_id), act=act):
        path = {"path": path_text(case, personal=False)}
        if case.state == "upheld":
            notices.append(_("Conflict of interest, upheld (PLAT-02): %(path)s. The decision is public.") % path)
        elif case.state == "open" and case.effect == "stopped":
            notices.append(
                _(
                    "Conflict of interest (PLAT-02): %(path)s. Somebody unconnected of the programme office decides "
                    "about it; until then this waits."
                )
                % path
            )
        elif case.state == "open":
            notices.append(_("Reported to the programme office (PLAT-02): %(path)s. It goes on meanwhile.") % path)
    return notices
