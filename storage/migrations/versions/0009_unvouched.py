"""Whom no platform has vouched for yet is not written down as a guest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Written out, not taken from ``storage.tables``: history must not change with it."""
    op.add_column(
        "people", sa.Column("unvouched", sa.Boolean, nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("people", "unvouched")
