"""Runs the migrations on the connection, and in the transaction, of ``storage.upgrade``."""

from __future__ import annotations

from alembic import context

from storage import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    # SQLite can do DDL in a transaction; Alembic, going by older drivers, assumes it cannot.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
