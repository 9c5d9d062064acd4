import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from prakerja.config.databases import databases
from prakerja.config.rooms import LAYERS
from prakerja.kit.settings import Settings


def test_each_room_has_one_line_of_migrations() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for room in LAYERS:
        assert len(loader.graph.leaf_nodes(room)) <= 1, room
    for (room, name), migration in loader.disk_migrations.items():
        own = [parent for parent in migration.dependencies if parent[0] == room]
        assert len(own) <= 1, f"{room}.{name} joins two lines"


def test_dependencies_point_to_earlier_layers() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wrong = [
        (room, name, other)
        for (room, name), migration in loader.disk_migrations.items()
        for other, _ in migration.dependencies
        if room in LAYERS and other in LAYERS and LAYERS.index(other) > LAYERS.index(room)
    ]
    assert not wrong


@pytest.mark.django_db
def test_every_model_has_its_migration() -> None:
    call_command("makemigrations", check_changes=True, verbosity=0)


def test_migrations_wait_for_a_lock_only_so_long() -> None:
    entries = databases(Settings(database_url="postgresql://app@/x", owner_database_url="postgresql://owner@/x"))
    assert "lock_timeout=5s" in entries["owner"]["OPTIONS"]["options"]
    assert "statement_timeout=15min" in entries["owner"]["OPTIONS"]["options"]
    assert "options" not in entries["default"]["OPTIONS"]


@pytest.mark.django_db(databases=["default", "owner"])
def test_all_migrations_are_applied_in_the_test_database() -> None:
    loader = MigrationLoader(connection)
    assert set(loader.disk_migrations) == set(loader.applied_migrations)
