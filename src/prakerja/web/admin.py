"""Every table on the read-only site: to look at, never to write, since nobody writes around an operation.

Columns that hold ciphers, hashes, indexes of personal values, codes that are money, or a person's name are left out:
what people need of them stands on pages of its own. Models with a composite key have no page in Django's admin; their
rows are shown where they belong (statements, trails).
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.db.models import BinaryField, CompositePrimaryKey, Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from prakerja.web.people_seen import note_people_of

_HIDDEN_ENDINGS = ("_cipher", "_index", "_index_next", "_hash")
_HIDDEN = frozenset(
    {
        "account_holder",
        "answers",
        "birth_date",
        "display_name",
        "evidence",
        "hash",
        "holder_name",
        "password",
        "path",
        "platform_user_id",
        "redeem_code",
        "session_data",
        "session_key",
        "shown",
    }
)
# Here a name is a person's; elsewhere it is a platform's, a province's, a list's.
_TABLES_OF_PEOPLE = frozenset({"applicants", "worker_list_rows"})
_COLUMNS_MAX = 8


def shown_fields(model: type[Model]) -> list["Field[Any, Any]"]:
    """The columns of a model that the site may show."""
    return [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's own public name for it
        if not isinstance(field, BinaryField)
        and field.name not in _HIDDEN
        and not field.name.endswith(_HIDDEN_ENDINGS)
        and not (field.name == "name" and model._meta.db_table in _TABLES_OF_PEOPLE)  # noqa: SLF001 - as above
    ]


if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:  # Django's own class takes no parameter
    _ModelAdmin = admin.ModelAdmin


def _plain_name(page: "admin.ModelAdmin[Model]", field: "Field[Any, Any]") -> str:
    """The name under which a page shows a column; a foreign key becomes an attribute of the page that gives its id."""
    if not field.is_relation:
        return field.name
    name = f"shown_{field.name}"
    if not hasattr(page, name):

        def value(row: Model) -> object:
            return getattr(row, field.attname)

        value.short_description = field.attname  # type: ignore[attr-defined]
        setattr(page, name, value)
    return name


class ReadOnlyAdmin(_ModelAdmin):
    """A page of a table: no adding, no changing, no deleting, no actions."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> list[Any]:  # noqa: ARG002 - Django's signature
        """The first columns; a foreign key as its id, so that a list asks no query per row."""
        return [_plain_name(self, field) for field in shown_fields(self.model)[:_COLUMNS_MAX]]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:  # noqa: ARG002 - as above
        """Every column that may be shown."""
        return [_plain_name(self, field) for field in shown_fields(self.model)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All of them."""
        return self.get_fields(request, obj)

    def get_ordering(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 - as above
        """By key: every page is the same when nothing has changed."""
        return ["pk"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The list; the people to whom its rows belong are noted."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            note_people_of(request, [row.pk for row in shown["cl"].result_list if isinstance(row.pk, UUID)])
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """One row; the person to whom it belongs is noted."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and isinstance(found.pk, UUID):
            note_people_of(request, [found.pk])
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Only the columns that are shown leave the database."""
        return super().get_queryset(request).only(*(field.name for field in shown_fields(self.model)))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - as above
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - as above
        """Never."""
        return False


for _model in apps.get_models():
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
    if not isinstance(_model._meta.pk, CompositePrimaryKey):  # noqa: SLF001 - as above
        admin.site.register(_model, ReadOnlyAdmin)
