"""Start a method in a process of its own, and note when its first answer came."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.rivals.text import Said

ROOT = Path(__file__).parents[3]
STARTS = 3
"""A start is measured so often; the middle one counts."""
TIMES = 3


class Fault(RuntimeError):
    """A method ended without an answer; the message is the last it said."""


@dataclass(frozen=True)
class Run:
    """What came of one method."""

    said: list[Said]
    ms: list[float]
    """Processor time of each question, warm."""
    megabytes: float
    """Memory held after all questions."""
    first_seconds: float
    """From starting the process to its first answer, by the clock on the wall."""
    first_processor_seconds: float

    def at(self, share: float) -> float:
        """Return the processor time that so large a share of questions keeps below."""
        times = sorted(self.ms)
        return times[min(len(times) - 1, int(share * len(times)))]


def carried_out(
    order: dict[str, Any], questions: list[str], first: str, starts: int = STARTS
) -> Run:
    """Return what a method says to the questions, and what it takes.

    Args:
        order: the method's module and what it needs to begin.
        questions: what it is asked.
        first: the question that ends its start.
        starts: how many starts are measured; 0 measures the one that answers all questions.
    """
    whole = {**order, "questions": questions, "first": first, "times": TIMES}
    short = {**whole, "times": 0}
    if starts:
        # not measured: it writes what is kept and fills the disk's cache
        _start(short)
    measured = [_start(short) for _ in range(starts)]
    last = _start(whole)
    told = last[2]
    measured = measured or [last]
    return Run(
        said=[Said(*each) for each in told["said"]],
        ms=told["ms"],
        megabytes=told["megabytes"],
        first_seconds=statistics.median(wall for wall, _, _ in measured),
        first_processor_seconds=statistics.median(spent for _, spent, _ in measured),
    )


def _start(order: dict[str, Any]) -> tuple[float, float, dict[str, Any]]:
    """Return the seconds to the first answer, by the wall and of the processor, and the rest."""
    with tempfile.TemporaryDirectory(prefix="lanyard-bench-") as folder:
        path = Path(folder) / "order.json"
        path.write_text(json.dumps(order), encoding="utf-8")
        errors = Path(folder) / "errors"
        begun = time.perf_counter()
        with (
            errors.open("w") as said,
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.rivals.alone", str(path)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            line = process.stdout.readline()
            wall = time.perf_counter() - begun
            rest = process.stdout.read()
        if process.returncode or not line:
            last = errors.read_text().strip().splitlines()[-1:]
            raise Fault(last[0] if last else f"it ended with {process.returncode}")
        return wall, json.loads(line)["seconds"], json.loads(rest) if rest.strip() else {}
