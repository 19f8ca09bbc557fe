"""Hostile words in every field of every card: ``python -m tests.bench hostile``.

Each string of the grammar stands in all the fields of a card at once, and of a case taken away.
What every renderer made of it is read by something that is not ours: Markdown by a Markdown parser,
HTML, tables and mails by Python's, Block Kit and Adaptive Cards by a walk over the JSON that knows
which of its parts are markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt

from adapters.slack.render import Page, notice, pages, words_of
from adapters.teams.fitting import parts, shortened
from adapters.teams.render import adaptive_card
from adapters.web.render import message_html
from bot.card import Button, Card, Quote, Tone, press
from bot.plain import MARK, plain
from bot.ports import Posted
from tests.adapters.slack_double import NOW
from tests.bench import exported
from tests.bench.grammar import hostile
from tests.bench.tally import Tally, command, shown

COUNT = 100_000
FILES = ("CSV", "export", "text", "mail")
"""What leaves Lanyard: three forms of a case taken away, and every mail."""

LONDON = ZoneInfo("Europe/London")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PLAIN_TOKENS = frozenset({"paragraph_open", "paragraph_close", "inline", "text", "softbreak"})
LINKED = re.compile(r"[a-z]+:/|www\.|mailto:|tel:|javascript:|\S@\S", re.IGNORECASE)
FUNCTION = re.compile(r"\{\{\s*(DATE|TIME)\s*\(")
BLOCKS = frozenset({"header", "section", "context", "actions"})
ELEMENTS = frozenset({"TextBlock", "RichTextBlock", "FactSet", "Container", "ActionSet"})
FLAGS = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
VISIBLE_FORMATS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
UNSEEN_MARK = re.compile(r'<span class="unseen">(\[U\+[0-9A-F]{4,6}\])</span>')
ATTRIBUTES = frozenset(
    {"class", "data-id", "tabindex", "datetime", "dir", "role", "aria-label", "type", "data-press"}
)


def card_of(words: str, tone: Tone) -> Card:
    """A card with ``words`` in every field, as somebody's words might come to."""
    return Card(
        title=words,
        text=(words,),
        facts=((words, words),),
        quotes=(Quote(words, words),),
        source=words,
        buttons=(Button(words[:75] or "x", press("take", "7KQ2X"), primary=True),),
        tone=tone,
        summary=words,
    )


# What a reader could be deceived by, or a client obey


def unseen(text: str, also: str = "\n\t") -> str:
    """What in ``text`` leaves no mark on a screen, other than joiners where they belong."""
    text = VISIBLE_FORMATS.sub("", FLAGS.sub("", text))
    found = ""
    for at, sign in enumerate(text):
        if unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp", "Cs") or sign in also:
            continue
        if sign in "\u200c\u200d" and 0 < at < len(text) - 1:
            beside = text[at - 1] + text[at + 1]
            if all(ord(each) > 0x24F and unicodedata.category(each) != "Cf" for each in beside):
                continue
        found += sign
    return found


def markdown(text: str) -> set[str]:
    """What a Markdown reader would make of ``text`` beyond the words."""
    found: set[str] = set()
    for token in MARKDOWN.parse(text):
        found |= {token.type, *(child.type for child in token.children or ())}
        for child in token.children or ():
            if child.type == "text" and child.content not in text:
                found.add("entity")
    return found - PLAIN_TOKENS | ({"link"} if LINKED.search(text) else set())


def active_in_blocks(page: Page) -> Iterator[str]:
    """What Slack would obey in a message of ours."""
    payload = page.payload()
    if re.search(r"[<>]|&(?!(amp|lt|gt);)", payload["text"]):
        yield "markup in the notification"
    yield from (f"unseen {each!r}" for each in unseen(payload["text"]))
    for block in payload["blocks"]:
        if block["type"] not in BLOCKS:
            yield f"a block {block['type']}"
    yield from _active_text(payload["blocks"])
    if len(payload["blocks"]) > 50:
        yield "more than 50 blocks"


def _active_text(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _active_text(each)
    elif isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "rich_text", "markdown", "image", "link"):
            yield f"markup: {part['type']}"
        if part.get("type") == "plain_text":
            yield from (f"unseen {each!r}" for each in unseen(part["text"]))
            if part.get("emoji") is not False:
                yield "emoji names are read"
        for name, each in part.items():
            if name not in ("value", "action_id"):
                yield from _active_text(each)


def active_in_adaptive_card(drawn: dict[str, Any]) -> Iterator[str]:
    """What Teams would obey in a card of ours."""
    yield from (f"unseen {each!r}" for each in unseen(drawn["fallbackText"]))
    waiting = list(drawn["body"])
    while waiting:
        element = waiting.pop()
        if element["type"] not in ELEMENTS:
            yield f"an element {element['type']}"
        waiting += element.get("items", [])
        read = [element["text"]] if element["type"] == "TextBlock" else []
        read += [words for fact in element.get("facts", ()) for words in fact.values()]
        for words in read:
            yield from markdown(words)
        runs = [run["text"] for run in element.get("inlines", ())]
        titles = [action["title"] for action in element.get("actions", ())]
        if any(FUNCTION.search(words) for words in (*read, *runs)):
            yield "a function of the card"
        for words in (*read, *runs, *titles):
            yield from (f"unseen {each!r}" for each in unseen(words))


