"""What holds for every card in Teams: valid, in size, complete, and never read as anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.fitting import LIMIT, parts, shortened
from adapters.teams.render import ACTIVE, adaptive_card, size
from bot.card import Button, Card, Press, Quote, Tone, press
from bot.cutting import cut
from bot.plain import visible
from tests.stages.teams import read

HOSTILE = st.sampled_from(
    [
        "<at>Head</at>",
        "[a](https://evil.example)",
        "**bold** _it_ `code`",
        "https://evil.example/x",
        "www.evil.example",
        "a@evil.example",
        "# head",
        "1. one",
        "- dash",
        "line\nline\r\nline",
        "\u202egnp.exe",
        "\x00\x07",
        "\ud800",
        "👩‍👩‍👧‍👦" * 3,
        "&lt;b&gt;",
        "6.2.4 says",
        "01234 567 890",
        "{{DATE(x)}} ${x}",
        "| a | b |",
        "~~gone~~",
        "",
    ]
)
WORDS = st.one_of(st.text(max_size=60), HOSTILE, st.lists(HOSTILE, max_size=4).map(" ".join))
LONG = st.builds(lambda some, times: some * times, WORDS, st.integers(0, 900))
BUTTONS = st.builds(
    lambda label, ref, primary: Button(label[:75] or "Go", press("take", ref), primary),
    WORDS,
    st.from_regex(r"[2-9A-Z]{5}", fullmatch=True),
    st.booleans(),
)
TONES = st.sampled_from(Tone)


def cards(words: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    few = {"max_size": 4}
    return st.builds(
        Card,
        title=words,
        text=st.lists(words, **few).map(tuple),
        facts=st.lists(st.tuples(WORDS, words), **few).map(tuple),
        quotes=st.lists(st.builds(Quote, WORDS, words), **few).map(tuple),
        source=WORDS,
        buttons=st.lists(BUTTONS, max_size=12).map(tuple),
        tone=TONES,
        summary=WORDS,
    )


def elements(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every element, containers' included."""
    waiting = list(card["body"])
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting += element.get("items", [])


def offered(card: Card) -> list[tuple[str, str]]:
    sets = [e for e in adaptive_card(card)["body"] if e["type"] == "ActionSet"]
    return [(a["title"], a["data"]["press"]) for each in sets for a in each["actions"]]


@given(cards(WORDS))
def test_nothing_a_client_would_read_as_markdown_is_where_it_reads_markdown(card: Card) -> None:
    for element in elements(adaptive_card(card)):
        if element["type"] == "TextBlock":
            assert not ACTIVE.search(element["text"])
        for fact in element.get("facts", []):
            assert not ACTIVE.search(fact["title"])
            assert not ACTIVE.search(fact["value"])


@given(cards(WORDS))
def test_only_elements_that_every_client_draws(card: Card) -> None:
    drawn = adaptive_card(card)
    assert drawn["type"] == "AdaptiveCard"
    assert drawn["version"] == "1.4"
    wanted = {
        "TextBlock": {"text", "wrap"},
        "RichTextBlock": {"inlines"},
        "FactSet": {"facts"},
        "Container": {"items"},
        "ActionSet": {"actions"},
    }
    for element in elements(drawn):
        assert wanted[element["type"]] <= element.keys()
        assert element.get("wrap", True) is True
        for run in element.get("inlines", []):
            assert run["type"] == "TextRun"
            assert run["text"]
        assert len(element.get("actions", [])) <= 6
    json.dumps(drawn, ensure_ascii=False).encode()


@given(cards(WORDS))
def test_every_word_and_button_is_shown_in_order(card: Card) -> None:
    lines = read(adaptive_card(card)["body"])
    tone = f"{card.tone.value}: " if card.tone and not card.title.startswith(card.tone) else ""
    expected = [f"{tone}{visible(card.title)}", *map(visible, card.text)]
    expected += [f"{visible(name)}: {visible(value)}" for name, value in card.facts]
    expected += [f"{visible(q.label)}: {visible(q.words)}" for q in card.quotes]
    expected += [visible(card.source)] if card.source else []
    assert squeezed(lines) == squeezed(expected)
    assert offered(card) == [(visible(b.label), str(b.press)) for b in card.buttons]


