from pathlib import Path

import pytest

from prakerja.kit.migrations import LOCK_TIMEOUT, read_sql, run_sql_file


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "sql").mkdir()
    (tmp_path / "migrations").mkdir()
    (tmp_path / "sql" / "tables.sql").write_text("CREATE TABLE x (id int);\n")
    return tmp_path


def test_sql_is_found_from_a_module_and_from_a_migration(package: Path) -> None:
    from_module = read_sql(str(package / "models.py"), "tables.sql")
    assert from_module == read_sql(str(package / "migrations" / "0001_initial.py"), "tables.sql")
    assert from_module.startswith("CREATE TABLE")


def test_a_file_runs_with_a_limit_on_waiting(package: Path) -> None:
    operation = run_sql_file(str(package / "migrations" / "0001_initial.py"), "tables.sql")
    assert f"lock_timeout = '{LOCK_TIMEOUT}'" in str(operation.sql)
    assert "CREATE TABLE x" in str(operation.sql)
    assert not operation.reversible
