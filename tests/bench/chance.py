"""People who press anything, at any time: ``python -m tests.bench chance [STEPS] [--seed N]``.

Nothing is closed without a decision, its reason and an outcome; nothing gets less urgent; no card
says what must never be said (`tests/chance.py`).
"""

from __future__ import annotations

from random import Random

from tests.bench.tally import Tally, command, shown
from tests.chance import AT_ONCE, act

COUNT = 50_000


def measure(count: int, seed: int) -> Tally:
    tally, dice = Tally(), Random(seed)
    for first in shown(range(0, count, AT_ONCE), -(-count // AT_ONCE)):
        act(dice, min(AT_ONCE, count - first), tally)
    return tally


main = command(measure, COUNT)
