"""The first shape of the database, its guards, and on PostgreSQL the job engine's own tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}
ONLY_ADDED_TO = ("audit", "entries")


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
        _make_job_engine()
    else:
        _guard_sqlite()


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the beginning: restore a backup instead.")


def _make_tables() -> None:
    """Written out, not taken from ``storage.tables``: history must not change when they do."""
    metadata = sa.MetaData(naming_convention=NAMES)

    def table(name: str, *parts: sa.schema.SchemaItem) -> None:
        sa.Table(name, metadata, *parts)

    def words(name: str, *, null: bool = False) -> sa.Column[bytes]:
        return sa.Column(name, sa.LargeBinary, nullable=null)

    def code(name: str, *, null: bool = False, index: bool = False) -> sa.Column[str]:
        return sa.Column(name, sa.String, nullable=null, index=index or None)

    def key(name: str, *parts: sa.ForeignKey) -> sa.Column[str]:
        return sa.Column(name, sa.String, *parts, primary_key=True)

    def count(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.Integer, nullable=False)

    def flag(name: str) -> sa.Column[bool]:
        return sa.Column(name, sa.Boolean, nullable=False)

    def moment(name: str, *, null: bool = True, index: bool = False) -> sa.Column[object]:
        return sa.Column(name, MOMENT, nullable=null, index=index or None)

    def serial(name: str = "serial") -> sa.Column[int]:
        return sa.Column(name, SERIAL, primary_key=True)

    def unique(name: str) -> sa.Column[str]:
        return sa.Column(name, sa.String, nullable=False, unique=True)

    table("meta", key("name"), words("value"))
    table("data_keys", key("record"), words("id"), code("kek", index=True), words("wrapped"))
    table(
        "people",
        serial(),
        unique("id"),
        words("name"),
        words("phone", null=True),
        code("centre"),
        moment("away_until"),
        sa.Column("guest", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    table(
        "identities",
        key("platform"),
        key("account"),
        sa.Column("person", sa.String, sa.ForeignKey("people.id"), nullable=False, index=True),
        count("position"),
    )
    table(
        "holdings",
        key("person", sa.ForeignKey("people.id")),
        sa.Column("position", sa.Integer, primary_key=True),
        code("role"),
        code("centre", null=True),
    )
    table("heard", key("key"), moment("at", null=False, index=True), words("reply"))
    table(
        "conversations",
        key("id"),
        code("person"),
        code("form"),
        code("ref"),
        code("stage"),
        count("version"),
        moment("touched_at", null=False),
        count("touch"),
        words("answers"),
        sa.Index("ix_conversations_person_touch", "person", "touch"),
        sa.Index("ix_conversations_stage_touched_at", "stage", "touched_at"),
    )
    table(
        "holds",
        serial(),
        unique("id"),
        code("person", index=True),
        moment("at", null=False),
        count("nudges"),
        code("ref"),
        words("words"),
    )
    table(
        "incidents",
        serial(),
        unique("ref"),
        code("form"),
        code("route"),
        code("urgency"),
        code("centre"),
        code("reporter", index=True),
        moment("reported_at", null=False, index=True),
        moment("sent_at"),
        moment("finished_at"),
        moment("closed_at", index=True),
        code("outcome"),
        flag("drill"),
        flag("mistake"),
        flag("unchecked"),
    )
    table(
        "concerns",
        key("ref", sa.ForeignKey("incidents.ref")),
        key("person"),
        count("position"),
        code("how"),
    )
    table(
        "entries",
        key("ref", sa.ForeignKey("incidents.ref")),
        sa.Column("number", sa.Integer, primary_key=True),
        moment("at", null=False),
        code("author"),
        code("part"),
        code("step"),
        words("prompt"),
        words("words"),
    )
    table(
        "escalations",
        key("ref", sa.ForeignKey("incidents.ref")),
        moment("started_at", null=False),
        sa.Column("rungs", sa.JSON, nullable=False),
        sa.Column("climbed", sa.JSON, nullable=False),
        code("taken_by", null=True),
        moment("taken_at"),
        moment("acknowledged_at"),
        moment("spoken_at"),
        moment("closed_at"),
        moment("next_at", index=True),
    )
    table(
        "notices",
        serial(),
        unique("id"),
        code("kind"),
        code("about", index=True),
        code("platform"),
        code("address"),
        code("person"),
        code("destination"),
        code("lane"),
        count("nth"),
        moment("created_at"),
        moment("owed_at"),
        moment("due_at", index=True),
        moment("lease_until", index=True),
        count("token"),
        count("attempts"),
        count("failures"),
        moment("begun_at"),
        code("fault"),
        flag("doubtful"),
        code("receipt_room", null=True),
        code("receipt_message", null=True),
        moment("receipt_at"),
        count("wanted"),
        count("drawing"),
        sa.UniqueConstraint("kind", "about", "platform", "address", "nth"),
        sa.Index("ix_notices_destination_due_at", "destination", "due_at"),
    )
    table(
        "audit",
        key("register"),
        sa.Column("number", sa.Integer, primary_key=True),
        moment("at", null=False),
        code("actor"),
        code("act"),
        code("ref", index=True),
        code("detail"),
        words("mac"),
    )
    table("audit_heads", key("register"), count("length"), words("mac"))
    table(
        "asked",
        serial("number"),
        moment("at", null=False, index=True),
        code("asker"),
        code("action"),
        code("clause"),
    )
    table("digests", key("week"), moment("at", null=False))
    table(
        "page_messages",
        serial(),
        unique("id"),
        code("room"),
        code("key"),
        moment("at", null=False),
        moment("redrawn_at"),
        words("said"),
        words("card", null=True),
        sa.UniqueConstraint("room", "key"),
    )
    table("platform_references", key("platform"), key("address"), words("reference"))
    table(
        "policies",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String, nullable=False),
        moment("adopted_at", null=False),
        words("content"),
    )
    metadata.create_all(op.get_bind(), checkfirst=False)


def _guard_sqlite() -> None:
    for table in ONLY_ADDED_TO:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION lanyard_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION lanyard_only_added_to()"
        )


def _make_job_engine() -> None:
    # Many statements at once, with percent signs: only the bare driver takes them as they are.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
