"""The whole journey in a real browser, as a trainer would play it on the local workspace."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

import bot
from bot.app import App, Keys, build
from bot.digest import Week
from bot.serve import web_app
from bot.settings import Secrets, read_school

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
STOPWATCH = """() => {
  addEventListener("click", () => (window.pressedAt = performance.now()), { once: true });
  const channel = document.querySelector('[data-column="1"] .log');
  new MutationObserver(() => (window.shownAt ??= performance.now()))
    .observe(channel, { childList: true });
}"""
"""Times a press to the card in the DSL channel by the page's own clock: a driver's polling would
be measured otherwise."""

LEGIBLE = (Path(__file__).parent / "legible.js").read_text("utf-8")
SPOILED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".source { color: #6f777b !important } :focus { outline: none !important }");
  document.adoptedStyleSheets = [sheet];
}"""
CONTROLS = {"button", "combobox", "textbox", "log", "link", "heading", "region"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO BROWSER TESTED: install Chromium (apt-get install chromium)"
    ),
]


class Workspace:
    """The page in a browser, with a real application behind it."""

    def __init__(self, app: App, url: str, browser: Browser) -> None:
        self.app, self.url, self.browser = app, url, browser
        self.faults: list[str] = []

    @asynccontextmanager
    async def page(
        self, size: dict[str, int] = DESKTOP, query: str = "", dark: bool = False
    ) -> AsyncIterator[Page]:
        context = await self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if dark else "light",
        )
        page = await context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda line: self.faults.append(line.text))
        await page.goto(self.url + query)
        await expect(page.get_by_role("status")).to_have_text("Connected")
        yield page
        await context.close()


@pytest_asyncio.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    school = read_school(Path(bot.__file__).parent / "demo.toml")
    keys = Keys({"1": os.urandom(32)}, os.urandom(32))
    url = f"sqlite:///{tmp_path / 'lanyard.db'}"
    app = build(school, Secrets(), platforms=("web",), url=url, keys=keys)
    try:
        async with (
            TestServer(web_app(app, with_loop=True), host="127.0.0.1") as server,
            async_playwright() as driver,
        ):
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            made = Workspace(app, f"http://127.0.0.1:{server.port}/", browser)
            yield made
            await browser.close()
        assert made.faults == []
    finally:
        app.close()


def column(page: Page, number: int) -> Locator:
    return page.locator(".column").nth(number)


def messages(place: Locator) -> Locator:
    return place.locator(".pane:not(.tray) .message")


async def write(place: Locator, words: str) -> None:
    box = place.get_by_role("textbox").last
    await box.fill(words)
    await box.press("Enter")
    await expect(box).to_have_value("")


async def test_ask_report_take_and_count(workspace: Workspace) -> None:
    async with workspace.page() as page:
        amira, channel, farrow = (column(page, number) for number in range(3))
        await expect(amira.get_by_role("heading", level=2)).to_have_text("Amira Teal")

        # A question.
        await write(amira, "can I use my phone for a trip photo?")
        answer = messages(amira).last
        await expect(answer.get_by_role("heading", level=3)).to_contain_text("No")
        await expect(answer).to_contain_text("6.2.4")
        await expect(answer).to_contain_text("school equipment")
        await expect(answer).to_contain_text("Borrow a school camera or tablet")

        # A disclosure, and one press.
        await write(amira, "A child in my class has just told me that her uncle hurts her")
        act_now = messages(amira).last
        await expect(act_now).to_contain_text("Ring 999")
        alarm = act_now.get_by_role("button", name="Child: tell")
        await expect(alarm).to_be_in_viewport()
        await expect(amira.get_by_role("button", name="More below")).to_contain_text("more choices")
        await page.evaluate(STOPWATCH)
        await alarm.click()
        await expect(messages(channel)).to_have_count(1)
        assert await page.evaluate("shownAt - pressedAt") < 1000
        card = messages(channel).last
        await expect(card).to_contain_text("Nobody has this yet")
        await expect(card).not_to_contain_text("uncle")
        await expect(messages(amira).filter(has_text="Alarm raised")).to_have_count(1)

        # The write-up goes on.
        questions = messages(amira).filter(has=page.get_by_role("button", name="Skip"))
        await expect(questions).to_have_count(1)
        await expect(questions).to_contain_text("What number can we ring you on")
        await write(amira, "01632 960010")
        await expect(questions).to_have_count(2)

        # The DSL opens it: to her alone. Then she takes it, and everyone sees that.
        await card.get_by_role("button", name="Open").click()
        private = channel.locator(".tray")
        await expect(private).to_contain_text("Only Ms Khan sees this")
        opened = private.locator(".message").filter(has_text="This opening is recorded")
        await expect(opened).to_contain_text("her uncle hurts her")
        await expect(opened).to_contain_text("01632 960010")
        await opened.get_by_role("button", name="I have got this").click()
        await expect(card).to_contain_text("Ms Khan has had this since")
        await expect(card).to_contain_text("Updated")
        await expect(card.get_by_role("button", name="I have got this")).to_have_count(0)
        told = messages(amira).filter(has_text="Ms Khan has your report")
        await expect(told).to_have_count(1)
        await expect(messages(amira).filter(has_text="Taken by Ms Khan")).to_have_count(1)
        await expect(messages(channel)).not_to_contain_text(["uncle"])
        await expect(farrow).not_to_contain_text("uncle")

        # Everything is there again after a reload.
        before = await messages(amira).all_inner_texts()
        await page.reload()
        await expect(messages(amira)).to_have_count(len(before))
        assert await messages(amira).all_inner_texts() == before
    assert counted(workspace.app) == 1


