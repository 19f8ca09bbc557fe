"""The shape of what is kept about delivery besides the notices: destinations in trouble."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from storage.tables import Moment, metadata

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
