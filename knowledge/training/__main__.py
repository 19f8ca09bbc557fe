"""Rebuild the model: `python -m knowledge.training [--without HAND] [--into FOLDER]`."""

import argparse
import sys
import time
from pathlib import Path

from knowledge.reading import read_policy
from knowledge.training.examples import EDITION, examples, split, usual_verdicts
from knowledge.training.fit_encoder import Plan, fit_encoder
from knowledge.training.fit_grams import fit_grams
from knowledge.training.fit_heads import fit_heads
from knowledge.training.write import write_model, write_words
from knowledge.understanding import MODEL


def main() -> None:
    """Learn from the example questions and write the model."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.training", description=main.__doc__)
    parser.add_argument("--without", metavar="HAND", help="leave one writer out, to be tested on")
    parser.add_argument("--into", metavar="FOLDER", type=Path, default=MODEL)
    parser.add_argument("--rounds", type=int, default=Plan.rounds)
    parser.add_argument("--only-grams", action="store_true", help="keep the encoder as it is")
    parser.add_argument("--only-heads", action="store_true", help="the same, and learn its heads")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--layers", type=int, nargs="+", default=Plan.layers)
    given = parser.parse_args()
    begun = time.monotonic()

    def told(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begun:4.0f} s  {line}\n")
        sys.stderr.flush()

    learned, _ = split(given.without)
    known = examples(learned)
    ids = tuple(clause.id for clause in read_policy(EDITION).clauses)
    hands = len({each.hand for each in learned})
    told(f"{len(learned)} questions of {hands} hands, {len(ids)} clauses")
    given.into.mkdir(parents=True, exist_ok=True)
    fit_grams(known, ids, given.into / "grams.npz")
    write_words(known, given.into / "spelling.txt")
    if given.only_heads:
        fit_heads(known, ids, usual_verdicts(learned, ids), given.into)
    elif not given.only_grams:
        plan = Plan(rounds=given.rounds, seed=given.seed, layers=tuple(given.layers))
        net = fit_encoder(known, ids, plan, told)
        write_model(net, len(plan.layers), ids, usual_verdicts(learned, ids), given.into)
    told(f"written to {given.into}")


if __name__ == "__main__":
    main()
