"""Draws many random records on every surface: ``python -m tests.bench render 10000``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.adapters import other_surfaces, slack_surfaces, teams_surfaces
from tests.bench.tally import Tally, command, shown
from tests.nodejs import READY, check
from tests.records import Records

SURFACES: Mapping[str, Callable[[Records], Iterator[str]]] = {
    "Slack: message, modal, Home": slack_surfaces.faults,
    "Teams: card, dialog, message extension": teams_surfaces.faults,
    "page": other_surfaces.page_faults,
    "plain text": other_surfaces.plain_faults,
    "mail": other_surfaces.mail_faults,
    "text message": other_surfaces.text_faults,
}
"""For each surface, what is wrong with the drawings of one random record."""

BATCH = 200
"""How many records' cards one run of Microsoft's own library reads."""


def measure(many: int, seed: int) -> Tally:
    """Whether any surface is invalid, cuts a number, or leaves something out unsaid."""
    tally = Tally()
    cards: dict[str, Any] = {}
    for number in shown(range(seed, seed + many), many):
        for surface, faults_of in SURFACES.items():
            tally.count(surface)
            for fault in faults_of(Records(number)):
                tally.fault(f"record {number}: {fault[:300]}")
        if READY:
            drawings = teams_surfaces.drawings(Records(number))
            cards |= {f"{number} {n} {each.surface}": each.drawn for n, each in enumerate(drawings)}
            if (number - seed + 1) % BATCH == 0 or number == seed + many - 1:
                _by_microsoft(tally, cards)
                cards = {}
    if not READY:
        tally.note("Adaptive Cards read by Microsoft's library: run npm ci", "none")
    return tally


def _by_microsoft(tally: Tally, cards: Mapping[str, Any]) -> None:
    tally.count("Adaptive Cards read by Microsoft's own library", len(cards))
    for name, found in check(cards=dict(cards)).items():
        tally.fault(f"record {name}: {found[0]}")


main = command(measure, 10_000)
