"""Import-linter holds the imports (pyproject.toml); foreign keys obey the same order, in models and in the database."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, ManyToManyField

import prakerja
from prakerja.config.rooms import LAYERS, installed_rooms

SOURCE = Path(prakerja.__file__).parent
_FOREIGN_KEYS = """
SELECT conname, conrelid::regclass::text, confrelid::regclass::text
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
ORDER BY conname, conrelid
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
ORDER BY relname
"""


def room_of_table() -> dict[str, str]:
    """The package that made each table: by its model, or by the SQL file that creates it."""
    found = {model._meta.db_table: model._meta.app_label for model in apps.get_models(include_auto_created=True)}
    for path in sorted(SOURCE.glob("*/sql/*.sql")):
        created = re.findall(r"^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", path.read_text(), re.MULTILINE)
        found |= dict.fromkeys(created, path.parent.parent.name)
    return found


def test_every_package_is_in_the_list_of_layers() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages <= set(LAYERS)


def test_rooms_are_installed_in_the_order_of_the_layers() -> None:
    places = [LAYERS.index(name.removeprefix("prakerja.")) for name in installed_rooms()]
    assert places == sorted(places)
    assert "prakerja.audit" in installed_rooms()


def test_the_contract_of_import_linter_lists_the_same_layers() -> None:
    import tomllib

    contract = tomllib.loads((SOURCE.parent.parent / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ][0]
    listed = [layer.strip("()") for layer in contract["layers"] if layer != "__main__"]
    assert listed == list(reversed(LAYERS))
    assert contract["exhaustive"]
    assert "ignore_imports" not in contract


def test_foreign_keys_of_models_point_to_earlier_layers() -> None:
    keys = [
        (model, field.name, field.related_model)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField)
    ]
    rooms = [(model._meta.app_label, field, model if target == "self" else target) for model, field, target in keys]
    wrong = [
        f"{room}: {field} -> {target._meta.label}"
        for room, field, target in rooms
        if room in LAYERS and target._meta.app_label in LAYERS
        if LAYERS.index(target._meta.app_label) > LAYERS.index(room)
    ]
    assert not wrong


@pytest.mark.django_db
def test_every_table_belongs_to_a_room() -> None:
    rooms = room_of_table()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        unknown = [name for (name,) in cursor.fetchall() if name not in rooms and name != "django_migrations"]
    assert not unknown


@pytest.mark.django_db
def test_foreign_keys_of_the_database_point_to_earlier_layers() -> None:
    rooms = room_of_table()
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        keys = cursor.fetchall()
    ours = [key for key in keys if rooms[key[1]] in LAYERS and rooms[key[2]] in LAYERS]
    assert ours
    wrong = [key for key in ours if LAYERS.index(rooms[key[2]]) > LAYERS.index(rooms[key[1]])]
    assert not wrong
