"""Opens each platform's stage around an application, and opens it again after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Protocol, cast

from aiohttp import web
from pydantic import SecretStr

from adapters.web.adapter import WebAdapter
from adapters.web.rooms import STAFF_ROOM, rooms
from bot.app import App
from bot.settings import SchoolFile, Secrets
from tests.stages import fake_connector, slack
from tests.stages.fake_connector import FakeConnector
from tests.stages.fake_slack import FakeSlack
from tests.stages.page import PageStage
from tests.stages.slack import SlackStage
from tests.stages.stage import Stage
from tests.stages.teams import TeamsStage

if TYPE_CHECKING:
    from tests.troupe import Troupe


class Opening(Protocol):
    """How one platform's stage is opened, and reopened around a new process."""

    async def open(self, troupe: Troupe, stack: AsyncExitStack) -> tuple[App, Stage]: ...
    async def reopen(self, troupe: Troupe, stack: AsyncExitStack) -> App: ...


class PageOpening:
    async def open(self, troupe: Troupe, stack: AsyncExitStack) -> tuple[App, Stage]:
        app = troupe.build(Secrets(), now=troupe.clock)
        return app, await stack.enter_async_context(self._page(troupe, app))

    async def reopen(self, troupe: Troupe, stack: AsyncExitStack) -> App:
        app = troupe.build(Secrets(), now=troupe.clock)
        again = await stack.enter_async_context(self._page(troupe, app))
        stage = cast(PageStage, troupe.stage)
        stage.url, stage.adapter, stage.events = again.url, again.adapter, again.events
        return app

    def _page(self, troupe: Troupe, app: App) -> Any:
        return PageStage.open(cast(WebAdapter, app.adapters["web"]), troupe.school.directory())


class SlackOpening:
    async def open(self, troupe: Troupe, stack: AsyncExitStack) -> tuple[App, Stage]:
        fake = await stack.enter_async_context(FakeSlack())
        app, routes = await self._application(troupe, stack, fake)
        stage = SlackStage(
            routes,
            fake,
            {p.id: p.accounts["slack"].split("/")[1] for p in troupe.school.people},
            answered=app.adapters["slack"].answered,  # type: ignore[attr-defined]
            rooms=rooms_on(troupe.school, "slack") | {slack.PUBLIC: "CSTAFF"},
            members=members(troupe.school),
            now=troupe.clock,
        )
        return app, await stack.enter_async_context(stage)

    async def reopen(self, troupe: Troupe, stack: AsyncExitStack) -> App:
        stage = cast(SlackStage, troupe.stage)
        app, routes = await self._application(troupe, stack, stage.fake)
        await stage.serve(routes, app.adapters["slack"].answered)  # type: ignore[attr-defined]
        return app

    async def _application(
        self, troupe: Troupe, stack: AsyncExitStack, fake: FakeSlack
    ) -> tuple[App, web.Application]:
        secrets = slack.secrets()
        return await _mounted(troupe, stack, secrets, {"api_url": fake.api_url})


class TeamsOpening:
    SECRETS = Secrets(
        teams_app_id=fake_connector.APP,
        teams_app_secret=SecretStr("secret"),
        teams_tenant=fake_connector.TENANT,
    )

    async def open(self, troupe: Troupe, stack: AsyncExitStack) -> tuple[App, Stage]:
        fake = await stack.enter_async_context(FakeConnector())
        app, routes = await _mounted(troupe, stack, self.SECRETS, fake.options)
        people = {p.id: p.accounts["teams"].split("/")[1] for p in troupe.school.people}
        answered = app.adapters["teams"].answered  # type: ignore[attr-defined]
        stage = TeamsStage(routes, fake, people, answered)
        rooms = rooms_on(troupe.school, "teams")
        for name, inside in members(troupe.school).items():
            stage.furnish(rooms[name], inside)
        return app, await stack.enter_async_context(stage)

    async def reopen(self, troupe: Troupe, stack: AsyncExitStack) -> App:
        stage = cast(TeamsStage, troupe.stage)
        app, routes = await _mounted(troupe, stack, self.SECRETS, stage.fake.options)
        await stage.serve(routes, app.adapters["teams"].answered)  # type: ignore[attr-defined]
        return app


OPENINGS: Mapping[str, Opening] = {
    "web": PageOpening(),
    "slack": SlackOpening(),
    "teams": TeamsOpening(),
}


async def _mounted(
    troupe: Troupe, stack: AsyncExitStack, secrets: Secrets, options: Mapping[str, Any]
) -> tuple[App, web.Application]:
    """An application whose adapter is mounted and started."""
    app = troupe.build(secrets, now=troupe.clock, **options)
    adapter = app.adapters[troupe.platform]
    routes = web.Application()
    adapter.mount(routes)
    await adapter.start()
    stack.push_async_callback(adapter.stop)
    return app, routes


def members(school: SchoolFile) -> dict[str, tuple[str, ...]]:
    """Who is in each private room, by its name on the page: those whose role belongs there."""
    everything = rooms(school.directory())
    return {
        name: tuple(person.id for person in room.members.values())
        for name, room in everything.items()
        if not room.own and name != STAFF_ROOM
    }


def rooms_on(school: SchoolFile, platform: str) -> dict[str, str]:
    """The rooms as plays call them (their names on the page), and what they are here."""
    return {
        rooms["web"]: rooms[platform]
        for centre in school.centres.values()
        for rooms in (centre.dsl_rooms, centre.it_rooms)
    }