class Skeleton(HTMLParser):
    """The elements and attributes of a page, without the marks of unseen characters."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.odd: list[str] = []
        self.text = ""
        self.feed(UNSEEN_MARK.sub(r"\1", html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.odd += [f"attribute {name}" for name, _ in attrs if name not in ATTRIBUTES]
        if tag in ("script", "img", "a", "style", "iframe", "base", "link", "meta", "svg"):
            self.odd.append(f"element {tag}")
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.odd.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.odd.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.odd.append("an instruction")

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(card: Card, words: str) -> str:
    said = message_html(
        Posted("m1", "staff", NOW, "amira", words, None), words or "x", LONDON, None
    )
    return said + message_html(Posted("m2", "staff", NOW, "", "", card), "", LONDON, None)


def active_in_page(card: Card, words: str, harmless: list[str]) -> Iterator[str]:
    """What a browser would obey, read without one."""
    page = Skeleton(page_of(card, words))
    yield from page.odd
    if page.tags != harmless:
        yield "other elements than for harmless words"
    yield from (f"unseen {each!r}" for each in unseen(page.text))


def active_in_terminal(card: Card) -> Iterator[str]:
    """What a terminal would obey, and lines that could pass for ours."""
    text = plain(card)
    yield from (f"control {each!r}" for each in unseen(text))
    buttons = [line for line in text.split("\n") if re.match(r"\[\d+\] .*Reply:", line)]
    if len(buttons) > len(card.buttons) + card.title.startswith("["):
        yield "words that pass for a button"


def active_in_export(words: str, harmless: Skeleton) -> Iterator[str]:
    """What a browser would obey in a case that was taken away as a page."""
    read = Skeleton(exported.page_of(words))
    yield from _unlike(read, harmless)


def _unlike(read: Skeleton, harmless: Skeleton) -> Iterator[str]:
    """Elements, attributes and unseen characters that a page of harmless words has not."""
    if read.tags != harmless.tags:
        yield "other elements than for harmless words"
    if read.odd != harmless.odd:
        yield "other attributes or declarations than for harmless words"
    yield from (f"element {tag}" for tag in exported.ACTIVE & set(read.tags))
    yield from (f"unseen {each!r}" for each in unseen(read.text))


def active_in_text(words: str) -> Iterator[str]:
    """What a terminal or a printer would obey in a case that was taken away as text."""
    yield from (f"control {each!r}" for each in unseen(exported.text_of(words)))


def active_in_mail(card: Card, harmless: Skeleton) -> Iterator[str]:
    """What a mail program would obey, in the headers and in either part."""
    mail = exported.mail_of(card)
    yield from exported.active_in_headers(mail)
    yield from (f"unseen {each!r}" for each in unseen(str(mail["Subject"])))
    words, html = exported.parts_of(mail)
    yield from (f"control {each!r}" for each in unseen(words))
    yield from _unlike(Skeleton(html), harmless)


def cut_marks(drawn: tuple[Page, ...]) -> Iterator[str]:
    """Marks of unseen characters cut in two between messages or blocks."""
    texts = [words for page in drawn for block in page.blocks for words in words_of(block)]
    for before, after in pairwise(texts):
        joined, at = before[-9:] + after[:9], len(before[-9:])
        if any(found.start() < at < found.end() for found in MARK.finditer(joined)):
            yield "a mark cut in two"


def measure(count: int, seed: int) -> Tally:
    tally, dice = Tally(), Random(seed)
    surfaces = ("Block Kit", "Adaptive Card", "page", "console", *FILES)
    tally.counts.update({f"active in {name}": 0 for name in surfaces})
    tones = list(Tone)
    skeletons = {tone: Skeleton(page_of(card_of("words", tone), "words")).tags for tone in tones}
    plain_page = Skeleton(exported.page_of("words"))
    mails = {
        tone: Skeleton(exported.parts_of(exported.mail_of(card_of("words", tone)))[1])
        for tone in tones
    }
    for number in shown(range(count), count):
        words, tone = hostile(dice), tones[number % len(tones)]
        card = card_of(words, tone)
        tally.count("strings")
        drawn = (*pages(card), notice(card))
        told = parts(card)
        teams = [
            adaptive_card(each) for each in (told if len(told) == 1 else (*told, shortened(card)))
        ]
        found = {
            "Block Kit": [each for page in drawn for each in active_in_blocks(page)],
            "Adaptive Card": [each for one in teams for each in active_in_adaptive_card(one)],
            "page": list(
                active_in_page(replace(card, source=words or "x"), words, skeletons[tone])
            ),
            "console": list(active_in_terminal(card)),
            "CSV": list(exported.active_in_table(words)),
            "export": list(active_in_export(words or "x", plain_page)),
            "text": list(active_in_text(words)),
            "mail": list(active_in_mail(card, mails[tone])),
        }
        found["Block Kit"] += cut_marks(drawn)
        for surface, active in found.items():
            if active:
                tally.count(f"active in {surface}")
                tally.fault(f"{surface}: {sorted(set(active))} from {words[:60]!r}")
    return tally


main = command(measure, COUNT)
