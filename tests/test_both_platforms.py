"""One person on Slack and on Teams at once: taken here, begun there, pressed in one moment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import App, build
from tests.stages import slack
from tests.stages.fake_connector import FakeConnector
from tests.stages.fake_slack import FakeSlack
from tests.stages.opening import TeamsOpening, members, rooms_on
from tests.stages.slack import SlackStage
from tests.stages.stage import Stage
from tests.stages.teams import TeamsStage
from tests.troupe import KEYS, MovableClock, school

WORRY = "a child in my form told me her uncle hurts her"
ALARM = "Child: tell Ms Khan and Mr Okoro"


class Both:
    """An application with both platforms before it."""

    def __init__(self, app: App, slack: SlackStage, teams: TeamsStage, clock: MovableClock) -> None:
        self.app, self.slack, self.teams, self.clock = app, slack, teams, clock

    async def settle(self) -> None:
        await self.app.crossing.run(self.app.ticker.tick, self.clock())
        await self.app.courier.deliver_due()

    async def alarm(self, stage: Stage) -> str:
        """Amira raises an alarm on ``stage``; returns the reference."""
        await stage.say("amira", WORRY)
        await stage.press("amira", ALARM)
        await self.settle()
        found = re.search(r"Alarm raised. Reference (\w+)", words(stage, "amira"))
        assert found is not None
        return found[1]


def words(stage: Stage, person: str, room: str = "") -> str:
    return "\n".join(shown.words for shown in stage.screen(person, room=room) if shown.by == "bot")


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        fake_slack = await stack.enter_async_context(FakeSlack())
        connector = await stack.enter_async_context(FakeConnector())
        known, clock = school(), MovableClock()
        secrets = slack.secrets().model_copy(
            update={
                name: getattr(TeamsOpening.SECRETS, name)
                for name in ("teams_app_id", "teams_app_secret", "teams_tenant")
            }
        )
        app = build(
            known,
            secrets,
            platforms=("slack", "teams"),
            url=f"sqlite:///{tmp_path / 'lanyard.db'}",
            keys=KEYS,
            now=clock,
            options={
                "slack": {"api_url": fake_slack.api_url, "now": clock},
                "teams": {**connector.options, "now": clock},
            },
        )
        stack.callback(app.close)
        routes = {}
        for platform, adapter in app.adapters.items():
            routes[platform] = web.Application()
            adapter.mount(routes[platform])
            await adapter.start()
            stack.push_async_callback(adapter.stop)
        on_slack = SlackStage(
            routes["slack"],
            fake_slack,
            {p.id: p.accounts["slack"].split("/")[1] for p in known.people},
            answered=app.adapters["slack"].answered,  # type: ignore[attr-defined]
            rooms=rooms_on(known, "slack"),
            now=clock,
            members=members(known),
        )
        accounts = {p.id: p.accounts["teams"].split("/")[1] for p in known.people}
        await stack.enter_async_context(on_slack)
        answered = app.adapters["teams"].answered  # type: ignore[attr-defined]
        on_teams = TeamsStage(routes["teams"], connector, accounts, answered)
        for name, inside in members(known).items():
            on_teams.furnish(rooms_on(known, "teams")[name], inside)
        await stack.enter_async_context(on_teams)
        yield Both(app, on_slack, on_teams, clock)


async def test_the_first_to_take_it_wins_on_both(both: Both) -> None:
    # Teams lets an app speak first only to those it has met.
    for person in ("khan", "okoro"):
        await both.teams.say(person, "hello")
    ref = await both.alarm(both.slack)
    for stage in (both.slack, both.teams):
        for person in ("khan", "okoro"):
            assert "Nobody has this yet." in words(stage, person)
    await both.teams.press("khan", "Open")
    await both.teams.press("khan", "I have got this")
    await both.settle()
    for stage, person, room in (
        (both.slack, "khan", ""),
        (both.slack, "okoro", ""),
        (both.slack, "okoro", "dsl-oak"),
        (both.teams, "okoro", ""),
    ):
        assert "Ms Khan has had this since" in words(stage, person, room)
    assert "Ms Khan has your report" in words(both.slack, "amira")
    # On the other platform she is the same person, and he is too late.
    await both.slack.say("khan", f"take {ref}")
    assert f"You already have {ref}." in words(both.slack, "khan")
    await both.slack.say("okoro", f"take {ref}")
    assert f"Ms Khan already has {ref}" in words(both.slack, "okoro")


async def test_pressed_on_both_in_the_same_moment_one_has_it(both: Both) -> None:
    ref = await both.alarm(both.teams)
    await both.slack.press("khan", "Open")
    await both.teams.press("okoro", "Open")
    await asyncio.gather(
        both.slack.press("khan", "I have got this"), both.teams.press("okoro", "I have got this")
    )
    told = (words(both.slack, "khan"), words(both.teams, "okoro"))
    assert sorted(f"You have {ref}" in each for each in told) == [False, True]
    assert sorted(f"already has {ref}" in each for each in told) == [False, True]
    with both.app.store.work() as work:
        escalation = work.escalations.get(ref)
    assert escalation is not None and escalation.taken is not None


async def test_what_was_begun_in_a_modal_goes_on_in_a_dialog(both: Both) -> None:
    ref = await both.alarm(both.slack)
    await both.slack.press("amira", "Answer in a form")
    await both.slack.fill("amira", "Where is the child now?", "in the medical room")
    await both.slack.close_form("amira")
    await both.teams.say("amira", "resume")
    await both.teams.press("amira", "Answer in a form")
    (form,) = both.teams.form("amira")
    assert "Where is the child now?: in the medical room" in form.lines
    await both.teams.fill("amira", "Who is it about?", "a girl in year 8")
    await both.teams.press("amira", "Save and close", room="form")
    with both.app.store.work() as work:
        kept = {entry.prompt.open(): entry.words.open() for entry in work.incidents.entries(ref)}
    assert kept["Where is the child now?"] == "in the medical room"
    assert kept["Who is it about?"] == "a girl in year 8"
