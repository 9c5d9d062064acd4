"""Models of tables that SQL files make are checked against the tables: nobody else would notice a difference."""

import pytest
from django.apps import apps
from django.db import connection, models

_COLUMNS = r"""
-- Django knows no text of fixed length: for a reader there is no difference.
SELECT attname, regexp_replace(format_type(atttypid, atttypmod), '^character\(', 'character varying('), NOT attnotnull,
    attgenerated <> ''
FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
    AND atttypid <> 'xid8'::regtype -- transaction ids, for readers in SQL: Django has no field for them
ORDER BY attname
"""


def unmanaged_models() -> list[type[models.Model]]:
    """Ours; a library's own models are its own care."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("prakerja.")
        for model in app.get_models()
        if not model._meta.managed and not model._meta.proxy
    ]


def type_of(field: "models.Field[object, object]") -> str:
    return str(field.db_type(connection)).replace("varchar", "character varying")


def differences(model: type[models.Model]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [model._meta.db_table])
        columns = cursor.fetchall()
    in_model = {field.column: (type_of(field), field.null) for field in model._meta.concrete_fields}
    # A generated column follows from others, for a constraint or an index: a model may do without it.
    in_database = {
        name: (kind, nullable) for name, kind, nullable, generated in columns if not generated or name in in_model
    }
    return [
        f"{model._meta.db_table}.{column}: model {in_model.get(column)}, database {in_database.get(column)}"
        for column in sorted(in_model.keys() | in_database.keys())
        if in_model.get(column) != in_database.get(column)
    ]


@pytest.mark.django_db
def test_unmanaged_models_agree_with_their_tables() -> None:
    found = unmanaged_models()
    assert found
    lines = [line for model in found for line in differences(model)]
    assert not lines, "\n".join(lines)


@pytest.mark.django_db
def test_a_difference_is_noticed() -> None:
    model = next(model for model in unmanaged_models() if model._meta.db_table == "events")
    before = differences(model)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events ADD COLUMN surprise integer")
    assert differences(model) == [*before, "events.surprise: model None, database ('integer', True)"]
