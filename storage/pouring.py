"""Pours everything of one database into another, whichever kinds the two are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, delete, select

from storage import tables
from storage.upgrade import upgrade

BATCH = 500
Progress = Callable[[str], object]


def pour(source: Engine, target: Engine) -> None:
    """Everything of ``source`` in place of everything in ``target``, in one transaction."""
    upgrade(target)
    with source.connect() as rows, target.begin() as into:
        take_the_time_it_needs(into)
        with _unguarded(into):
            for table in reversed(tables.metadata.sorted_tables):
                into.execute(delete(table))
            copy_rows(rows, into, str)
        for table in tables.metadata.sorted_tables:
            for column in table.primary_key:
                if column is table.autoincrement_column:
                    into.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                        f"coalesce(max({column.name}), 0) + 1, false) FROM {table.name}"
                    )


def take_the_time_it_needs(server: Connection) -> None:
    """Let this transaction last as long as a whole database takes."""
    for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
        server.exec_driver_sql(f"SET LOCAL {setting} = 0")


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """The record's own guards step aside inside this transaction only."""
    for table in ("audit", "entries"):
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in ("audit", "entries"):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def copy_rows(source: Connection, into: Connection, progress: Progress) -> None:
    """Every row of ``source`` in place of those of ``into``; ``progress`` gets table names."""
    for table in tables.metadata.sorted_tables:
        progress(table.name)
        into.execute(delete(table))
        found = source.execute(select(table).execution_options(yield_per=BATCH))
        for some in found.mappings().partitions():
            into.execute(table.insert(), [dict(row) for row in some])
