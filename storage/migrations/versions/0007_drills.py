"""A report is a drill from its first moment or never: the database lets nobody change the mark."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

REFUSAL = "a report is a drill from its first moment or never"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION lanyard_drill_stays() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER incidents_drill_stays BEFORE UPDATE OF drill ON incidents FOR EACH ROW "
            "WHEN (NEW.drill IS DISTINCT FROM OLD.drill) EXECUTE FUNCTION lanyard_drill_stays()"
        )
    else:
        op.execute(
            "CREATE TRIGGER incidents_drill_stays BEFORE UPDATE OF drill ON incidents "
            f"WHEN NEW.drill IS NOT OLD.drill BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER incidents_drill_stays ON incidents")
        op.execute("DROP FUNCTION lanyard_drill_stays()")
    else:
        op.execute("DROP TRIGGER incidents_drill_stays")
