"""Brings a database to the present shape in one transaction: the new one whole, or the old one."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

ONE_AT_A_TIME = 0x1A27A8D
"""The advisory lock that upgrading processes take on PostgreSQL; any fixed number will do."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the missing migrations. Several processes may call it at once; one does the work."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            _wait_for_others(connection)
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, to)


def config() -> Config:
    """Where the migrations are."""
    found = Config()
    found.set_main_option("script_location", str(files("storage") / "migrations"))
    found.set_main_option("path_separator", "os")
    return found


def _wait_for_others(connection: Connection) -> None:
    # A migration may take longer than any turn is allowed to.
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
