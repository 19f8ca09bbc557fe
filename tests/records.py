"""Random records: long, hostile and empty cards, replies and forms, from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from bot.card import Button, Card, Field, Press, Quote, Reply, Sheet, Tone
from bot.checks import Kind

CLAUSES = ("6.2.4.1", "OS.2.content", "10.11.12", "7.1.6", "RL.2.1")
PHONES = ("01632 960100", "(01632) 960 101", "07700 900123", "+44 1632 960102", "0808 800 5000")
HOSTILE = (
    "<!channel>", "<@U1|x>", "*b*", "&lt;", "&amp;", "\u202e", "\u200b", "e\u0301", "\r\n", "\n\n",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", '"', "\\", " ", "\t", "```", "[x](y)", "~s~",
    "<https://x.example|here>", "\U0001f3f4\U000e0067\U000e007f", "<script>", "|", "_i_", ":fire:",
    "@everyone", "x" * 400, "\u05e9\u05dc\u05d5\u05dd", "\ufdfa", "\ufeff", "1" * 30,
)  # fmt: skip
WORDS = ("the", "child", "said", "at", "break", "that", "her", "uncle", "came", "Ring", "clause",
         "now.", "Why?", "No;", "see:", "form", "Safeguarding", "é", "medical room,")  # fmt: skip

NUMBER = re.compile(
    "|".join(re.escape(number) for number in sorted((*CLAUSES, *PHONES), key=len, reverse=True))
)
"""What must never be cut in two."""


class Records:
    """Records from one seed, the same each time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self, longest: int = 400) -> str:
        """Empty, short, or up to ``longest`` words, a few of them numbers or hostile."""
        choose = self._random
        count = choose.choices((0, 1, 3, 12, 60, longest), (10, 20, 30, 25, 10, 5))[0]
        kinds = choose.choices((WORDS, CLAUSES, PHONES, HOSTILE), (70, 10, 10, 10), k=count)
        return " ".join(choose.choice(kind) for kind in kinds)

    def card(self) -> Card:
        some = self._random.randrange
        return Card(
            title=self.text(60),
            text=tuple(self.text() for _ in range(some(6))),
            facts=tuple((self.text(8), self.text(60)) for _ in range(some(25))),
            quotes=tuple(
                Quote(self.text(12), self.text(self._random.choice((12, 400, 4000))))
                for _ in range(some(12))
            ),
            source=self.text(60),
            buttons=tuple(self.button() for _ in range(some(30))),
            tone=self._random.choice(list(Tone)),
            summary=self.text(30),
        )

    def button(self) -> Button:
        press = Press(f"v{self._random.randrange(99)}", ("7KQ2M",) * self._random.randrange(80))
        return Button(self.text(12), press, self._random.random() < 0.2)

    def reply(self) -> Reply:
        cards = tuple(self.card() for _ in range(1 + self._random.randrange(3)))
        return Reply(cards, sheet=self.sheet() if self._random.random() < 0.5 else None)

    def sheet(self) -> Sheet:
        some = self._random.randrange
        return Sheet(
            title=self.text(12),
            fields=tuple(self.field(f"f{n}") for n in range(1 + some(12))),
            send=Button("Next", Press("send", ("child", "7KQ2M", "now")), primary=True),
            buttons=tuple(self.button() for _ in range(some(4))),
            source=self.text(60),
            changed=Press("page", ("child", "7KQ2M", "now")),
            closed=Press("leave", ("child", "7KQ2M", "now")) if some(2) else None,
        )

    def field(self, name: str) -> Field:
        kind = self._random.choice(list(Kind))
        count = self._random.choice((2, 5, 6, 40, 100)) if kind is Kind.CHOICE else 4
        choices = tuple(f"{n} {self.text(12)}" for n in range(count))
        offered = kind in (Kind.CHOICE, Kind.MOMENT)
        return Field(
            name=name,
            label=f"{self.text(20)}?",
            kind=kind,
            choices=choices if offered else (),
            help=self.text(60),
            needed=self._random.random() < 0.3,
            typed=self._random.choice((self.text(4000), self._random.choice(choices))),
            problem=self.text(60) if self._random.random() < 0.3 else "",
            steers=kind is Kind.CHOICE and self._random.random() < 0.5,
            longest=self._random.choice((0, 100, 300, 30_000)),
        )


def words_in(card: Card) -> Iterator[str]:
    """Every text of a card that a person is to read, but its summary and its buttons."""
    yield card.title
    yield from card.text
    for name, value in card.facts:
        yield f"{name}: {value}"
    for quote in card.quotes:
        yield f"{quote.label}: {quote.words}"
    yield card.source


class Source:
    """A text with numbers in it, of which pieces are shown."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.numbers = [(found.start(), found.end()) for found in NUMBER.finditer(text)]

    def cut_by(self, shown: str) -> list[str]:
        """The numbers that are partly in ``shown`` and partly not, if it is a piece of this."""
        piece = shown.removesuffix("\u2026").strip()
        if len(piece) < 12:
            return []
        at = self.text.find(piece)
        if at < 0:
            return []
        ends = (at, at + len(piece))
        return [
            self.text[first:last]
            for first, last in self.numbers
            if any(first < end < last for end in ends)
        ]
