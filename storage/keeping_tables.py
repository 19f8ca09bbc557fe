"""The shape of what is kept about keeping: how long, what is held, and what has been erased."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from storage.tables import Moment, metadata

retention = Table(
    "retention",
    metadata,
    Column("ref", String, primary_key=True),
    Column("held", Boolean, nullable=False),
    # A date of birth is somebody's: sealed under the report's own key, and erased with it.
    Column("facts", LargeBinary),
)

certificates = Table(
    "certificates",
    metadata,
    Column("ref", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("role", String, nullable=False),
    # Copies in backups open with this key until it is rotated and destroyed.
    Column("kek", String, nullable=False),
)
