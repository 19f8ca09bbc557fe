"""The shape of what is kept about delivery besides the notices: destinations in trouble, the
local page's messages, and what a platform needs to speak first."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables import Moment, Serial, metadata

lanes = Table(
    "lanes",
    metadata,
    Column("destination", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("urgent_until", Moment),
    Column("normal_until", Moment),
    Column("rest_until", Moment),
    Index("ix_lanes_platform_normal_until", "platform", "normal_until"),
)

page_messages = Table(
    "page_messages",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("room", String, nullable=False),
    Column("key", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("redrawn_at", Moment),
    Column("said", LargeBinary, nullable=False),
    Column("card", LargeBinary),
    UniqueConstraint("room", "key"),
)

references = Table(
    "platform_references",
    metadata,
    Column("platform", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("reference", LargeBinary, nullable=False),
)
