"""The shape of what is kept of answers, and of the count of what was asked."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables import Moment, Serial, metadata

asked = Table(
    "asked",
    metadata,
    Column("number", Serial, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("asker", String, nullable=False),
    Column("action", String, nullable=False),
    Column("clause", String, nullable=False),
)

last_reads = Table(
    "last_reads",
    metadata,
    Column("person", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("said", LargeBinary, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("number", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("asker", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("verdict", String, nullable=False),
    Column("edition", String, nullable=False),
    # Sealed, so that a correction can reach them and a copied database names nobody.
    Column("person", LargeBinary, nullable=False),
)

judgements = Table(
    "judgements",
    metadata,
    Column("number", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("how", String, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("subject", String, nullable=False, index=True),
    Column("remedy", String, nullable=False),
    Column("role", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("words", LargeBinary, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("clause", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("how", String, nullable=False),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("asker", String, primary_key=True),
)

gaps = Table(
    "gaps",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("addressee", String, nullable=False),
    Column("centre", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("role", String, nullable=False),
    Column("joins", Boolean, nullable=False),
    Column("answer", LargeBinary),
    Index("ix_gaps_addressee_answered_at", "addressee", "answered_at"),
)

askings = Table(
    "askings",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("gap", String, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("asker", String, nullable=False),
    Column("consented", Boolean, nullable=False),
    Column("joins", Boolean, nullable=False),
    Column("words", LargeBinary, nullable=False),
    # Under a key of its own: it is erased long before the words are.
    Column("person", LargeBinary),
    UniqueConstraint("gap", "asker"),
)
