"""Opens the two kinds of database so that a commit is durable and a wait is short."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine import URL

PRAGMAS = (
    "journal_mode = WAL",
    # A receipt promises that the report exists, after a power cut too.
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    # Without it, INSERT OR REPLACE would slip past the triggers that guard the record.
    "recursive_triggers = ON",
    "busy_timeout = 500",
)

# A lock is waited for a little longer than PostgreSQL takes to see a deadlock (1 s), so that
# a circle of two turns is told as a conflict, which is tried again, not as a dead database.
POSTGRES_OPTIONS = (
    "-c lock_timeout=2000 -c statement_timeout=10000 "
    "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
)

READING = "lanyard_reading"
"""The option of a connection that only reads: on SQLite it then holds up no writer."""


def connect(url: str) -> Engine:
    """An engine for ``url``; nothing is connected yet, so a stopped database raises nothing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _postgres(parsed.set(drivername="postgresql+psycopg"))
    raise ValueError(f"DATABASE_URL names “{parsed.drivername}”; use sqlite or postgresql.")


def in_memory(engine: Engine) -> bool:
    """Whether all threads share the one connection that is the whole database."""
    return isinstance(engine.pool, StaticPool)


def _sqlite(url: URL) -> Engine:
    name = url.database or ":memory:"
    if name == ":memory:":
        settings: dict[str, Any] = {
            "poolclass": StaticPool,
            "connect_args": {"check_same_thread": False},
        }
    else:
        settings = {"pool_timeout": 2}
        if not name.startswith("file:"):
            # Where that cannot be done, connecting says so; the act-now card needs no folder.
            with suppress(OSError):
                Path(name).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, **settings)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    event.listen(engine, "checkin", _end_what_is_left)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transactions begin late and end before DDL: we begin ours ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _end_what_is_left(connection: Any, _: object) -> None:
    """A COMMIT that failed leaves its transaction open, and with it the one lock for writing."""
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=2,
        connect_args={
            "connect_timeout": 2,
            "tcp_user_timeout": 5000,
            "application_name": "lanyard",
            "options": POSTGRES_OPTIONS,
        },
    )