def counted(app: App) -> int:
    """How many reports this week's digest is made from."""
    directory = app.bot.directory()
    with app.store.work() as work:
        (incident,) = work.incidents.open()
        week = Week.of(incident.reported_at.astimezone(directory.zone))
        return sum(work.digests.counted(*week.span(directory.zone)).reports.values())


async def test_one_column_at_a_time_on_a_phone(workspace: Workspace) -> None:
    async with workspace.page(PHONE, dark=True) as page:
        tabs = page.get_by_role("navigation", name="Columns").get_by_role("button")
        await expect(column(page, 0)).to_be_visible()
        await expect(column(page, 1)).to_be_hidden()
        await write(column(page, 0), "A child in my class has just told me that he is hurt")
        await messages(column(page, 0)).last.get_by_role("button", name="Child: tell").click()
        await expect(tabs.nth(1)).to_have_accessible_name("DSL channel of Oak Centre new")
        await tabs.nth(1).click()
        await expect(tabs.nth(1)).to_have_attribute("aria-pressed", "true")
        await expect(column(page, 0)).to_be_hidden()
        await expect(messages(column(page, 1)).last).to_contain_text("Nobody has this yet")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], "nothing to scroll sideways"


async def test_words_are_never_markup(workspace: Workspace) -> None:
    async with workspace.page() as page:
        hostile = "<img src=x onerror=\"document.title='owned'\"> \u202eabc"
        await write(column(page, 0), f"hello {hostile}")
        said = messages(column(page, 0)).first.locator(".said")
        await expect(said).to_have_text(
            "hello <img src=x onerror=\"document.title='owned'\"> [U+202E]abc"
        )
        await expect(said.locator("img")).to_have_count(0)
        assert "owned" not in await page.title()


async def test_any_room_in_any_column_and_it_stays_so(workspace: Workspace) -> None:
    async with workspace.page() as page:
        await column(page, 2).get_by_label("Show").select_option("dsl-ash")
        await expect(column(page, 2).get_by_label("Act as")).to_have_value("brook")
        await page.reload()
        title = column(page, 2).get_by_role("heading", level=2)
        await expect(title).to_have_text("DSL channel of Ash Centre")


async def test_half_typed_words_last_as_long_as_the_tab(workspace: Workspace) -> None:
    async with workspace.page() as page:
        place = column(page, 2)
        room = await place.get_by_label("Show").input_value()
        await place.get_by_role("textbox").fill("she said that")
        await place.get_by_label("Show").select_option("dsl-ash")
        await expect(place.get_by_role("textbox")).to_have_value("")
        await place.get_by_label("Show").select_option(room)
        await expect(place.get_by_role("textbox")).to_have_value("she said that")
        await page.reload()
        await expect(place.get_by_role("textbox")).to_have_value("she said that")
        await write(place, "she said that he hurt her")
        await page.reload()
        await expect(place.get_by_role("textbox")).to_have_value("")
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_what_is_missed_while_away_is_caught_up(workspace: Workspace) -> None:
    async with workspace.page() as page:
        await page.context.set_offline(True)
        await write_offline(column(page, 0), "hello")
        await page.context.set_offline(False)
        box = column(page, 0).get_by_role("textbox")
        await expect(box).to_have_value("hello")
        await box.press("Enter")
        await expect(messages(column(page, 0)).first).to_contain_text("hello")
    workspace.faults.clear()


