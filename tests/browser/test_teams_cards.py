"""The cards of whole journeys drawn by Microsoft's own library in Chromium: light, dark, narrow."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.async_api import Page, async_playwright

from tests.adapters.teams_surfaces import texts
from tests.browser.test_page import SWITCHES
from tests.nodejs import MODULES, needs_node
from tests.play import Play
from tests.stages.teams import TeamsStage
from tests.troupe import troupe

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PLAYS = Path(__file__).parent.parent / "plays"
ACTED = (
    "dialogs/report",
    "dialogs/room",
    "dialogs/extension",
    "about-the-dsl",
    "adult",
    "digest",
    "half-term",
    "mistake",
    "near-tie",
)

pytestmark = [
    pytest.mark.browser,
    needs_node,
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO BROWSER TESTED: install Chromium (apt-get install chromium)"
    ),
]


def look(dark: bool) -> dict[str, Any]:
    """Teams' colours of text and of the styles of a container, near enough to see what they do."""
    ink, page = ("#ffffff", "#292929") if dark else ("#242424", "#ffffff")
    boxes = {
        "default": page,
        "emphasis": "#3d3d3d" if dark else "#f5f5f5",
        "attention": "#4c1f24" if dark else "#fdf3f4",
        "warning": "#4a3413" if dark else "#fff9f5",
        "good": "#1f3b1f" if dark else "#f1faf1",
    }
    subtle = "#adadad" if dark else "#616161"
    colour = {"default": {"default": ink, "subtle": subtle}}
    return {
        "fontFamily": "sans-serif",
        "containerStyles": {
            name: {"backgroundColor": box, "foregroundColors": colour}
            for name, box in boxes.items()
        },
        "spacing": {"padding": 12},
        "actions": {
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
            "buttonSpacing": 8,
        },
    }


STYLE = """
  body { overflow-wrap: anywhere; margin: 8px; }
  button { font: 600 14px sans-serif; padding: 5px 8px; border-radius: 4px; }
"""
"""Teams breaks a link that is longer than a line."""

DRAW = """([cards, look]) => {
  const config = new AdaptiveCards.HostConfig(look);
  document.body.style.background = look.containerStyles.default.backgroundColor;
  document.body.replaceChildren();
  return cards.map((json) => {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = config;
    card.parse(json);
    const drawn = card.render();
    document.body.append(drawn);
    const unnamed = [...drawn.querySelectorAll("input, textarea, select")].filter((each) =>
      !each.labels?.length && !each.getAttribute("aria-label")
      && !each.getAttribute("aria-labelledby"));
    const edge = drawn.getBoundingClientRect().right;
    const cut = [...drawn.querySelectorAll("button")].filter((each) =>
      each.getBoundingClientRect().right > edge);
    const unreachable = [...drawn.querySelectorAll("button")].filter((each) =>
      each.tabIndex < 0 || !each.innerText.trim());
    return {
      words: drawn.innerText,
      wide: drawn.scrollWidth > drawn.clientWidth + 1,
      unnamed: unnamed.map((each) => each.outerHTML),
      unreachable: unreachable.length,
      cut: cut.map((each) => each.innerText),
    };
  });
}"""


async def everything(folder: Path) -> list[dict[str, Any]]:
    """Every different card of some plays."""
    found: dict[str, dict[str, Any]] = {}
    for name in ACTED:
        place = folder / Path(name).name
        place.mkdir()
        async with troupe("teams", place) as actors:
            await Play(actors).act((PLAYS / f"{name}.play").read_text("utf-8"))
            for card in cast(TeamsStage, actors.stage).cards():
                found.setdefault(re.sub(r"[2-9A-Z]{5}|\\d\\d:\\d\\d", "", str(card["body"])), card)
    return list(found.values())


async def draw(page: Page, cards: list[dict[str, Any]], dark: bool) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = await page.evaluate(DRAW, [cards, look(dark)])
    return drawn


async def test_every_card_is_whole_readable_and_fits_a_narrow_pane(tmp_path: Path) -> None:
    cards = await everything(tmp_path)
    assert len(cards) > 30
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(viewport={"width": 320, "height": 800})
        await page.add_script_tag(path=MODULES / "adaptivecards/dist/adaptivecards.js")
        await page.add_style_tag(content=STYLE)
        for dark in (False, True):
            for card, seen in zip(cards, await draw(page, cards, dark), strict=True):
                read = re.sub(r"\s+", "", seen["words"])
                for words in texts(card):
                    for word in words.replace(": ", " ").split():
                        assert word.removesuffix(":") in read, (word, seen["words"])
                assert not seen["wide"], seen["words"]
                assert seen["unnamed"] == seen["cut"] == [] and seen["unreachable"] == 0
            await page.screenshot(path=tmp_path / f"cards-{dark}.png", full_page=True)
        await browser.close()