def squeezed(lines: list[str]) -> str:
    """The words alone: where lines of a name are broken is the client's affair."""
    return re.sub(r"[\s\u00a0]+", "", "".join(lines))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(cards(LONG))
def test_parts_are_small_enough_and_say_everything(card: Card) -> None:
    told = parts(card)
    assert all(size(part) <= LIMIT for part in told)
    assert [b for part in told for b in part.buttons] == list(card.buttons)
    if len(told) > 1:
        assert told[0].title.endswith(f"(1 of {len(told)})")
        shown = [part for part in told if part.quotes or part.text or part.facts or part.buttons]
        assert len(shown) == len(told)
    everything = squeezed(
        [w for p in told for w in (*p.text, *(v for _, v in p.facts), *(q.words for q in p.quotes))]
    )
    for quote in card.quotes:
        for word in re.findall(r"[A-Za-z0-9.]{1,20}", quote.words[:2000]):
            assert word in everything


@given(st.text(alphabet="ab 1.\n6,👩\u200d", min_size=30, max_size=300), st.integers(100, 200))
@settings(max_examples=30, deadline=None)
def test_somebodys_own_words_are_the_same_words_in_parts(some: str, times: int) -> None:
    words = some * times
    told = parts(Card("Report", quotes=(Quote("In their words", words),)))
    assert "".join(quote.words for part in told for quote in part.quotes) == words


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(cards(LONG))
def test_a_shortened_card_fits_and_says_so(card: Card) -> None:
    short = shortened(card)
    assert size(short) <= LIMIT
    assert short.buttons == card.buttons
    if size(card) > LIMIT and len(parts(card)) > 1:
        assert any("left out here" in paragraph for paragraph in short.text)


def test_numbers_are_not_cut() -> None:
    for number in (
        "6.2.4",
        "01234 567 890",
        "+44 1234 567890",
        "020-7946-0000",
        "16:12",
        "(01234) 567 890",
    ):
        for shift in range(40):
            words = "words and " * 10 + "x" * shift + f" ring {number} now" + " and more" * 20
            for most in range(100, 180):
                end = cut(words, most)
                assert 0 < end <= most
                at = words.index(number)
                assert not at < end < at + len(number), (words[:end], number)


def test_a_family_is_not_torn_apart() -> None:
    for sign in ("👩\u200d👩\u200d👧", "👍\U0001f3fd", "e\u0301", "❤\ufe0f"):
        words = sign * 100
        for most in range(20, 60):
            assert cut(words, most) % len(sign) == 0


def test_tone_is_a_word_as_well_as_a_colour() -> None:
    drawn = adaptive_card(Card("Act now", tone=Tone.URGENT))
    assert drawn["body"][0]["style"] == "attention"
    assert read(drawn["body"]) == ["URGENT: Act now"]
    assert read(adaptive_card(Card("URGENT, child, Oak", tone=Tone.URGENT))["body"]) == [
        "URGENT, child, Oak"
    ]


def test_long_labels_have_rows_of_their_own() -> None:
    labels = ["Yes", "No", "Skip", "x" * 60, "Back", "Pause"]
    card = Card("t", buttons=tuple(Button(label, Press("a")) for label in labels))
    rows = [
        [action["title"] for action in element["actions"]]
        for element in adaptive_card(card)["body"]
        if element["type"] == "ActionSet"
    ]
    assert rows == [["Yes", "No", "Skip"], ["x" * 60], ["Back", "Pause"]]


def test_a_notification_shows_the_summary_and_nothing_else() -> None:
    card = Card("Title", text=("story",), quotes=(Quote("Said", "canary"),), summary="Open it.")
    assert adaptive_card(card)["fallbackText"] == "Open it."
    assert adaptive_card(replace(card, summary="x"))["fallbackText"] == "x"