async def write_offline(place: Locator, words: str) -> None:
    box = place.get_by_role("textbox")
    await box.fill(words)
    await box.press("Enter")
    await expect(place.get_by_role("alert")).to_contain_text("nothing is sent twice")


async def told(page: Page) -> None:
    """Amira asks and tells, and Ms Khan opens it: every kind of card is on the page."""
    amira, channel = column(page, 0), column(page, 1)
    await write(amira, "can I use my phone for a trip photo?")
    await write(amira, "A child in my class has just told me that he is hurt \u202e")
    await messages(amira).last.get_by_role("button", name="Child: tell").click()
    await messages(channel).last.get_by_role("button", name="Open").click()
    await expect(channel.locator(".tray .message").last).to_contain_text("First words")


async def unnamed(page: Page) -> list[str]:
    """The controls that a screen reader has no name for."""
    tree = await (await page.context.new_cdp_session(page)).send("Accessibility.getFullAXTree")
    return [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node["ignored"]
        and node["role"]["value"] in CONTROLS
        and not node.get("name", {}).get("value", "").strip()
    ]


async def test_every_word_is_legible_and_every_control_named_and_seen(workspace: Workspace) -> None:
    async with workspace.page() as page:
        await told(page)
        for size, look in product((DESKTOP, PHONE), ("light", "dark")):
            await page.emulate_media(color_scheme=look)
            await page.set_viewport_size({"width": size["width"], "height": size["height"]})
            found = await page.evaluate(f"({LEGIBLE})(document.body)")
            assert found["faint"] == [], (look, size)
            assert found["hidden"] == [] and found["controls"] > 5
            assert await unnamed(page) == []
        # Every card has an Open or the like: what it opens is said with the buttons.
        groups = page.get_by_role("group", name=re.compile(".: what you can do$"))
        assert await groups.count() == await page.locator(".actions:visible").count() > 0
        await page.evaluate(SPOILED)
        found = await page.evaluate(f"({LEGIBLE})(document.body)")
        assert found["faint"] and found["hidden"], "who looks for faults finds them"
        # What comes by itself is read out; what is found on opening the page is not.
        logs = page.get_by_role("log")
        for number in range(await logs.count()):
            await expect(logs.nth(number)).to_have_attribute("aria-live", "polite")
            await expect(logs.nth(number)).not_to_have_attribute("aria-busy", "true")
        await expect(page.get_by_role("status")).to_have_text("Connected")
        await expect(page.get_by_role("alert").first).to_have_text("")


async def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until the control called ``name`` has the focus."""
    for _ in range(40):
        await page.keyboard.press(key)
        focused = page.locator(":focus")
        if await focused.count() and (await focused.inner_text()).startswith(name):
            return
    raise AssertionError(f"Tab never reached {name}")


async def test_keyboard_alone_is_enough(workspace: Workspace) -> None:
    async with workspace.page() as page:
        await column(page, 0).get_by_role("textbox").focus()
        await page.keyboard.type("A child in my class has just told me that he is hurt")
        await page.keyboard.press("Enter")
        alarm = messages(column(page, 0)).last.get_by_role("button", name="Child: tell")
        await expect(alarm).to_be_visible()
        for _ in range(12):
            await page.keyboard.press("Shift+Tab")
            if await alarm.evaluate("button => button === document.activeElement"):
                break
        await page.keyboard.press("Enter")
        raised = messages(column(page, 0)).filter(has_text="Alarm raised")
        await expect(raised).to_be_focused()
        # The DSL too: opens it, and takes it beside the channel.
        channel = column(page, 1)
        await expect(messages(channel)).to_have_count(1)
        await tab_to(page, "Open")
        await page.keyboard.press("Enter")
        await expect(channel.locator(".tray .message").last).to_contain_text("First words")
        await tab_to(page, "I have got this")
        await page.keyboard.press("Enter")
        await expect(messages(channel).last).to_contain_text("Ms Khan has had this since")
