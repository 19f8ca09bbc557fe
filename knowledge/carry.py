"""Carry guidance written for one edition over to the matching clauses of another."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.clause import Clause
from knowledge.likeness import Likeness, pull_apart, stems
from knowledge.policy import Policy

ENOUGH = 0.40
"""Likeness from which a clause counts as the same. In three unrelated school policies only a clause
about the same fact reaches it by its words alone."""
SAME_ID = 0.15
SAME_SECTION = 0.15
"""What an equal number and a like heading add. Together they match a plain-English rewording of
all 173 clauses of a real policy, whose poorest clause is alike by 0.16 in words."""
_LIKE_SECTION = 0.5
_SHARED_WORDS = 4
"""Fewer words in common than this prove nothing about clauses in different places."""


@dataclass(frozen=True)
class Carried:
    """Which clause's guidance each loaded clause may use."""

    matched: dict[str, str]
    """The bundled clause's id by the loaded clause's id."""
    unmatched: tuple[str, ...]
    """Loaded clauses that a human has to look at."""


def carry(bundled: Policy, loaded: Policy) -> Carried:
    """Match the clauses of a loaded policy to those of the bundled edition.

    Both are walked in order, so that a clause put in or taken out shifts the numbers after it
    without harm; what is left over is then looked for anywhere. Each clause is matched once, and
    never with one that forbids what it allows.
    """
    scores = _Scores(bundled, loaded)
    matched = dict(_in_order(scores))
    rest = sorted(
        (
            (scores.words[i][j], -i, -j)
            for i, mine in enumerate(loaded.clauses)
            if mine.id not in matched
            for j, theirs in enumerate(bundled.clauses)
            if scores.words[i][j] >= ENOUGH and theirs.id not in matched.values()
        ),
        reverse=True,
    )
    for _, i, j in rest:
        mine, theirs = loaded.clauses[-i], bundled.clauses[-j]
        if mine.id not in matched and theirs.id not in matched.values():
            matched[mine.id] = theirs.id
    for mine_id, their_id in list(matched.items()):
        if pull_apart(_text(loaded, mine_id), _text(bundled, their_id)):
            del matched[mine_id]
    unmatched = tuple(clause.id for clause in loaded.clauses if clause.id not in matched)
    return Carried(matched, unmatched)


class _Scores:
    """The likeness of every loaded clause to every bundled one, by words alone and in place.

    In place, clauses are also compared together with the clauses around them, because a lead-in
    such as `Staff are advised to` says little by itself.
    """

    def __init__(self, bundled: Policy, loaded: Policy) -> None:
        self.bundled, self.loaded = bundled.clauses, loaded.clauses
        likeness = Likeness(clause.text for clause in (*self.bundled, *self.loaded))
        sections = Likeness(clause.section for clause in (*self.bundled, *self.loaded))
        alike = {
            (mine, their): sections.between(stems(mine), stems(their)) >= _LIKE_SECTION
            for mine in {each.section for each in self.loaded}
            for their in {each.section for each in self.bundled}
        }
        theirs = [(each, stems(each.text), _family(bundled, each)) for each in self.bundled]
        self.words: list[list[float]] = []
        self.in_place: list[list[float]] = []
        for mine in self.loaded:
            text, family = stems(mine.text), _family(loaded, mine)
            words, in_place = [], []
            for their, their_text, their_family in theirs:
                own = likeness.between(text, their_text)
                telling = own if len(text & their_text) >= _SHARED_WORDS else 0.0
                placed = SAME_ID * (mine.id == their.id)
                placed += SAME_SECTION * alike[mine.section, their.section]
                words.append(telling)
                in_place.append(
                    placed + max(own, likeness.between(family, their_family)) if placed else telling
                )
            self.words.append(words)
            self.in_place.append(in_place)


def _in_order(scores: _Scores) -> list[tuple[str, str]]:
    """Return the pairs, in the order of both documents, that are most alike taken together."""
    mine, theirs = scores.loaded, scores.bundled
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(mine) + 1)]
    for i in range(len(mine) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            taken = scores.in_place[i][j] - ENOUGH + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    pairs, i, j = [], 0, 0
    while i < len(mine) and j < len(theirs):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((mine[i].id, theirs[j].id))
            i, j = i + 1, j + 1
    return pairs


def _family(policy: Policy, clause: Clause) -> frozenset[str]:
    """Return the words of a clause with those of its items and of the clause it belongs to."""
    above = policy.get(clause.parent) if clause.parent else None
    near: Sequence[Clause] = (*policy.children(clause.id), *([above] if above else []))
    return stems(" ".join(each.text for each in (clause, *near)))


def _text(policy: Policy, clause_id: str) -> str:
    clause = policy.get(clause_id)
    return clause.text if clause else ""
