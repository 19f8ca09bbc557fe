"""In a terminal: cards as plain text, and numbers, sentences and words mean what they say."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from adapters.console.adapter import chat
from bot.card import Button, Card, Press, Quote, Tone, press, say
from bot.plain import plain, visible
from tests.adapters.web_double import Scene

CARD = Card(
    title="Alarm",
    tone=Tone.URGENT,
    text=("Ring 999.",),
    facts=(("Reference", "7KQ2"),),
    quotes=(Quote("In their words", "He said:\n\x1b[2Jno"),),
    source="Policy of Oct 2020",
    buttons=(Button("Open", press("open", "7KQ2")), Button("Take", press("take", "7KQ2"))),
)


async def talk(scene: Scene, *lines: str) -> str:
    screen = io.StringIO()
    await chat(scene.door, "amira", io.StringIO("".join(f"{line}\n" for line in lines)), screen)
    scene.crossing.close()
    return screen.getvalue()


def test_a_card_as_plain_text() -> None:
    assert plain(CARD).splitlines() == [
        "URGENT: Alarm",
        "Ring 999.",
        "Reference: 7KQ2",
        "In their words:",
        "  | He said:",
        "  | [U+001B][2Jno",
        "Source: Policy of Oct 2020",
        "[1] Open. Reply: open 7KQ2",
        "[2] Take. Reply: take 7KQ2",
    ]


def test_numbers_may_go_on_from_card_to_card() -> None:
    assert plain(CARD, first=4).endswith("[5] Take. Reply: take 7KQ2")


def test_nothing_unseen_is_left() -> None:
    assert visible("a\u202eb\x07") == "a[U+202E]b[U+0007]"


async def test_words_are_words_and_the_answer_is_printed() -> None:
    scene = Scene()
    printed = await talk(scene, "A child has told me something")
    (heard,) = scene.bot.heard
    assert (heard.text, heard.press, heard.place.private) == (
        "A child has told me something",
        None,
        True,
    )
    assert heard.identity.user == "amira"
    assert "You are Amira Teal." in printed
    assert "URGENT: If a child may be at risk, act now" in printed
    assert "[1] Child: tell Ms Khan. Reply: tell child -" in printed


@pytest.mark.parametrize("typed", ["1", "tell child -", "  Tell child -"])
async def test_a_number_or_the_sentence_presses(typed: str) -> None:
    scene = Scene()
    await talk(scene, "help", typed)
    assert scene.bot.heard[-1].press == Press("tell", ("child", "-"))


@pytest.mark.parametrize("typed", ["2", " 1", "01632 960010", "\u0661"])
async def test_other_numbers_are_words(typed: str) -> None:
    scene = Scene()
    await talk(scene, "help", typed)
    assert (scene.bot.heard[-1].press, scene.bot.heard[-1].text) == (None, typed)


async def test_buttons_of_several_cards_are_numbered_on() -> None:
    scene = Scene()
    scene.bot.answer = lambda _: say(CARD, replace(CARD, title="Another"))
    assert "[4] Take" in await talk(scene, "help", "4")
    assert scene.bot.heard[-1].press == Press("take", ("7KQ2",))


async def test_commands_are_carried_as_such() -> None:
    scene = Scene()
    await talk(scene, "/report a pupil cried", "/nonsense")
    first, second = scene.bot.heard
    assert (first.command, first.text) == ("report", "a pupil cried")
    assert (second.command, second.text) == ("", "/nonsense")


async def test_it_ends_with_the_lines_or_with_bye() -> None:
    scene = Scene()
    await talk(scene, "bye", "not heard")
    assert scene.bot.heard == []


async def test_a_stranger_is_told_who_there_is() -> None:
    scene = Scene()
    with pytest.raises(LookupError, match="There are: amira, "):
        await chat(scene.door, "nobody", io.StringIO(), io.StringIO())
    scene.crossing.close()
