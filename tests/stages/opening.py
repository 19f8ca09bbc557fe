"""Opens the stage of each platform around an application, and opens it again after a restart."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, cast

from adapters.web.adapter import WebAdapter
from bot.app import App
from bot.settings import Secrets
from tests.stages.page import PageStage
from tests.stages.stage import Stage

if TYPE_CHECKING:
    from tests.troupe import Troupe


async def open_stage(troupe: Troupe, stack: AsyncExitStack) -> tuple[App, Stage]:
    """Build the troupe's application and a stage around it."""
    app = troupe.build(Secrets(), now=troupe.clock)
    adapter = cast(WebAdapter, app.adapters["web"])
    stage = await stack.enter_async_context(PageStage.open(adapter, troupe.school.directory()))
    return app, stage


async def reopen(troupe: Troupe, stack: AsyncExitStack) -> App:
    """A new process on the same database, with the same people looking at the same screens."""
    troupe.app.close()
    app = troupe.build(Secrets(), now=troupe.clock)
    stage = cast(PageStage, troupe.stage)
    again = await stack.enter_async_context(
        PageStage.open(cast(WebAdapter, app.adapters["web"]), troupe.school.directory())
    )
    stage.url, stage.adapter, stage.events = again.url, again.adapter, again.events
    return app
