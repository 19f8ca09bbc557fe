"""The second clock, hand-overs that wait to be accepted, and reports of the same incident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ADDED = ("touched_at", "offered_to", "offered_at", "told_late_at")


def upgrade() -> None:
    for name in ADDED:
        kind = sa.String() if name == "offered_to" else MOMENT
        op.add_column("escalations", sa.Column(name, kind))
    op.create_table(
        "links",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("other", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("serial", name="pk_links"),
        sa.ForeignKeyConstraint(["ref"], ["incidents.ref"], name="fk_links_ref_incidents"),
        sa.ForeignKeyConstraint(["other"], ["incidents.ref"], name="fk_links_other_incidents"),
    )
    op.create_index("ix_links_ref", "links", ["ref"])
    op.create_index("ix_links_other", "links", ["other"])


def downgrade() -> None:
    op.drop_table("links")
    for name in ADDED:
        op.drop_column("escalations", name)
