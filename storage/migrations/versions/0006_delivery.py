"""Destinations in trouble, notices refused for good, and people's routes outside the chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("destination", sa.String, nullable=False),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("urgent_until", MOMENT),
        sa.Column("normal_until", MOMENT),
        sa.Column("rest_until", MOMENT),
        sa.PrimaryKeyConstraint("destination", name="pk_lanes"),
    )
    op.create_index("ix_lanes_platform_normal_until", "lanes", ["platform", "normal_until"])
    op.add_column(
        "notices", sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("notices", sa.Column("rerouted_at", MOMENT))
    op.add_column("people", sa.Column("mail", sa.LargeBinary))
    op.add_column("people", sa.Column("mobile", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("people", "mobile")
    op.drop_column("people", "mail")
    op.drop_column("notices", "rerouted_at")
    op.drop_column("notices", "gone")
    op.drop_table("lanes")
