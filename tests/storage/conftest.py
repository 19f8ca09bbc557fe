"""Fresh databases of every kind, each test its own; PostgreSQL is a real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from storage.store import SqlStore
from tests.conftest import database
from tests.storage.making import open_store


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database, of which every test gets a copy."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE template_lanyard")
    with closing(open_store(database(postgres_url, "template_lanyard"))) as store:
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
    yield database(postgres_url, name)
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
