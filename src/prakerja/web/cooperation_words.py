"""Words of the cooperation with partners: requirements in the language of the page, problems of files, kinds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.web import formats, words

if TYPE_CHECKING:
    from prakerja.partners.queries import RequirementSetView

_FILE_PROBLEMS: Final[dict[str, Promise]] = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("The file is larger than 5 MB. Make it smaller, or scan it with fewer colours."),
    "name_malformed": gettext_lazy("Give the file a simple name with an ending, such as izin.pdf."),
    "type_not_allowed": gettext_lazy("Only PDF, JPEG, PNG, DOCX and XLSX are taken."),
    "not_what_it_says": gettext_lazy("The file is not what its ending says. Save it again in the right format."),
    "damaged": gettext_lazy("The file is damaged or not complete. Save it again."),
    "bomb": gettext_lazy("The file unpacks to far more than it seems. It is not taken."),
    "macro": gettext_lazy("The file holds a macro, a script or another file. Save it as a plain PDF."),
    "encrypted": gettext_lazy("The file is protected with a password. Save it without one."),
}


def file_problem(code: str) -> str:
    """The sentence for what is wrong with a file.

    Raises:
        KeyError: it has none, which is a defect of this file.
    """
    return str(_FILE_PROBLEMS[code])


def own_text(text: Mapping[str, str]) -> str:
    """A partner's own text in the language of the page."""
    return text["en"] if formats.is_english() else text["id"]


def document_kinds() -> tuple[tuple[str, str | Promise], ...]:
    """The kinds of documents to choose from."""
    return tuple((code, word.text) for code, word in words.WORDS["document_kind"].items())


def unmet_text(code: str, asked: "RequirementSetView") -> str:
    """What a requirement or document that is not met asks for, in the language of the page."""
    name = code.removeprefix("document:")
    parts = asked.documents if code != name else asked.requirements
    text = next((own_text(part["text"]) for part in parts if part["id"] == name), name)
    return _("Not met: %(requirement)s") % {"requirement": text}
