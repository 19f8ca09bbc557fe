"""The shape of what is kept of digests and of terms: which are made, and what was shown of them."""

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

terms = Table(
    "terms",
    metadata,
    Column("term", String, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    # Sealed, as a week's digest is.
    Column("shown", LargeBinary, nullable=False),
)
