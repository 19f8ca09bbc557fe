"""Random records: long, hostile and empty cards, replies and forms, from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from bot.card import Button, Card, Field, Press, Quote, Reply, Sheet, Tone
from bot.checks import Kind

LABELS = ("OS", "RL", "HS", "AUP")
PHONES = (
    "01632 960###", "(01632) 960 ###", "07700 900###", "+44 1632 960###", "0808 800 5###",
    "020 7946 0###", "01632960###", "01632-960-###", "+44 (0)1632 960###", "0300 123 ####",
)  # fmt: skip
"""Ways to write a telephone number; none of them can be anybody's."""
HOSTILE = (
    "<!channel>", "<@U1|x>", "*b*", "&lt;", "&amp;", "\u202e", "\u200b", "e\u0301", "\r\n", "\n\n",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", '"', "\\", " ", "\t", "```", "[x](y)", "~s~",
    "<https://x.example|here>", "\U0001f3f4\U000e0067\U000e007f", "<script>", "|", "_i_", ":fire:",
    "@everyone", "x" * 400, "\u05e9\u05dc\u05d5\u05dd", "\ufdfa", "\ufeff", "1" * 30,
)  # fmt: skip
WORDS = ("the", "child", "said", "at", "break", "that", "her", "uncle", "came", "Ring", "clause",
         "now.", "Why?", "No;", "see:", "form", "Safeguarding", "é", "medical room,")  # fmt: skip


class Records:
    """Records from one seed, the same each time. ``numbers`` are what is never to be cut in two:
    those of clauses, and telephone numbers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._clauses = tuple(self._clause() for _ in range(5))
        self._phones = tuple(self._phone() for _ in range(5))
        self.numbers = (*self._clauses, *self._phones)

    def _clause(self) -> str:
        choose = self._random
        levels = [str(choose.randint(1, 13)) for _ in range(choose.randint(2, 4))]
        if choose.random() < 0.3:
            levels[0] = choose.choice(LABELS)
        if choose.random() < 0.1:
            levels.append(choose.choice(("content", "guidance")))
        return ".".join(levels)

    def _phone(self) -> str:
        shape = self._random.choice(PHONES)
        return re.sub("#", lambda _: str(self._random.randrange(10)), shape)

    def text(self, longest: int = 400) -> str:
        """Empty, short, or up to ``longest`` words, a few of them numbers or hostile."""
        choose = self._random
        count = choose.choices((0, 1, 3, 12, 60, longest), (10, 20, 30, 25, 10, 5))[0]
        every = (WORDS, self._clauses, self._phones, HOSTILE)
        kinds = choose.choices(every, (70, 10, 10, 10), k=count)
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
        choices = tuple(f"No. {n}: {self.text(12)}" for n in range(count))
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


def letters(texts: Iterable[str]) -> int:
    """How many characters there are to read in ``texts``, white space aside."""
    return sum(len("".join(each.split())) for each in texts)
