"""What cannot be recorded does not happen: no read without its entry, no false "saved"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.digest import Week
from bot.notice import Kind
from bot.people import Role
from tests.troupe import TUESDAY, troupe

CANARY = "uncle zq001wren"


async def test_an_audit_that_cannot_be_written_refuses_reads_and_says_not_sent(
    tmp_path: Path,
) -> None:
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", f"a child told me her {CANARY} hurts her")
        await actors.stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
        await actors.settle()
        with actors.app.store.work() as work:
            (incident,) = work.incidents.open()
        with actors.app.store.database.begin() as raw:
            raw.exec_driver_sql("ALTER TABLE audit RENAME TO away")
        await actors.stage.say("khan", f"open {incident.ref}")
        shown = "\n".join(actors.stage.screen("khan")[-1].lines)
        assert CANARY not in shown
        await actors.stage.say("penrose", "another child told me she is hurt at home")
        await actors.stage.press("penrose", "Child: tell Ms Khan and Mr Okoro")
        said = "\n".join("\n".join(card.lines) for card in actors.stage.screen("penrose"))
        assert "NOT SENT" in said or "went wrong" in said
        assert "Alarm raised" not in said
        with actors.app.store.database.begin() as raw:
            raw.exec_driver_sql("ALTER TABLE away RENAME TO audit")
        with actors.app.store.work() as work:
            assert len(work.incidents.open()) == 1
        assert actors.app.store.verify() == []


async def test_the_week_s_token_goes_to_the_principal_and_the_chair(tmp_path: Path) -> None:
    """Each proves its own register; both come whether or not there is anything to prove."""
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", "help")
        await actors.later(timedelta(days=7))
        store = actors.app.store
        with store.work() as work:
            about = work.notices.about(str(Week.of(TUESDAY.date())))
            directory = actors.app.bot.refresh(work, actors.clock())
        to = {notice.kind: notice.to.person for notice in about}
        assert to[Kind.TOKEN] == directory.holders(Role.CHAIR)[0].id
        assert to[Kind.DIGEST] == directory.holders(Role.PRINCIPAL)[0].id
        for person, kind in ((to[Kind.DIGEST], "Proof of the record"), (to[Kind.TOKEN], "Proof:")):
            lines = [line for card in actors.stage.screen(person) for line in card.lines]
            token = next(line.split(": ")[-1] for line in lines if line.startswith(kind))
            assert store.verify_tokens([token]) == []
