"""Answers that were shown, corrections of them, and questions the policy does not cover."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
TABLES = (
    "askings",
    "gaps",
    "opt_outs",
    "changes",
    "corrections",
    "judgements",
    "answers",
    "last_reads",
)


def upgrade() -> None:
    """Written out, not taken from ``storage.answer_tables``: history must not change with them."""
    metadata = sa.MetaData(naming_convention=NAMES)

    def table(name: str, *parts: sa.schema.SchemaItem) -> None:
        sa.Table(name, metadata, *parts)

    def words(name: str, *, null: bool = False) -> sa.Column[bytes]:
        return sa.Column(name, sa.LargeBinary, nullable=null)

    def code(name: str, *, index: bool = False, unique: bool = False) -> sa.Column[str]:
        return sa.Column(
            name, sa.String, nullable=False, index=index or None, unique=unique or None
        )

    def key(name: str) -> sa.Column[str]:
        return sa.Column(name, sa.String, primary_key=True)

    def serial() -> sa.Column[int]:
        return sa.Column("serial", SERIAL, primary_key=True)

    def flag(name: str) -> sa.Column[bool]:
        return sa.Column(name, sa.Boolean, nullable=False)

    def moment(name: str, *, null: bool = False, index: bool = False) -> sa.Column[object]:
        return sa.Column(name, MOMENT, nullable=null, index=index or None)

    table("last_reads", key("person"), code("number"), moment("at", index=True), words("said"))
    table(
        "answers",
        key("number"),
        moment("at", index=True),
        code("asker", index=True),
        code("subject", index=True),
        code("verdict"),
        code("edition"),
        words("person"),
    )
    table("judgements", key("number"), moment("at", index=True), code("how"))
    table(
        "corrections",
        serial(),
        code("id", unique=True),
        code("subject", index=True),
        code("remedy"),
        code("role"),
        moment("at"),
        moment("ended_at", null=True),
        words("words"),
    )
    table(
        "changes",
        sa.Column("edition", sa.Integer, primary_key=True, autoincrement=False),
        key("clause"),
        moment("at"),
        code("how"),
    )
    table("opt_outs", key("asker"))
    table(
        "gaps",
        serial(),
        code("id", unique=True),
        code("addressee"),
        code("centre"),
        moment("at"),
        moment("answered_at", null=True),
        code("role"),
        flag("joins"),
        words("answer", null=True),
        sa.Index("ix_gaps_addressee_answered_at", "addressee", "answered_at"),
    )
    table(
        "askings",
        serial(),
        code("id", unique=True),
        code("gap"),
        moment("at", index=True),
        code("asker"),
        flag("consented"),
        flag("joins"),
        words("words"),
        words("person", null=True),
        sa.UniqueConstraint("gap", "asker"),
    )
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
