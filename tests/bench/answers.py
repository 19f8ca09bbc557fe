"""Lanyard and its rivals side by side on a labelled file, then growth: 1, 10 and 100 policies.

    python -m tests.bench.answers [QUESTIONS.jsonl]

Each finder runs in a process of its own, so that cold start and memory are its own.
"""

import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from knowledge.clause import Clause
from knowledge.evaluation import Labelled, read_labelled
from knowledge.policy import Policy
from knowledge.reader import Reader, bundled_edition
from tests.bench.rivals import FINDERS

GOLDEN = Path(__file__).parents[1] / "questions" / "golden.jsonl"


def main() -> None:
    """Print both tables."""
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        sys.stdout.write(json.dumps(_measured(sys.argv[2], Path(sys.argv[3]))))
        return
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    head = ("method", "hit@1", "hit@3", "groups", "refused@95", "p50 ms", "p99 ms", "cold s", "MB")
    sys.stdout.write(f"{head[0]:28}" + "".join(f"{each:>11}" for each in head[1:]) + "\n")
    for name in FINDERS:
        run = [sys.executable, "-m", "tests.bench.answers", "--one", name, str(path)]
        told = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
        sys.stdout.write(f"{name:28}" + "".join(f"{each:11.3f}" for each in told) + "\n")
        sys.stdout.flush()
    sys.stdout.write("\nclauses        p50 ms     p99 ms      ready s\n")
    for times in (1, 10, 100):
        count, middle, last, ready = _grown(times, read_labelled(path))
        sys.stdout.write(f"{count:7}{middle:14.3f}{last:11.3f}{ready:13.2f}\n")


def _measured(name: str, path: Path) -> list[float]:
    begun = time.perf_counter()
    policy = bundled_edition()
    find = FINDERS[name](policy)
    find("can i use my phone in lessons")
    cold = time.perf_counter() - begun
    near = _neighbours(policy)
    hits, threes, inside, outside, spent = [], [], [], [], []
    groups: dict[str, list[bool]] = defaultdict(list)
    for question in read_labelled(path):
        start = time.process_time()
        found = find(question.q)
        spent.append((time.process_time() - start) * 1000)
        score = found[0][1] if found else 0.0
        if question.gold and "answer" in question.actions and question.kind != "report":
            right = near(question)
            hits.append(bool(found) and found[0][0] in right)
            threes.append(any(each in right for each, _ in found[:3]))
            inside.append(score)
            if question.group:
                groups[question.group].append(hits[-1])
        elif question.kind == "out_of_scope":
            outside.append(score)
    spent.sort()
    floor = sorted(inside)[int(0.05 * len(inside))]
    pairs = [all(each) for each in groups.values() if len(each) > 1]
    return [
        _mean(hits),
        _mean(threes),
        _mean(pairs),
        _mean([each < floor for each in outside]),
        spent[len(spent) // 2],
        spent[int(0.99 * len(spent))],
        cold,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    ]


def _grown(times: int, questions: tuple[Labelled, ...]) -> tuple[int, float, float, float]:
    """Return how long answers take when the policy stands among many others."""
    policy = bundled_edition()
    more = [_renamed(clause, at) for at in range(1, times) for clause in policy.clauses]
    grown = replace(policy, clauses=(*policy.clauses, *more), fingerprint=f"{times}")
    begun = time.perf_counter()
    reader = Reader(grown, matched={clause.id: clause.id for clause in policy.clauses})
    ready = time.perf_counter() - begun
    reader.read("can i use my phone in lessons")
    spent = []
    for question in questions:
        start = time.process_time()
        reader.read(question.q)
        spent.append((time.process_time() - start) * 1000)
    spent.sort()
    return len(grown.clauses), spent[len(spent) // 2], spent[int(0.99 * len(spent))], ready


def _renamed(clause: Clause, at: int) -> Clause:
    parent = f"P{at}.{clause.parent}" if clause.parent else None
    text = f"{clause.text} Site {at}, building {at * 7 % 13}."
    return replace(clause, id=f"P{at}.{clause.id}", parent=parent, text=text)


def _neighbours(policy: Policy):  # type: ignore[no-untyped-def]
    parents = {clause.id: clause.parent for clause in policy.clauses}

    def near(question: Labelled) -> set[str | None]:
        right = {*question.gold, *question.also_ok}
        below = {each for each, parent in parents.items() if parent in right}
        return {*right, *below, *(parents.get(each) for each in right)} - {None}

    return near


def _mean(each: list[bool]) -> float:
    return sum(each) / len(each) if each else float("nan")


if __name__ == "__main__":
    main()
