"""One person on two platforms: a case has cards on both, and the first to take it wins on both."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot.app import build
from tests.stages import slack as slack_stage
from tests.stages.fake_connector import FakeConnector
from tests.stages.fake_slack import FakeSlack
from tests.stages.opening import TeamsOpening
from tests.stages.slack import SlackStage
from tests.stages.stage import Stage
from tests.stages.teams import TeamsStage
from tests.troupe import KEYS, MovableClock, school

INSIDE = ("khan", "okoro", "lindqvist")
"""Who is in the DSL's room, on either platform."""


def words(stage: Stage, person: str, room: str = "") -> str:
    return "\n".join(shown.words for shown in stage.screen(person, room=room) if shown.by == "bot")


async def test_the_first_to_take_it_wins_on_both(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeSlack())
        connector = await stack.enter_async_context(FakeConnector())
        clock, people = MovableClock(), school()
        both = TeamsOpening.SECRETS.model_copy(update=slack_stage.secrets().model_dump(
            include={"slack_bot_token", "slack_signing_secret", "slack_team"}
        ))  # fmt: skip
        app = build(
            people,
            both,
            platforms=("slack", "teams"),
            url=f"sqlite:///{tmp_path / 'lanyard.db'}",
            keys=KEYS,
            now=clock,
            options={
                "slack": {"api_url": fake.api_url, "now": clock},
                "teams": {**connector.options, "now": clock},
            },
        )
        stack.callback(app.close)
        routes = web.Application()
        for adapter in app.adapters.values():
            adapter.mount(routes)
            await adapter.start()
            stack.push_async_callback(adapter.stop)
        accounts = {p.id: p.accounts for p in people.people}
        slack = await stack.enter_async_context(
            SlackStage(
                routes,
                fake,
                {person: each["slack"].split("/")[1] for person, each in accounts.items()},
                answered=app.adapters["slack"].answered,  # type: ignore[attr-defined]
                rooms={"dsl-oak": "CDSLOAK"},
                members={"dsl-oak": INSIDE},
                now=clock,
            )
        )
        served = web.Application()
        app.adapters["teams"].mount(served)
        stage = TeamsStage(
            served,
            connector,
            {person: each["teams"].split("/")[1] for person, each in accounts.items()},
        )
        stage.furnish("19:dsl-oak@thread.tacv2", INSIDE)
        teams = await stack.enter_async_context(stage)

        async def settle() -> None:
            await app.crossing.run(app.ticker.tick, clock())
            await app.courier.deliver_due()

        # Teams lets an app speak first only to those it has met.
        for person in ("khan", "okoro"):
            await teams.say(person, "hello")
        await slack.say("amira", "a child in my form told me her uncle hurts her")
        await slack.press("amira", "Child: tell Ms Khan and Mr Okoro")
        await settle()
        for stage in (slack, teams):
            for person in ("khan", "okoro"):
                assert "Nobody has this yet." in words(stage, person)
        await teams.press("khan", "Open")
        await teams.press("khan", "I have got this")
        await settle()
        assert "Ms Khan has had this since" in words(slack, "khan")
        assert "Ms Khan has had this since" in words(slack, "okoro")
        assert "Ms Khan has had this since" in words(slack, "okoro", "dsl-oak")
        assert "Ms Khan has had this since" in words(teams, "okoro")
        assert "Ms Khan has your report" in words(slack, "amira")
        # On the other platform she is the same person, and he is too late.
        with app.store.work() as work:
            (incident,) = work.incidents.by("amira")
        await slack.say("khan", f"take {incident.ref}")
        assert f"You already have {incident.ref}." in words(slack, "khan")
        await slack.say("okoro", f"take {incident.ref}")
        assert f"Ms Khan already has {incident.ref}" in words(slack, "okoro")
