"""A child's words come back as they were said: ``python -m tests.bench words``.

Each string is heard by the bot as a message, kept in a report by the press, and opened by a deputy;
what is in the store is compared byte for byte, and what is shown is the same words with whatever
cannot be seen written out. Half an emoji (a lone surrogate) is refused where it can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random

from adapters.slack.render import pages
from bot.app import App
from bot.incident import Part
from bot.message import Message, Place
from bot.people import Identity
from tests.bench.databases import DATABASES
from tests.bench.grammar import hostile
from tests.bench.hostile import active_in_blocks
from tests.bench.races import message, opened, titles
from tests.bench.tally import Tally, command, shown
from tests.storage.making import incident
from tests.troupe import TUESDAY

COUNT = 100_000
WHOLE_WAY = 50
"""One string in so many goes the whole way, from the message to the opened report."""
BATCH = 500
BANDS = ((0x20, 0x7E), (0, 0x1F), (0x80, 0x24F), (0x590, 0x6FF), (0x900, 0x97F), (0x2000, 0x206F),
         (0x1F300, 0x1FAFF), (0xE0000, 0xE007F), (0xFFF0, 0xFFFF), (0x300, 0x36F))  # fmt: skip


def said(dice: Random) -> str:
    """Words of any length up to 30,000 signs, in any script, hostile ones among them."""
    if dice.random() < 0.4:
        return hostile(dice)
    length = 30_000 if dice.random() < 0.0005 else int(dice.expovariate(1 / 60))
    low, high = dice.choice(BANDS)
    text = "".join(chr(dice.randint(low, high)) for _ in range(length))
    return "".join(each for each in text if not 0xD800 <= ord(each) < 0xE000)


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def measure(count: int, seed: int, databases: Sequence[str] = tuple(DATABASES)) -> Tally:
    tally = Tally()
    for name in databases:
        with DATABASES[name]() as url:
            app = opened(url)
            try:
                _measure(app, tally, name, Random(seed), count)
            finally:
                app.close()
    return tally


def _measure(app: App, tally: Tally, name: str, dice: Random, count: int) -> None:
    for first in shown(range(0, count, BATCH), -(-count // BATCH)):
        some, ref = [said(dice) for _ in range(min(BATCH, count - first))], f"W{first:07}"
        with app.store.work() as work:
            work.incidents.add(incident(ref))
            for words in some:
                work.incidents.append(
                    ref, TUESDAY, "amira", Part.REPORTER, "what", "What happened?", words
                )
            work.commit()
        with app.store.work() as work:
            for words, entry in zip(some, work.incidents.entries(ref), strict=True):
                tally.count(f"{name}: strings kept and read back")
                _same(tally, words, entry.words.open())
        for number, words in enumerate(some[::WHOLE_WAY]):
            _whole_way(app, tally, name, f"{first}-{number}", f"He told me: {words}")
    half = app.bot.hear(_typed("half", "He told me \ud83d"))
    tally.count(f"{name}: half an emoji refused")
    shows = " ".join(card.title for card in half.cards)
    tally.expect(len(half.cards) == 2, f"half an emoji was answered with {shows}")


def _same(tally: Tally, words: str, back: str) -> None:
    if digest(words) != digest(back):
        tally.fault(f"{words[:40]!r} came back as {back[:40]!r}")


def _typed(key: str, words: str) -> Message:
    person = f"staff-{key}"
    return Message(
        key=f"w/{key}",
        identity=Identity("web", person),
        place=Place("web", f"dm:{person}"),
        text=words,
        name="A. Teacher",
        command="report",
    )


def _whole_way(app: App, tally: Tally, name: str, key: str, words: str) -> None:
    """Typed, pressed, opened by a deputy, whom no string names: the quote on the card is the
    words. (Words that name somebody are kept from them until the reporter has said.)"""
    tally.count(f"{name}: strings from the message to the opened report")
    card = app.bot.hear(_typed(key, words)).cards[0]
    tell = next(button.press for button in card.buttons if button.press.verb == "tell")
    raised = titles(app.bot.hear(message(f"p/{key}", f"staff-{key}", "tell", *tell.args)))
    ref = raised.split("Reference ")[-1][:5]
    with app.store.work() as work:
        first = work.incidents.entries(ref)[0]
    _same(tally, words, first.words.open())
    seen = app.bot.hear(message(f"o/{key}", "okoro", "open", ref)).cards[0]
    tally.expect(words in [quote.words for quote in seen.quotes], f"not shown: {words[:40]!r}")
    unseen = [each for page in pages(seen) for each in active_in_blocks(page)]
    tally.expect(not unseen, f"{unseen[:3]} in {words[:40]!r}")


main = command(measure, COUNT)
