"""The shape of what is kept of weekly digests once they have been shown."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from storage.tables import metadata

weeks = Table(
    "weeks",
    metadata,
    Column("week", String, primary_key=True),
    Column("reader", String, primary_key=True),
    # Sealed: even a band says that there was something.
    Column("shown", LargeBinary, nullable=False),
)
