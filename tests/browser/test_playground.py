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
INSIDE = ("khan",)
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
        """``person`` opens their own chat with Lanyard."""
        return await opens(self.browser, self.ground, person, dark)

    async def shoot(self, page: Page, name: str) -> None:
        """For whoever wants to look: pytest keeps the folder."""
        self.shots.mkdir(exist_ok=True)
        await page.screenshot(path=self.shots / f"{name}.png")


@pytest_asyncio.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Teams]:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeConnector())
        ground = await stack.enter_async_context(Playground(fake, PEOPLE, ROOM, INSIDE, tmp_path))
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


async def opens(browser: Browser, ground: Playground, person: str, dark: bool = False) -> Page:
    """``person`` opens their own chat with Lanyard, which installs it for them."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 1000}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    await page.goto(ground.address(person))
    await page.get_by_role("treeitem", name="Personal Chat").click()
    await page.get_by_role("button", name="Hide log panel").click()
    await expect(page.get_by_role("button", name="Send Message")).to_be_visible()
    return page


async def write(page: Page, words: str) -> None:
    await page.get_by_role("textbox").last.fill(words)
    await page.get_by_role("button", name="Send Message").click()


def cards(page: Page) -> Locator:
    return page.locator(".ac-adaptiveCard")


def button(page: Page, label: str) -> Locator:
    return cards(page).get_by_role("button", name=label, exact=True).last


async def raised(teams: Teams, page: Page) -> str:
    """Amira tells of a worry and presses once; returns the report's reference."""
    await write(page, WORRY)
    await expect(cards(page).last).to_contain_text("Ring 999")
    await button(page, ALARM).click()
    alarm = cards(page).filter(has_text="Alarm raised. Reference")
    await expect(alarm).to_have_count(1)
    found = re.search(r"Reference (\w{5})", await alarm.inner_text())
    assert found is not None
    await teams.actors.settle()
    return found[1]


async def test_ask_report_in_chat_and_take_it_as_somebody_else(teams: Teams) -> None:
    amira, khan = await teams.opens("amira"), await teams.opens("khan")
    await write(amira, "can I use my phone for a trip photo?")
    await expect(cards(amira).last).to_contain_text("6.2.4")
    await teams.shoot(amira, "ask")

    ref = await raised(teams, amira)
    await expect(cards(amira).filter(has_text=ALARM)).to_have_count(0)
    receipt = cards(amira).filter(has_text="Delivered")
    await expect(receipt).to_contain_text("Ms Khan")
    await write(amira, "extension 214")
    await expect(cards(amira).last).to_contain_text("Which centre is the child at?")
    await teams.shoot(amira, "report")

    case = cards(khan).filter(has_text=f"URGENT, child, Oak Centre, {ref}")
    await expect(case).to_contain_text("Nobody has this yet")
    await expect(khan.locator("body")).not_to_contain_text("uncle")
    await button(khan, "Open").click()
    opened = cards(khan).filter(has_text=f"Report {ref}")
    await expect(opened).to_contain_text("her uncle hurts her")
    await expect(opened).to_contain_text("extension 214")
    await opened.get_by_role("button", name="I have got this").click()
    await expect(cards(khan).filter(has_text=f"You have {ref}")).to_have_count(1)
    await teams.actors.settle()
    await expect(case).to_have_count(0)
    await expect(cards(khan).filter(has_text=f"Taken, child, Oak Centre, {ref}")).to_have_count(1)
    await expect(cards(amira).filter(has_text="Ms Khan has your report")).to_have_count(1)
    await teams.shoot(khan, "take")


async def test_escalation_reaches_a_channel_and_a_group_is_answered_in_private(
    teams: Teams,
) -> None:
    amira, khan = await teams.opens("amira"), await teams.opens("khan")
    await khan.get_by_role("treeitem", name="School - General").click()
    await expect(khan.get_by_role("button", name="Post", exact=True)).to_be_visible()
    ref = await raised(teams, amira)
    await teams.actors.later(timedelta(minutes=6))
    case = cards(khan).filter(has_text=f"URGENT, child, Oak Centre, {ref}").last
    await expect(case).to_contain_text("Nobody has this yet")
    await case.get_by_role("button", name="I have got this").click()
    # The room's card is answered to the one who pressed; the story is in her own chat only.
    await expect(khan.locator("body")).to_contain_text("I have answered you in your own chat")
    await expect(khan.locator("body")).not_to_contain_text("uncle")
    await teams.shoot(khan, "channel")
    await khan.get_by_role("treeitem", name="Personal Chat").click()
    await expect(cards(khan).last).to_contain_text("her uncle hurts her")

    await khan.get_by_role("treeitem", name="Group Chat").click()
    await expect(khan.get_by_role("button", name="Send Message")).to_be_visible()
    await teams.ground.mention("khan", "19:group@thread.v2", "can I use my phone for a photo?")
    await expect(khan.locator("body")).to_contain_text("I have answered you in your own chat")
    await expect(cards(khan).filter(has_text="6.2.4")).to_have_count(0)
    await khan.get_by_role("treeitem", name="Personal Chat").click()
    await expect(cards(khan).last).to_contain_text("6.2.4")
    await teams.shoot(khan, "own-chat")


def empty(card: dict[str, Any]) -> dict[str, str]:
    """The fields of a dialog, as a client sends them when nothing is filled in."""
    return {each["id"]: "" for each in card["body"] if each["type"].startswith("Input.")}


async def test_a_report_in_a_dialog(teams: Teams) -> None:
    amira = await teams.opens("amira")
    ref = await raised(teams, amira)

    async def invoke(name: str, data: dict[str, Any]) -> dict[str, Any]:
        activity = {"type": "invoke", "name": name, "value": {"data": data}}
        status, answer = await teams.ground.send("amira", activity)
        assert status == 200
        found: dict[str, Any] = answer["task"]["value"]["card"]["content"]
        return found

    # The Playground shows no dialogs: its client's invokes are sent for it.
    page = {"type": "task/fetch", "press": f"page child {ref} now"}
    card = await invoke("task/fetch", page)
    typed = {**empty(card), "number": "ext 214", "child_now": "gym"}
    card = await invoke("task/submit", {**typed, **card["actions"][0]["data"]})
    assert "part 2 of 4" in str(card["body"])
    save = card["body"][-1]["actions"][0]
    assert save["title"] == "Save and close"
    data = {**empty(card), **save["data"]}
    closed = {"type": "invoke", "name": "task/submit", "value": {"data": data}}
    assert await teams.ground.send("amira", closed) == (200, {})
    await expect(cards(amira).last).to_contain_text("Paused. What you wrote is kept.")
    await button(amira, "Go on writing").click()
    await expect(cards(amira).last).to_contain_text("How do you know?")
    with teams.actors.app.store.work() as work:
        kept = {entry.step: entry.words.open() for entry in work.incidents.entries(ref)}
    assert (kept["number"], kept["child_now"]) == ("ext 214", "gym")
    await teams.shoot(amira, "resumed")
