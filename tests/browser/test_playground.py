"""The journeys in Microsoft's own Agents Playground, in Chromium, with the real bot behind it."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.browser.test_page import SWITCHES
from tests.nodejs import needs_node
from tests.stages.fake_connector import FakeConnector
from tests.stages.opening import TeamsOpening
from tests.stages.playground import Playground
from tests.troupe import MovableClock, Troupe

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PEOPLE = {"amira": "Amira Teal", "khan": "Ms Khan"}
ROOM = "19:dsl-oak@thread.tacv2"
WORRY = "a child in my form told me her uncle hurts her"
ALARM = "Child: tell Ms Khan and Mr Okoro"

pytestmark = [
    pytest.mark.browser,
    needs_node,
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO BROWSER TESTED: install Chromium (apt-get install chromium)"
    ),
]


class Teams:
    """Everybody's Teams, and the school behind it."""

    def __init__(self, actors: Troupe, ground: Playground, browser: Browser, shots: Path) -> None:
        self.actors, self.ground, self.browser, self.shots = actors, ground, browser, shots

    async def opens(self, person: str, dark: bool = False) -> Page:
        """``person`` opens their own chat with Lanyard, which installs it for them."""
        context = await self.browser.new_context(
            viewport={"width": 1280, "height": 1000}, color_scheme="dark" if dark else "light"
        )
        page = await context.new_page()
        await page.goto(self.ground.address(person))
        await page.get_by_role("treeitem", name="Personal Chat").click()
        await page.get_by_role("button", name="Hide log panel").click()
        await expect(page.get_by_role("button", name="Send Message")).to_be_visible()
        return page

    async def shoot(self, page: Page, name: str) -> None:
        """For whoever wants to look: pytest keeps the folder."""
        self.shots.mkdir(exist_ok=True)
        await page.screenshot(path=self.shots / f"{name}.png")


@pytest_asyncio.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Teams]:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeConnector())
        ground = await stack.enter_async_context(Playground(fake, PEOPLE, ROOM, tmp_path))
        actors = Troupe("teams", f"sqlite:///{tmp_path / 'lanyard.db'}", MovableClock())
        stack.push_async_callback(actors.end)
        app = actors.app = actors.build(TeamsOpening.SECRETS, now=actors.clock, **ground.options)
        adapter = app.adapters["teams"]
        routes = web.Application()
        adapter.mount(routes)
        await adapter.start()
        stack.push_async_callback(adapter.stop)
        server = TestServer(routes, host="127.0.0.1")
        await server.start_server()
        stack.push_async_callback(server.close)
        ground.serve(f"http://127.0.0.1:{server.port}/api/messages")
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)
        yield Teams(actors, ground, browser, tmp_path / "shots")


async def write(page: Page, words: str) -> None:
    await page.get_by_role("textbox").last.fill(words)
    await page.get_by_role("button", name="Send Message").click()


def cards(page: Page) -> Locator:
    return page.locator(".ac-adaptiveCard")


async def test_journey(teams: Teams) -> None:
    amira = await teams.opens("amira")
    await write(amira, "can I use my phone for a trip photo?")
    await expect(cards(amira).last).to_contain_text("6.2.4")
    await teams.shoot(amira, "ask")
    print(await amira.locator("body").aria_snapshot())
