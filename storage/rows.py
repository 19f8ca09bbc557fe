"""Inserts that know what to do when the row is already there, in each database's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]


def insert_new(connection: Connection, table: Table, values: Values) -> bool:
    """Insert, unless a row with one of its unique values is there; whether it was inserted.

    Waits for another process that is just inserting the same, and never spoils the
    transaction as a failed INSERT would.
    """
    statement = _insert(connection, table).values(dict(values)).on_conflict_do_nothing()
    inserted = connection.execute(statement.returning(*table.primary_key))
    return inserted.one_or_none() is not None


def put(
    connection: Connection, table: Table, key: Values, values: Values, keep: Values | None = None
) -> None:
    """Insert, or set ``values`` on the row with that ``key``; ``keep`` is only ever inserted."""
    statement = (
        _insert(connection, table)
        .values({**key, **values, **(keep or {})})
        .on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )
    connection.execute(statement)


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
