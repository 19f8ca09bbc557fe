"""The shape of the database: what can be filtered is a code or a time, what has words is sealed."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC and given back in UTC on every database.

    SQLite has no time zones: there it is stored without one, so that moments still compare.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")
"""Counts rows up in the order they came; SQLite does so only for a plain INTEGER."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("record", String, primary_key=True),
    Column("id", LargeBinary, nullable=False),
    Column("kek", String, nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("name", LargeBinary, nullable=False),
    Column("phone", LargeBinary),
    Column("centre", String, nullable=False),
    Column("away_until", Moment),
    Column("guest", Boolean, nullable=False, server_default=false()),
    Column("mail", LargeBinary),
    Column("mobile", LargeBinary),
    Column("unvouched", Boolean, nullable=False, server_default=false()),
)

identities = Table(
    "identities",
    metadata,
    Column("platform", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("person", String, ForeignKey("people.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
)

holdings = Table(
    "holdings",
    metadata,
    Column("person", String, ForeignKey("people.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String, nullable=False),
    Column("centre", String),
)

heard = Table(
    "heard",
    metadata,
    Column("key", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("reply", LargeBinary, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("form", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("touched_at", Moment, nullable=False),
    # Two answers in one instant must not make "the one touched last" a matter of luck.
    Column("touch", Integer, nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Index("ix_conversations_person_touch", "person", "touch"),
    Index("ix_conversations_stage_touched_at", "stage", "touched_at"),
)

holds = Table(
    "holds",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("person", String, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("nudges", Integer, nullable=False),
    Column("ref", String, nullable=False),
    Column("words", LargeBinary, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("ref", String, nullable=False, unique=True),
    Column("form", String, nullable=False),
    Column("route", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("centre", String, nullable=False),
    Column("reporter", String, nullable=False, index=True),
    Column("reported_at", Moment, nullable=False, index=True),
    Column("sent_at", Moment),
    Column("finished_at", Moment),
    Column("closed_at", Moment, index=True),
    Column("outcome", String, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("mistake", Boolean, nullable=False),
    Column("unchecked", Boolean, nullable=False),
)

concerns = Table(
    "concerns",
    metadata,
    Column("ref", String, ForeignKey("incidents.ref"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("how", String, nullable=False),
    # Codes of the accounts that were deleted of them: they may come back with one.
    Column("accounts", String),
)

entries = Table(
    "entries",
    metadata,
    Column("ref", String, ForeignKey("incidents.ref"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("author", String, nullable=False),
    Column("part", String, nullable=False),
    Column("step", String, nullable=False),
    Column("prompt", LargeBinary, nullable=False),
    Column("words", LargeBinary, nullable=False),
)

escalations = Table(
    "escalations",
    metadata,
    Column("ref", String, ForeignKey("incidents.ref"), primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("rungs", JSON, nullable=False),
    Column("climbed", JSON, nullable=False),
    Column("taken_by", String),
    Column("taken_at", Moment),
    # A hand-over gives the case a new owner; the figures keep the first acknowledgement.
    Column("acknowledged_at", Moment),
    Column("spoken_at", Moment),
    Column("closed_at", Moment),
    Column("next_at", Moment, index=True),
    Column("touched_at", Moment),
    Column("offered_to", String),
    Column("offered_at", Moment),
    Column("told_late_at", Moment),
)

links = Table(
    "links",
    metadata,
    Column("serial", Serial, primary_key=True),
    # Two reports of the same incident, in the order of their references.
    # An end is written beside it: only erasing one of the two deletes it.
    Column("ref", String, ForeignKey("incidents.ref"), nullable=False, index=True),
    Column("other", String, ForeignKey("incidents.ref"), nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_by", String),
    Column("ended_at", Moment),
)

notices = Table(
    "notices",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False, index=True),
    Column("platform", String, nullable=False),
    Column("address", String, nullable=False),
    Column("person", String, nullable=False),
    Column("destination", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("created_at", Moment),
    Column("owed_at", Moment),
    Column("due_at", Moment, index=True),
    Column("lease_until", Moment, index=True),
    Column("token", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("begun_at", Moment),
    Column("fault", String, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    # The platform refuses for good: asking again the same way cannot help.
    Column("gone", Boolean, nullable=False, server_default=false()),
    # When another way was taken because this one did not do.
    Column("rerouted_at", Moment),
    Column("receipt_room", String),
    Column("receipt_message", String),
    Column("receipt_at", Moment),
    # How often a drawing was asked for, and which of those askings is being drawn.
    Column("wanted", Integer, nullable=False),
    Column("drawing", Integer, nullable=False),
    # Of messages about answers: to whom, and the proof. Nobody is to see who asked what.
    Column("sealed", LargeBinary),
    UniqueConstraint("kind", "about", "platform", "address", "nth"),
    Index("ix_notices_destination_due_at", "destination", "due_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("register", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("ref", String, nullable=False, index=True),
    Column("detail", String, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("register", String, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("adopted_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
