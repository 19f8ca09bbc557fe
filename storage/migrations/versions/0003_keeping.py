"""How long reports are kept, certificates of erasure, and outbox rows that name nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
NAMES = {"pk": "pk_%(table_name)s"}
ERASED = "EXISTS (SELECT 1 FROM certificates WHERE ref = OLD.ref)"


def upgrade() -> None:
    metadata = sa.MetaData(naming_convention=NAMES)
    sa.Table(
        "retention",
        metadata,
        sa.Column("ref", sa.String, primary_key=True),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("facts", sa.LargeBinary),
    )
    sa.Table(
        "certificates",
        metadata,
        sa.Column("ref", sa.String, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("kek", sa.String, nullable=False),
    )
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.add_column("notices", sa.Column("sealed", sa.LargeBinary))
    if op.get_bind().dialect.name == "postgresql":
        _let_the_erased_go_postgresql()
    else:
        _let_the_erased_go_sqlite()


def downgrade() -> None:
    raise NotImplementedError("A certificate of erasure is not taken back: restore a backup.")


def _let_the_erased_go_sqlite() -> None:
    """Entries may be deleted once there is a certificate for their report, and only then."""
    op.execute("DROP TRIGGER entries_no_delete")
    op.execute(
        "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries "
        f"WHEN NOT {ERASED} "
        "BEGIN SELECT RAISE(ABORT, 'entries is only ever added to'); END"
    )


def _let_the_erased_go_postgresql() -> None:
    op.execute("DROP TRIGGER entries_only_added_to ON entries")
    op.execute(
        "CREATE TRIGGER entries_only_added_to BEFORE UPDATE OR TRUNCATE ON entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION lanyard_only_added_to()"
    )
    op.execute(
        "CREATE FUNCTION lanyard_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF NOT {ERASED} THEN "
        "RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER entries_erased_only BEFORE DELETE ON entries "
        "FOR EACH ROW EXECUTE FUNCTION lanyard_erased_only()"
    )
