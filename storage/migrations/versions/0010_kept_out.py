"""By which accounts somebody was known from whom a report is kept, after those were deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Written out, not taken from ``storage.tables``: history must not change with it."""
    op.add_column("concerns", sa.Column("accounts", sa.String))


def downgrade() -> None:
    op.drop_column("concerns", "accounts")
