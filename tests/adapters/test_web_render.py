"""Words become HTML that says the same, and only says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from adapters.web.render import message_html
from bot.card import Button, Card, Press, Quote, Tone
from bot.plain import visible
from bot.ports import Posted
from tests.adapters.web_double import NOW
from tests.stages.page import read

LONDON = ZoneInfo("Europe/London")
HOSTILE = (
    "<script>alert(1)</script>",
    '" onclick="alert(1)',
    "</blockquote></article><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp;amp;",
    "javascript:alert(1)",
    "<!-- -->",
    "]]>",
    "Ring \u202e999\u2066 now\u200b",
    "\x00\x1b[2J",
)
words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(HOSTILE)
)
cards = st.builds(
    Card,
    title=words,
    text=st.lists(words, max_size=3).map(tuple),
    facts=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    quotes=st.lists(st.builds(Quote, words, words), max_size=2).map(tuple),
    source=words,
    buttons=st.lists(
        st.builds(Button, words, st.builds(Press, words, st.tuples(words))), max_size=3
    ).map(tuple),
    tone=st.sampled_from(Tone),
)
ATTRIBUTES = set(
    "class data-id tabindex datetime dir role aria-label type data-press".split()  # noqa: SIM905
)


def drawn(card: Card | None, text: str = "", author: str = "") -> str:
    return message_html(Posted("m1", "staff", NOW, "amira", text, card), author, LONDON, None)


def shown(text: str) -> str:
    """How ``text`` can be read on the page."""
    return visible(text)


@given(cards)
def test_a_card_read_back_from_the_page_says_what_it_said(card: Card) -> None:
    page = read(drawn(card))
    expected = [
        card.title,
        *card.text,
        *(f"{name}: {value}" for name, value in card.facts),
        *(f"{quote.label}: {quote.words}" for quote in card.quotes),
        *([card.source] if card.source else []),
    ]
    assert page.lines == [shown(line) for line in expected]
    # A control without a name is none: an empty label is drawn as three dots.
    assert page.presses == [(shown(b.label) or "…", str(b.press)) for b in card.buttons]
    assert page.tone == card.tone


@given(cards)
def test_no_words_become_an_element_or_an_attribute(card: Card) -> None:
    html = drawn(card)
    assert {name for name, _ in read(html).attributes} <= ATTRIBUTES
    assert _structure(html) == _structure(drawn(replace(card, **_harmless(card))))


def _structure(html: str) -> list[tuple[str, str | None]]:
    return [
        (name, value if name == "class" else None)
        for name, value in read(html).attributes
        if value != "unseen"
    ]


def _harmless(card: Card) -> dict[str, Any]:
    return {
        "title": "x",
        "text": tuple("x" for _ in card.text),
        "facts": tuple(("x", "x") for _ in card.facts),
        "quotes": tuple(Quote("x", "x") for _ in card.quotes),
        "source": card.source and "x",
        "buttons": tuple(Button("x", Press("x")) for _ in card.buttons),
    }


@given(words, words.filter(bool))
def test_what_a_person_typed_is_only_ever_text(text: str, author: str) -> None:
    page = read(drawn(None, text, author))
    assert page.lines == [shown(text)]
    assert page.name == shown(author)
    assert page.theirs


def test_what_cannot_be_seen_is_shown_by_its_number() -> None:
    html = drawn(Card("t", quotes=(Quote("Their words", "Ring \u202e999\u200b"),)))
    assert '<span class="unseen">[U+202E]</span>999<span class="unseen">[U+200B]</span>' in html
    assert "\u202e" not in html


def test_emoji_families_flags_and_joined_scripts_stay_whole() -> None:
    for whole in (
        "\U0001f469\u200d\U0001f467",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    ):
        assert visible(whole) == whole


def test_line_breaks_stay_in_the_words() -> None:
    assert read(drawn(None, "one\n\n  two", "Amira")).lines == ["one\n\n  two"]


def test_tone_is_a_word_and_a_border() -> None:
    html = drawn(Card("Act now", tone=Tone.URGENT))
    assert '<p class="tone">URGENT</p>' in html
    assert "tone-urgent" in html


def test_a_redrawn_card_says_when() -> None:
    posted = Posted("m1", "staff", NOW, "", "", Card("Taken"))
    html = message_html(posted, "", LONDON, NOW + timedelta(minutes=2))
    assert "Fri 20 Nov, 16:12" in html
    assert read(html).updated == "Updated 16:14"
