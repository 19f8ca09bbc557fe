"""Any card at all is drawn within Slack's limits, as plain text, with nothing lost unsaid."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from adapters.slack.fitting import clipped, pieces, size
from adapters.slack.render import (
    BLOCKS,
    BUTTONS,
    FIELD,
    HEADER,
    MESSAGE,
    PARTS,
    Page,
    notice,
    pages,
    words_of,
)
from adapters.slack.typed import addressed, typed
from bot.card import Button, Card, Press, Quote, Tone
from bot.plain import visible
from tests.adapters.slack_surfaces import faults
from tests.cuts import Cuts
from tests.records import Records
from tests.stages.fake_slack import BLOCKS_JSON, refuse_message
from tests.stages.slack import lines

NASTY = st.sampled_from(
    [
        "<!channel>",
        "<@U1|x>",
        "*b*",
        "&lt;",
        "\u202e",
        "\0",
        "👩‍👩‍👧",
        "é",
        "\r\n",
        "\n\n",
        '"',
        "\\",
        " ",
    ]
)
WORDS = st.lists(st.text(max_size=40) | NASTY, max_size=12).map("".join)
LONG = st.builds(lambda words, times: words * times, WORDS, st.integers(1, 60))
TEXT = WORDS | LONG
CARDS = st.builds(
    Card,
    title=TEXT,
    text=st.lists(TEXT, max_size=6).map(tuple),
    facts=st.lists(st.tuples(WORDS, TEXT), max_size=25).map(tuple),
    quotes=st.lists(st.builds(Quote, WORDS, TEXT), max_size=40).map(tuple),
    source=TEXT,
    buttons=st.lists(
        st.builds(Button, TEXT, st.builds(Press, WORDS, st.tuples(WORDS)), st.booleans()),
        max_size=40,
    ).map(tuple),
    tone=st.sampled_from(Tone),
    summary=TEXT,
)
EXAMPLES = settings(max_examples=150, deadline=None)


def check(page: Page) -> None:
    payload = page.payload()
    refused = refuse_message(payload) if payload["blocks"] else None
    assert refused is None, refused
    assert len(payload["blocks"]) <= BLOCKS
    assert len(payload["text"]) <= 6 * 2 * HEADER and not set("<>") & set(payload["text"])
    drawn = json.dumps(payload["blocks"], ensure_ascii=False)
    assert len(drawn) <= MESSAGE <= BLOCKS_JSON
    assert "mrkdwn" not in {kind for block in payload["blocks"] for kind in types(block)}
    json.dumps(payload).encode("ascii")
    json.dumps(payload, ensure_ascii=False).encode()
    for block in payload["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


def types(block: dict[str, object]) -> set[str]:
    parts = [block, block.get("text"), *block.get("fields", ()), *block.get("elements", ())]  # type: ignore[misc]
    return {str(part["type"]) for part in parts if isinstance(part, dict)}


@given(CARDS)
@EXAMPLES
def test_any_notice_is_valid(card: Card) -> None:
    page = notice(card)
    check(page)
    labels = [e for b in page.blocks for e in b.get("elements", ()) if e["type"] == "button"]
    pressable = [b for b in card.buttons if size(str(b.press)) <= 300][:BUTTONS]
    assert [each["value"] for each in labels] == [str(b.press) for b in pressable]


@given(st.lists(CARDS, min_size=1, max_size=3))
@EXAMPLES
def test_any_answer_is_valid(cards: list[Card]) -> None:
    drawn = pages(*cards, footer="Only you can see this.")
    assert len(drawn) <= PARTS
    for page in drawn:
        check(page)


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=4))
@EXAMPLES
def test_an_answer_loses_no_word(text: list[str], quotes: list[str]) -> None:
    card = Card("T", text=tuple(text), quotes=tuple(Quote("Q", words) for words in quotes))
    drawn = pages(card)
    blocks = [block for page in drawn for block in page.blocks]
    if any("are not shown here" in words for block in blocks for words in words_of(block)):
        assert len(drawn) == PARTS
        return
    # Which part of how many stands between two messages, in a context of its own.
    said = [words for each in blocks if each["type"] != "context" for words in words_of(each)]
    read = "".join("".join(said).split())
    for words in (*text, *quotes):
        assert "".join(visible(words).split()) in read


@given(TEXT, st.sampled_from([20, 150, 3000]))
@EXAMPLES
def test_pieces_are_the_text(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))
    assert "".join(cut) == text
    assert all(size(piece) <= limit for piece in cut)
    assert size(clipped(text, limit)) <= limit


def test_no_number_is_cut_in_two() -> None:
    for shift in range(60):
        text = "x" * shift + " See 6.2.4.1 and ring 01632 960100 or (01632) 960-101 now. " * 300
        cut = list(pieces(text, 200))
        assert "".join(cut) == text
        for piece in cut:
            assert "01632 960100" in piece or "960100" not in piece
            for half in ("6.2.4.", "(01632) 960", "ring 01632"):
                assert not piece.rstrip().endswith(half), piece


def test_a_card_reads_as_it_was_meant() -> None:
    card = Card(
        "Title",
        text=("First.", "Second."),
        facts=(("Reference", "7KQ2"), ("Centre", "Oak")),
        quotes=(Quote("Words", "he *said* <!here>\nso"),),
        source="Policy of 2024",
        buttons=(Button("Yes", Press("take", ("7KQ2",)), primary=True), Button("No", Press("no"))),
        tone=Tone.WARNING,
    )
    page = notice(card)
    assert list(lines(list(page.blocks))) == [
        "WARNING: Title",
        "First.",
        "Second.",
        "Reference: 7KQ2",
        "Centre: Oak",
        "Words: he *said* <!here>\nso",
        "Policy of 2024",
    ]
    assert [block["type"] for block in page.blocks] == [
        "header", "section", "section", "section", "section", "context", "actions",
    ]  # fmt: skip
    yes, no = page.blocks[-1]["elements"]
    assert (yes["value"], yes["style"]) == ("take 7KQ2", "primary")
    assert (no["value"], "style" in no) == ("no", False)
    assert page.text == "Lanyard has a message for you."


def test_the_tone_is_not_said_twice() -> None:
    titled = Card("URGENT, child, Oak", tone=Tone.URGENT)
    assert notice(titled).blocks[0]["text"]["text"] == "URGENT, child, Oak"


def test_a_long_title_is_cut_with_an_ellipsis_and_given_whole_below() -> None:
    title = "What did you see, in your own words, " * 8
    header, section = notice(Card(title)).blocks
    assert header["text"]["text"].endswith("…") and len(header["text"]["text"]) <= HEADER
    assert section["text"]["text"].strip() == title.strip()


def test_many_facts_and_buttons_go_in_rows() -> None:
    card = Card(
        "T",
        facts=tuple((f"n{n}", "v") for n in range(23)),
        buttons=tuple(Button(f"b{n}", Press("go", (str(n),))) for n in range(28)),
    )
    blocks = notice(card).blocks
    assert [len(b["fields"]) for b in blocks if "fields" in b] == [10, 10, 3]
    assert [len(b["elements"]) for b in blocks if b["type"] == "actions"] == [5] * 5
    assert "3 more buttons did not fit." in list(words_of(blocks[-1]))
    ids = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert len(set(ids)) == 25
    long = Card("T", facts=(("a", "x" * FIELD),))
    assert notice(long).blocks[1]["text"]["text"] == "a: " + "x" * FIELD


def test_what_was_typed_is_read_back() -> None:
    for sent, meant in {
        "&lt;b&gt; &amp;amp; R&amp;D": "<b> &amp; R&D",
        "see <http://example.com|example.com>": "see example.com",
        "<https://example.com/a?b=1&amp;c=2>": "https://example.com/a?b=1&c=2",
        "<mailto:a@b.uk|a@b.uk>": "a@b.uk",
        "<@U123> and <@U123|sam> in <#C1|staff> <!here>": "@U123 and @sam in #staff @here",
        "a < b > c": "a < b > c",
        "": "",
    }.items():
        assert typed(sent) == meant
    assert typed(addressed("<@UBOT>  can I?", "UBOT")) == "can I?"
    assert typed(addressed("<@UBOT|lanyard>: can I?", "UBOT")) == "can I?"
    assert typed(addressed("tell <@UBOT> it", "UBOT")) == "tell @UBOT it"
    names = {"U123": "Ms Khan"}
    assert typed("<@U123> and <@U123|sam> hit <@U9>", names) == "Ms Khan and Ms Khan hit @U9"


@pytest.mark.parametrize("number", [*range(60), 70_524, 73_730, 77_972])
def test_random_records_fit_every_surface(number: int) -> None:
    assert list(faults(Records(number))) == []


def test_numbers_in_a_row_are_not_cut_either() -> None:
    numbers = ("07700 900123", "(01632) 960 101", "10.11.12", "020 7946 0129", "RL.2.1")
    text = f"Ring {' '.join(numbers * 3)} now"
    cuts = Cuts((text,), numbers)
    for limit in range(25, len(text)):
        assert list(cuts.faults(clipped(text, limit))) == []
