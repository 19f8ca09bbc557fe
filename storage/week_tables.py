"""The shape of what is kept of weekly digests: which are made, and what was shown of them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from storage.tables import Moment, metadata

digests = Table(
    "digests",
    metadata,
    Column("week", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

weeks = Table(
    "weeks",
    metadata,
    Column("week", String, primary_key=True),
    Column("reader", String, primary_key=True),
    # Sealed: even a band says that there was something.
    Column("shown", LargeBinary, nullable=False),
)
