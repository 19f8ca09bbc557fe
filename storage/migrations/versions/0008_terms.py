"""What the safeguarding governor was shown of a term, so that it never changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Written out, not taken from ``storage.week_tables``: history must not change with it."""
    op.create_table(
        "terms",
        sa.Column("term", sa.String, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("shown", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_terms"),
    )


def downgrade() -> None:
    op.drop_table("terms")
