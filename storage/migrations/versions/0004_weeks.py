"""What each reader was shown of a week, so that it never changes under them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Written out, not taken from ``storage.week_tables``: history must not change with it."""
    op.create_table(
        "weeks",
        sa.Column("week", sa.String, nullable=False),
        sa.Column("reader", sa.String, nullable=False),
        sa.Column("shown", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("week", "reader", name="pk_weeks"),
    )


def downgrade() -> None:
    op.drop_table("weeks")
