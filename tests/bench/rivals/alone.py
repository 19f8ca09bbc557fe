"""One method in a process of its own: `python -m tests.bench.rivals.alone ORDER.json`.

The order names the method, the texts, the questions and how often to ask them. The first line of
output says that the first answer is there; the second holds all answers, times and memory.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.rivals.text import Said, Text, said


def answerer(order: dict[str, Any]) -> Callable[[str], Said]:
    """Return what answers one question, ready to be asked."""
    if order["module"] == "lanyard":
        from tests.bench.rivals.lanyard import opened

        return opened(Path(order["document"]) if order.get("document") else None)
    texts = [Text(words, clause) for words, clause in order["texts"]]
    search = import_module(f"tests.bench.rivals.{order['module']}").build(
        texts, Path(order["kept"])
    )
    return lambda question: said(texts, search(question))


def asked(answer: Callable[[str], Said], questions: list[str], times: int) -> dict[str, Any]:
    """Return what was said to each question, and the processor time of each in milliseconds.

    Each is asked several times and its middle time counts: other programs run on the machine. A
    space more each time keeps an answer from being remembered word for word.
    """
    told: list[Said] = []
    spent: list[list[float]] = [[] for _ in questions]
    for nth in range(times):
        told = []
        for at, question in enumerate(questions):
            begun = time.process_time()
            one = answer(question + " " * nth)
            spent[at].append((time.process_time() - begun) * 1000)
            told.append(one)
    return {
        "said": [[each.clauses, each.score, each.margin, each.more] for each in told],
        "ms": [statistics.median(each) for each in spent],
        "megabytes": resident(),
    }


def resident() -> float:
    """Return the memory that this process holds now, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        rows = dict(row.split(":", 1) for row in status.read_text().splitlines() if ":" in row)
        return int(rows["VmRSS"].split()[0]) * 1024 / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def main() -> None:
    """Carry out one order."""
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer = answerer(order)
    answer(order["first"])
    print(json.dumps({"seconds": time.process_time()}), flush=True)  # noqa: T201
    if order["times"]:
        print(json.dumps(asked(answer, order["questions"], order["times"])), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
