"""A case that was taken away, opened in a real browser: it looks as it should and does nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

from playwright.async_api import async_playwright

from tests.bench.exported import page_of
from tests.bench.grammar import hostile
from tests.browser.test_page import CHROMIUM, PHONE, SWITCHES, pytestmark

__all__ = ["pytestmark"]

OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "p",
    "dl", "div", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "time", "span",
    "blockquote",
}  # fmt: skip


async def test_a_page_that_was_taken_away_looks_right_and_does_nothing(tmp_path: Path) -> None:
    dice = Random(7)
    words = "\n".join(hostile(dice) for _ in range(60))
    file = tmp_path / "7KQ2X.html"
    file.write_text(page_of(words), "utf-8")
    said: list[str] = []
    asked: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(viewport={"width": PHONE["width"], "height": 844})
        page.on("console", lambda line: said.append(line.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        await page.goto(file.as_uri())
        tags = await page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)")
        border = await page.evaluate(
            "getComputedStyle(document.querySelector('blockquote')).whiteSpace"
        )
        wide = await page.evaluate("document.documentElement.scrollWidth")
        printed = await page.pdf()
        await browser.close()
    assert set(tags) == OURS
    # The page's own style is the one thing that its policy lets in.
    assert border == "pre-wrap"
    assert wide <= PHONE["width"]
    assert printed.startswith(b"%PDF-")
    assert (said, asked) == ([], [file.as_uri()])
