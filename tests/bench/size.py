"""Hostile size and hostile repetition must be cheap: ``python -m tests.bench size``.

Every regular expression of the project is found in its source and given words made to make one
like it run wild, at one length and at four times that: the time may grow about fourfold, never
sixteenfold. Then cards of a megabyte and ten thousand parts are drawn, and memory is watched.
"""

from __future__ import annotations

import gc
import re
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from random import Random

from adapters.slack.render import notice, pages
from adapters.slack.typed import typed
from adapters.teams.fitting import parts, shortened
from bot.card import Card, Quote
from bot.plain import plain
from tests.bench.tally import Tally, command, shown

COUNT = 300
"""Signs in the shorter of the two words each expression is given."""

FOLDERS = ("bot", "intents", "knowledge", "adapters", "storage")
GROWTH = 4
WILD = 10.0
"""A fourfold length that takes more than this many times as long has run wild."""
WORSE = 40.0
"""A policy is given by the school, a line at a time: there a square is borne, and no more."""
LEAST = 0.004
"""Seconds below which a time is noise."""

SEEDS = (
    "a", " ", "\n", "\t", "1", ".", "-", "<", ">", "&", "[", "(", "*", "_", "a ", "a.", "1.", "1 ",
    "a,", "\n ", " \n", "a-", "aA", "1a", "''", '"', "<a:", "<@", "<at>", "</", "a@", "://", "é",
    "\u200b", "i ", "report ", "the ", "he said ", "what is the ", "clause 6.", "my phone ",
    "01234 ",
    "and or ", "year 4 ", "J.S. ", "not ", "if ", "12:30 ", "//", "|", "#", "\\", "{", "}", ": ",
)  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """One compiled expression, where it stands, and how the project uses it."""

    name: str
    pattern: re.Pattern[str]
    ways: tuple[str, ...]

    def on(self, words: str) -> None:
        for way in self.ways:
            match way:
                case "search" | "match" | "fullmatch":
                    getattr(self.pattern, way)(words)
                case _:
                    for _ in self.pattern.finditer(words):
                        pass


def expressions() -> list[Expression]:
    """Every compiled expression of every module that runs in a school."""
    root = Path(__file__).parent.parent.parent
    paths = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    source = "\n".join(path.read_text("utf-8") for path in paths)
    found: dict[re.Pattern[str], Expression] = {}
    for path in paths:
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        if any(part in name for part in ("migrations", ".training", "__main__")):
            continue
        for attribute, value in vars(import_module(name.removesuffix(".__init__"))).items():
            several = value.values() if isinstance(value, dict) else value
            several = several if isinstance(several, dict | tuple | list) else [value]
            for each in [value] if isinstance(value, str | bytes) else several:
                if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                    used = re.findall(rf"\b{attribute}\.(\w+)\(", source)
                    ways = tuple(sorted(set(used))) or ("search",)
                    found.setdefault(each, Expression(f"{name}.{attribute}", each, ways))
    return list(found.values())


def taken(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def run_wild(tally: Tally, length: int, dice: Random, seeds: int = len(SEEDS)) -> None:
    """Give every expression every seed, repeated, with an end that spoils the match."""
    known = expressions()
    worst = (0.0, "")
    for each in shown(known, len(known)):
        tally.count("expressions")
        for seed in (*dice.sample(SEEDS, seeds), dice.choice(SEEDS) + dice.choice(SEEDS)):
            tally.count("trials")
            long = taken(partial(each.on, words_of(seed, length * GROWTH)))
            worst = max(worst, (long, f"{each.name} on {seed!r}"))
            if long < LEAST:
                continue
            growth = min(_growth(each, seed, length) for _ in range(3))
            reads_documents = each.name.startswith("knowledge.")
            tally.count("quadratic, in reading a document", reads_documents and growth > WILD)
            most = WORSE if reads_documents else WILD
            tally.expect(growth <= most, f"{each.name} on {seed!r}: {growth:.0f} for fourfold")
    tally.note(f"ms, the slowest on {length * GROWTH:,} signs: {worst[1]}", f"{worst[0] * 1e3:.1f}")


def words_of(seed: str, length: int) -> str:
    return (seed * length)[:length] + "\x00!"


def _growth(each: Expression, seed: str, length: int) -> float:
    short = taken(partial(each.on, words_of(seed, length)))
    return taken(partial(each.on, words_of(seed, length * GROWTH))) / max(short, LEAST / WILD)


def large_cards() -> dict[str, Card]:
    million = 1_000_000
    return {
        "a megabyte of words": Card("t", quotes=(Quote("said", "word " * (million // 5)),)),
        "a megabyte without a pause": Card("t", quotes=(Quote("said", "x" * million),)),
        "a megabyte of unseen": Card("t", quotes=(Quote("said", "\u200b" * million),)),
        "a megabyte of line ends": Card("t", text=("\n" * million,)),
        "ten thousand paragraphs": Card("t", text=("word",) * 10_000),
        "ten thousand facts": Card("t", facts=(("name", "value"),) * 10_000),
        "a title of line ends": Card("\n" * 3000, source="\n" * 3000),
    }


def draw_large(tally: Tally) -> None:
    """Every renderer, every large card: seconds and memory, as figures."""
    drawn: dict[str, Callable[[Card], object]] = {
        "Slack": lambda card: (pages(card), notice(card)),
        "Teams": lambda card: (parts(card), shortened(card)),
        "console": plain,
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what, card in large_cards().items():
        for where, draw in drawn.items():
            seconds = taken(lambda d=draw, c=card: d(c))
            tally.note(f"s, {what} in {where}", f"{seconds:.2f}")
            tally.expect(seconds < 30, f"{what} in {where}: {seconds:.1f} s")
        gc.collect()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tally.note("MB more memory at the most", f"{(after - before) / 1024:.0f}")
    long = "<" * 200_000
    tally.note("s, Slack's own markup undone in 200,000 signs", f"{taken(lambda: typed(long)):.2f}")


def measure(length: int, seed: int) -> Tally:
    tally = Tally()
    run_wild(tally, length, Random(seed))
    draw_large(tally)
    return tally


main = command(measure, COUNT)
