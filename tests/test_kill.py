"""A server killed at random moments loses nothing it promised, and shows nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.killing import killings

SEED, KILLS = 20261117, 4


async def test_every_receipt_survives_a_kill(tmp_path: Path) -> None:
    """Four kills around the first press and the answers; ``tests.bench.kill`` runs twenty."""
    struck = [each async for each in killings(tmp_path, SEED, KILLS, wait_for_leases=False)]
    faults = {f"{each.act} + {each.after:.3f} s": each.faults for each in struck if each.faults}
    assert not faults, f"seed {SEED}"
    assert struck[-1].receipts == KILLS
