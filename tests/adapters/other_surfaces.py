"""Draws random records where nothing is cut but a subject and a text: page, plain text, mail."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from adapters.mail.render import SUBJECT, message
from adapters.text_message.render import LEFT_OUT, words
from adapters.web.render import message_html
from bot.card import Card
from bot.plain import plain, visible
from bot.ports import Posted
from tests.cuts import Cuts
from tests.records import Records, words_in

Faults = Callable[[Records], Iterator[str]]
NOW = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
MOST_IN_A_TEXT = 918
"""Characters, of GOV.UK Notify; a service may put its name in front."""
MOST_IN_A_LINE = 998
"""Bytes of a line of a mail (RFC 5322)."""
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
"""What must not be in what somebody reads: it hides, or turns a line round."""


def page_faults(records: Records) -> Iterator[str]:
    """The page: well-formed, every word and every button there, every control with a name."""
    card = records.card()
    drawn = message_html(Posted("m1", "staff", NOW, "", "", card), "", LONDON, None)
    try:
        root = ET.fromstring(drawn)
    except ET.ParseError as fault:
        yield f"page: not well-formed: {fault}"
        return
    yield from _all_there("page", " ".join(root.itertext()), card)
    labels = ["".join(each.itertext()) for each in root.iter("button")]
    if labels != [visible(each.label) or "\u2026" for each in card.buttons]:
        yield "page: other buttons than the card's"
    if [each.get("data-press") for each in root.iter("button")] != [
        str(each.press) for each in card.buttons
    ]:
        yield "page: a button presses something else"


def plain_faults(records: Records) -> Iterator[str]:
    """Plain text: every word there, a line for each button, no line that passes for another."""
    card = records.card()
    drawn = plain(card)
    yield from _all_there("plain", drawn, card)
    starts = [f"[{n}] {visible(b.label)}" for n, b in enumerate(card.buttons, 1)]
    lines = drawn.split("\n")
    for start in starts:
        if not any(line.startswith(start.split("\n")[0]) for line in lines):
            yield f"plain: no line for the button {start!r}"


def mail_faults(records: Records) -> Iterator[str]:
    """A mail, sent and read again: one subject, two faces that say the same."""
    card = records.card()
    made = message(card, key="k", sender="lanyard@school.example", to="a@b.example", at=NOW)
    sent = made.as_bytes(policy=policy.SMTP)
    if any(len(line) > MOST_IN_A_LINE for line in sent.split(b"\r\n")):
        yield "mail: a line is too long"
    read = message_from_bytes(sent, policy=policy.default)
    assert isinstance(read, EmailMessage)
    subject = str(read["Subject"])
    # Folding a header may lose a space beside a letter that is not ASCII: only letters count.
    whole = _letters(visible(f"Lanyard: {card.title}"))
    ended = subject.endswith("\u2026")
    said = whole.startswith(_letters(subject)) if ended else whole == _letters(subject)
    if len(subject) > SUBJECT + 2 or not said:
        yield f"mail: {subject!r} for {card.title[:80]!r}, and nothing says so"
    cuts = Cuts((visible(f"Lanyard: {card.title}"),), records.numbers)
    yield from (f"mail: {fault}" for fault in cuts.faults(subject))
    for kind in ("plain", "html"):
        part = read.get_body((kind,))
        text = str(part.get_content()) if part is not None else ""
        if kind == "html":
            text = " ".join(ET.fromstring(_xml(text)).itertext())
        yield from _all_there(f"mail ({kind})", text, card)


def text_faults(records: Records) -> Iterator[str]:
    """A text message: short enough, and what is cut off it is said."""
    card = replace(records.card(), facts=(), quotes=(), buttons=(), source="")
    drawn = words(card)
    if len(drawn) > MOST_IN_A_TEXT:
        yield f"text: {len(drawn)} characters"
    if not drawn.endswith(LEFT_OUT):
        yield from _all_there("text", drawn, card)
        return
    shown = drawn.removesuffix(LEFT_OUT).strip()
    ends = (".", "") if card.title else ("",)
    whole = [visible(" ".join((f"Lanyard: {card.title}{end}", *card.text))) for end in ends]
    if not any(_letters(each).startswith(_letters(shown)) for each in whole):
        yield "text: other words than the card's"
    cuts = Cuts(whole, records.numbers)
    yield from (f"text: {fault}" for fault in cuts.faults(shown))


def _xml(html: str) -> str:
    """The mail's HTML without the two things in it that XML has not."""
    return html.replace("<!doctype html>", "").replace('<meta charset="utf-8">', "")


def _letters(text: str) -> str:
    return "".join(text.replace("\u2026", "").split())


def _all_there(surface: str, drawn: str, card: Card) -> Iterator[str]:
    hidden = UNSEEN.search(drawn.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    if hidden:
        yield f"{surface}: {hidden[0]!r} is not shown as what it is"
    text = "".join(drawn.split())
    for each in words_in(card):
        for word in visible(each).split():
            word = word.removesuffix(":")
            if word not in text:
                yield f"{surface}: {word[:60]!r} is missing"
                return
