"""Acts a play: lines of what people do and what they then read, on any stage.

    Amira: words                    she types them to Lanyard
    Amira: [Label]                  she presses the newest button with that label
    Khan in dsl-oak: [Open]         the same, in a room
    Amira /ask: words               a slash command
    Bot to Amira: Title             the next card she has not yet been asked about
    Bot in dsl-oak: Title           the same, in a room
    Bot again to Amira: Title       a card she has seen is redrawn to this
      words                         (indented) stand on that card
      not: words                    do not
    Form to Amira: Title            the modal or dialog that is open before her
    No form to Amira                there is none
    Amira fills [Label]: words      she types in a field of it, or chooses
    Amira sends the form            (or closes the form)
    Amira in form: [Back]           she presses another button of it
    Khan opens home                 the Home tab
    Home of Khan: Title             a card of it; `Khan in home: [Label]` presses there
    Amira asks at home: words       in the ask box of the Home tab
    Amira chooses [report]          a shortcut; `about: words` one about a message
    Khan looks at dsl-oak           her client brings the cards of that room up to date
    Later 5 minutes                 time passes
    Restart                         the process ends and starts again
    Nothing more to Amira           every card she has was asked about
    And so on to Amira              what else she has been shown does not matter (or in dsl-oak)

``{ref}`` and ``{time}`` match what they name; a ``{ref}`` once matched stays the same one.
Chatter fails as silence does: at the end no card may be left that the play does not mention.
What holds of every card (:mod:`tests.laws`) is asked of each that was shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from tests.laws import broken
from tests.stages.stage import FormStage, Shown
from tests.troupe import Troupe

LINE = re.compile(r"^(?P<who>\w+)(?: in (?P<room>[\w-]+))?(?: /(?P<command>\w+))?: ?(?P<what>.*)$")
BOT = re.compile(r"^Bot (?P<again>again )?(?P<where>to|in) (?P<whom>[\w-]+): (?P<title>.*)$")
FORM = re.compile(r"^(?P<what>Form to|Home of) (?P<whom>\w+): (?P<title>.*)$")
NO_FORM = re.compile(r"^No form to (?P<whom>\w+)$")
FILLS = re.compile(r"^(?P<who>\w+) fills \[(?P<label>[^]]+)\]: ?(?P<words>.*)$")
ENDS = re.compile(r"^(?P<who>\w+) (?P<does>sends|closes) the form$")
OPENS = re.compile(r"^(?P<who>\w+) opens home$")
ASKS = re.compile(r"^(?P<who>\w+) asks at home: (?P<words>.*)$")
CHOOSES = re.compile(r"^(?P<who>\w+) chooses \[(?P<name>[\w-]+)\](?: about: (?P<words>.*))?$")
LOOKS = re.compile(r"^(?P<who>\w+) looks at (?P<room>[\w-]+)$")
LATER = re.compile(r"^Later (?P<count>\d+) (?P<unit>second|minute|hour|day)s?$")


class PlayFailed(AssertionError):
    """What was read is not what the play says."""


@dataclass(frozen=True)
class Direction:
    """One line of a play with the indented lines under it."""

    number: int
    line: str
    under: tuple[str, ...]


def directions(text: str) -> Iterator[Direction]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    at = 0
    while at < len(lines):
        number, line = lines[at]
        at += 1
        under = []
        while at < len(lines) and lines[at][1].startswith("  "):
            under.append(lines[at][1].strip())
            at += 1
        yield Direction(number, line.strip(), tuple(under))


class Play:
    """One acting of one play."""

    def __init__(self, troupe: Troupe) -> None:
        self.troupe = troupe
        self.refs: dict[str, str] = {}
        self._asked_about: dict[str, set[int]] = defaultdict(set)
        self._audience: set[tuple[str, str]] = set()

    async def act(self, text: str) -> None:
        """Act ``text``; raises :class:`PlayFailed` at the first line that does not hold."""
        for direction in directions(text):
            try:
                await self._do(direction)
            except (PlayFailed, LookupError) as fault:
                raise PlayFailed(f"line {direction.number}: {direction.line}\n{fault}") from None
        for person, room in sorted(self._audience):
            self._nothing_more(person, room)
            for card in self._screen(person, room):
                for fault in broken(card):
                    raise PlayFailed(f"shown to {person or room}: {fault}")

    async def _do(self, direction: Direction) -> None:
        line = direction.line
        if match := BOT.match(line):
            in_room = match["where"] == "in"
            whom = "" if in_room else match["whom"].lower()
            room = match["whom"] if in_room else ""
            expect = self._again if match["again"] else self._expect
            expect(whom, room, match["title"], direction.under)
        elif await self._on_forms(line, direction.under):
            pass
        elif match := LATER.match(line):
            await self.troupe.later(timedelta(**{match["unit"] + "s": int(match["count"])}))
        elif line == "Restart":
            await self.troupe.restart()
        elif line.startswith("Nothing more to "):
            self._nothing_more(line.removeprefix("Nothing more to ").lower(), "")
        elif line.startswith("And so on to "):
            whom = line.removeprefix("And so on to ").lower()
            self._asked_about[whom] |= set(range(len(self._screen(whom, ""))))
        elif line.startswith("And so on in "):
            room = line.removeprefix("And so on in ")
            self._asked_about[room] |= set(range(len(self._screen("", room))))
        elif match := LINE.match(line):
            await self._person(match["who"].lower(), match)
        else:
            raise PlayFailed("this line cannot be read")
        await self.troupe.settle()

    async def _on_forms(self, line: str, under: tuple[str, ...]) -> bool:
        """What only platforms with modals, dialogs or a Home tab have; whether it was that."""
        stage = cast(FormStage, self.troupe.stage)
        if match := FORM.match(line):
            person = match["whom"].lower()
            shown = stage.form(person) if match["what"] == "Form to" else stage.home(person)
            fits = [card for card in shown if self._title_fits(match["title"], card)]
            if not fits:
                there = "\n---\n".join(card.words for card in shown) or "(nothing)"
                raise PlayFailed(f"no such form or card. There:\n{there}")
            self._check_under(fits[0], under)
        elif match := NO_FORM.match(line):
            if stage.form(match["whom"].lower()):
                raise PlayFailed(stage.form(match["whom"].lower())[0].words)
        elif match := FILLS.match(line):
            await stage.fill(match["who"].lower(), match["label"], self._filled(match["words"]))
        elif match := ENDS.match(line):
            self._audience.add((match["who"].lower(), ""))
            end = stage.send_form if match["does"] == "sends" else stage.close_form
            await end(match["who"].lower())
        elif match := OPENS.match(line):
            await stage.open_home(match["who"].lower())
        elif match := ASKS.match(line):
            await stage.ask_at_home(match["who"].lower(), match["words"])
        elif match := CHOOSES.match(line):
            self._audience.add((match["who"].lower(), ""))
            about = match["words"] or ""
            await stage.choose_shortcut(match["who"].lower(), match["name"], about=about)
        elif match := LOOKS.match(line):
            await stage.look(match["who"].lower(), match["room"])
        else:
            return False
        return True

    async def _person(self, who: str, match: re.Match[str]) -> None:
        stage, room = self.troupe.stage, match["room"] or ""
        what = self._filled(match["what"])
        self._audience.add((who, ""))
        if what.startswith("[") and what.endswith("]"):
            await stage.press(who, what[1:-1], room=room)
        else:
            await stage.say(who, what, room=room, command=match["command"] or "")

    def _screen(self, person: str, room: str) -> list[Shown]:
        reader = person or self.troupe.reader_of(room)
        return [s for s in self.troupe.stage.screen(reader, room=room) if s.by == "bot"]

    def _expect(self, person: str, room: str, title: str, under: tuple[str, ...]) -> None:
        self._audience.add((person, room))
        cards = self._screen(person, room)
        asked = self._asked_about[person or room]
        waiting = [n for n in range(len(cards)) if n not in asked]
        for number in waiting:
            if self._title_fits(title, cards[number]):
                asked.add(number)
                self._check_under(cards[number], under)
                return
        there = "\n---\n".join(cards[n].words for n in waiting) or "(nothing new)"
        raise PlayFailed(f"no such card. New on that screen:\n{there}")

    def _again(self, person: str, room: str, title: str, under: tuple[str, ...]) -> None:
        cards = self._screen(person, room)
        fits = [card for card in cards if card.redrawn and self._title_fits(title, card)]
        for card in reversed(fits):
            try:
                self._check_under(card, under)
            except PlayFailed:
                continue
            return
        there = "\n---\n".join(card.words for card in cards if card.redrawn) or "(nothing)"
        raise PlayFailed(f"no such redrawn card. Redrawn there:\n{there}")

    def _nothing_more(self, person: str, room: str) -> None:
        cards = self._screen(person, room)
        left = [c for n, c in enumerate(cards) if n not in self._asked_about[person or room]]
        if left:
            words = "\n---\n".join(card.words for card in left)
            raise PlayFailed(f"not in the play, but shown to {person or room}:\n{words}")

    def _check_under(self, card: Shown, under: tuple[str, ...]) -> None:
        everything = card.words + "\n" + "\n".join(card.buttons)
        for words in under:
            if words.startswith("not: "):
                unwanted = words.removeprefix("not: ")
                if unwanted in everything:
                    raise PlayFailed(f"“{unwanted}” stands on:\n{everything}")
            elif not re.search(self._pattern(words), everything):
                raise PlayFailed(f"“{words}” does not stand on:\n{everything}")

    def _title_fits(self, title: str, card: Shown) -> bool:
        for line in card.lines[:2]:
            for shown in (line, re.sub(r"^(URGENT|WARNING|DONE):? ", "", line)):
                found = re.fullmatch(self._pattern(title), shown)
                if found is not None:
                    self.refs |= found.groupdict()
                    return True
        return False

    def _pattern(self, words: str) -> str:
        pattern = re.escape(self._filled(words))
        pattern = pattern.replace(r"\{time\}", r"\d\d:\d\d")
        for name in ("ref", "other", "third"):
            pattern = pattern.replace(rf"\{{{name}\}}", rf"(?P<{name}>[2-9A-Z]{{5}})", 1)
            pattern = pattern.replace(rf"\{{{name}\}}", r"[2-9A-Z]{5}")
        return pattern

    def _filled(self, words: str) -> str:
        for name, ref in self.refs.items():
            words = words.replace(f"{{{name}}}", ref)
        return words
