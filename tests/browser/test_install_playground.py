"""A newcomer who followed docs/install-teams.md, and staff who use what came of it in Microsoft's
own Agents Playground, in Chromium."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import async_playwright, expect

from tests.browser.test_page import SWITCHES
from tests.browser.test_playground import CHROMIUM, button, cards, opens, pytestmark, write
from tests.install import Reader
from tests.stages.fake_connector import FakeConnector
from tests.stages.playground import Playground
from tests.stages.served import free_port
from tests.test_check import POLICY
from tests.test_install_teams import CHANNEL, DOCUMENT, MINE, OBJECTS, ServedStage

__all__ = ["pytestmark"]

STAFF = {"amira": "Amira Teal", "khan": "Ms Khan"}


async def test_what_the_document_makes_works_in_the_playground(tmp_path: Path) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeConnector())
        ServedStage(fake, "").furnish(CHANNEL, ("khan", "okoro"))
        ground = await stack.enter_async_context(
            Playground(fake, STAFF, CHANNEL, ("khan",), tmp_path, OBJECTS)
        )
        machine = {"TEAMS_STAND_IN": ground.origin, "PORT": str(port)}
        reader = await stack.enter_async_context(Reader(tmp_path / "lanyard", MINE, machine))
        (reader.folder / "policy.md").write_text(POLICY)
        await reader.do(DOCUMENT)
        ground.serve(f"http://127.0.0.1:{port}/api/messages")
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)

        amira, khan = await opens(browser, ground, "amira"), await opens(browser, ground, "khan")
        await khan.get_by_role("treeitem", name="School - General").click()
        await expect(khan.get_by_role("button", name="Post", exact=True)).to_be_visible()
        await write(amira, "can I use my own phone for a photo?")
        await expect(cards(amira).last).to_contain_text("1.1", timeout=20_000)
        await write(amira, "a trial: a child told me somebody hurts her")
        await expect(cards(amira).last).to_contain_text("act now", timeout=20_000)
        await button(amira, "Child: tell Ms Sana Khan and Mr Obi Okoro").click()
        raised = cards(amira).filter(has_text="Alarm raised")
        await expect(raised).to_have_count(1, timeout=20_000)
        await expect(cards(khan).last).to_contain_text("URGENT", timeout=20_000)
        await khan.get_by_role("treeitem", name="Personal Chat").click()
        called = cards(khan).filter(has_text="URGENT, child")
        await expect(called).to_have_count(1, timeout=20_000)
