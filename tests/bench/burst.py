"""Notices that all come at once, half the calls failing: ``burst [REPORTS] [--seed N]``.

Slack is dead for half an hour while reports come in, so that everything of theirs waits at its
recovery: is the time that Slack asks for obeyed, and do alarms go before the rest (promise 11)?
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.bench.tally import Tally, command
from tests.delivering import Delivering

COUNT = 70
MINUTES = 30
FAILING = 0.5


async def strike(reports: int, seed: int, folder: Path, minutes: float = MINUTES) -> Tally:
    """Live through it; times are simulated seconds after Slack's recovery."""
    tally = Tally()
    days = minutes / (24 * 60)
    run = Delivering(folder, seed, reports, days, failing=FAILING, burst=True)
    figures = await run.run()
    tally.count("notices waiting at recovery", len(figures.urgent) + len(figures.other))
    tally.count("calls to Slack", figures.calls)
    for name, waits in (("urgent", figures.urgent), ("other", figures.other)):
        half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        tally.note(f"half of {len(waits)} {name} ones shown within", f"{half:.0f} s")
        tally.note(f"99 % of the {name} ones shown within", f"{most:.0f} s")
    tally.count("sends before Retry-After", figures.too_early)
    tally.expect(not figures.too_early, f"{figures.too_early} sends before Retry-After")
    tally.expect(not figures.undelivered, f"{figures.undelivered} undelivered")
    tally.expect(not figures.unmarked, f"{figures.unmarked} second copies without a mark")
    # An alarm that may have arrived is looked for first; the rest do not wait for that.
    urgent, other = (each[len(each) // 2] for each in (figures.urgent, figures.other))
    tally.expect(
        urgent <= other, f"half of the alarms took {urgent:.0f} s, of the rest {other:.0f}"
    )
    return tally


def measure(reports: int, seed: int) -> Tally:
    with tempfile.TemporaryDirectory(prefix="lanyard-burst-") as folder:
        return asyncio.run(strike(reports, seed, Path(folder)))


main = command(measure, COUNT)
