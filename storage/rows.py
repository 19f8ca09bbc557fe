"""Inserts that know what to do when the row is already there, in each database's own words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]
Names = tuple[str, ...]


def insert_new(connection: Connection, table: Table, values: Values) -> bool:
    """Insert, unless a row with one of its unique values is there; whether it was inserted.

    Waits for another process that is just inserting the same, and never spoils the
    transaction as a failed INSERT would.
    """
    inserted = connection.execute(_new(connection.dialect.name, table), dict(values))
    return inserted.one_or_none() is not None


def put(
    connection: Connection, table: Table, key: Values, values: Values, keep: Values | None = None
) -> None:
    """Insert, or set ``values`` on the row with that ``key``; ``keep`` is only ever inserted."""
    statement = _put(connection.dialect.name, table, tuple(key), tuple(values))
    connection.execute(statement, {**key, **values, **(keep or {})})


# Statements are built once: building one takes longer than the database does.
@cache
def _new(dialect: str, table: Table) -> Executable:
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _put(dialect: str, table: Table, key: Names, values: Names) -> Executable:
    statement = _insert(dialect, table)
    new = {name: statement.excluded[name] for name in values}
    return statement.on_conflict_do_update(index_elements=list(key), set_=new)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
