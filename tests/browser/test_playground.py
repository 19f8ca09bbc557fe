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
from playwright.async_api import (
    Browser,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

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
ROOMS = {"19:group@thread.v2": "Group Chat", "19:staff@thread.tacv2": "School - Staff"}
WIDE: ViewportSize = {"width": 1280, "height": 1000}
NARROW: ViewportSize = {"width": 640, "height": 1000}
"""Beside its list of chats, that leaves a pane of some 320 pixels."""
LIST_AWAY = '[aria-label="Chat and Teams Channel"] { display: none !important }'
"""In a narrow window the Playground's list of chats lies over the chat for a while."""
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

    async def opens(self, person: str) -> Page:
        """``person`` opens their own chat with Lanyard, which installs it for them."""
        return await opens(self.browser, self.ground, person)

    async def shoot(self, page: Page, name: str) -> None:
        """For whoever wants to look (pytest keeps the folder): in a wide and in a narrow window,
        light and dark. The Playground has no dark theme of its own; the browser makes it one."""
        self.shots.mkdir(exist_ok=True)
        browser = await page.context.new_cdp_session(page)
        for width, size in (("wide", WIDE), ("narrow", NARROW)):
            await page.set_viewport_size(size)
            for look in ("light", "dark"):
                dark = {"enabled": look == "dark"}
                await browser.send("Emulation.setAutoDarkModeOverride", dark)
                path = self.shots / f"{name}-{width}-{look}.png"
                await page.screenshot(path=path, style=LIST_AWAY if width == "narrow" else None)
            last = cards(page).last
            assert await last.evaluate("card => card.scrollWidth <= card.clientWidth + 1")
        await browser.send("Emulation.setAutoDarkModeOverride", {})
        await page.set_viewport_size(WIDE)


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


async def opens(browser: Browser, ground: Playground, person: str) -> Page:
    """``person`` opens their own chat with Lanyard, which installs it for them."""
    page = await browser.new_page(viewport=WIDE)
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
    await teams.shoot(page, "act-now")
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
    await teams.shoot(amira, "taken")
    await teams.shoot(khan, "take")


async def test_escalation_reaches_a_channel_and_is_taken_there_for_everybody(teams: Teams) -> None:
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
    await teams.shoot(khan, "opened")
    # She takes it there, and the card in the room is another one for everybody.
    await button(khan, "I have got this").click()
    await expect(cards(khan).last).to_contain_text(f"You have {ref}")
    await teams.actors.settle()
    await khan.get_by_role("treeitem", name="School - General").click()
    taken = cards(khan).filter(has_text=f"Taken, child, Oak Centre, {ref}")
    await expect(taken.last).to_contain_text("Ms Khan has had this since")
    await expect(cards(khan).filter(has_text="Nobody has this yet")).to_have_count(0)
    await teams.shoot(khan, "channel-taken")


async def test_a_question_in_a_group_or_channel_is_answered_to_the_asker_alone(
    teams: Teams,
) -> None:
    khan = await teams.opens("khan")
    ready = khan.get_by_role("button", name=re.compile("^(Send Message|Post)$"))
    for asked, (room, name) in enumerate(ROOMS.items(), 1):
        await khan.get_by_role("treeitem", name=name).click()
        await expect(ready.first).to_be_visible()
        await teams.ground.mention("khan", room, "can I use my phone for a trip photo?")
        await khan.get_by_role("treeitem", name="Personal Chat").click()
        await expect(cards(khan).filter(has_text="6.2.4")).to_have_count(asked)
        await khan.get_by_role("treeitem", name=name).click()
        await expect(ready.first).to_be_visible()
        await expect(cards(khan).filter(has_text="6.2.4")).to_have_count(0)
        # A post by REST is not drawn in a channel that is open: what Teams was given is read.
        (said,) = [activity for place, activity in teams.ground.posted if place == room]
        assert said["text"] == "I have answered you in your own chat with me."


def empty(card: dict[str, Any]) -> dict[str, str]:
    """The fields of a dialog, as a client sends them when nothing is filled in."""
    return {each["id"]: "" for each in card["body"] if each["type"].startswith("Input.")}


async def test_a_report_goes_on_from_the_chat_in_a_dialog_and_back(teams: Teams) -> None:
    amira = await teams.opens("amira")
    ref = await raised(teams, amira)
    await write(amira, "ext 214")
    await expect(cards(amira).last).to_contain_text("Which centre is the child at?")

    async def invoke(name: str, data: dict[str, Any]) -> dict[str, Any]:
        activity = {"type": "invoke", "name": name, "value": {"data": data}}
        status, answer = await teams.ground.send("amira", activity)
        assert status == 200
        found: dict[str, Any] = answer["task"]["value"]["card"]["content"]
        return found

    # The Playground shows no dialogs: its client's invokes are sent for it.
    page = {"type": "task/fetch", "press": f"page child {ref} now"}
    card = await invoke("task/fetch", page)
    # What was said in the chat stands in its field; what is not told of stays as it was.
    stands = {each["id"]: each.get("value", "") for each in card["body"] if "id" in each}
    assert stands["number"] == "ext 214" and not stands["child_now"]
    typed = {**stands, "child_now": "gym"}
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
