"""Put an answer together: verdict first, then the clause, then what to do. Nothing is made up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from knowledge.clause import Clause
from knowledge.guidance import Guide
from knowledge.modal import strength_of
from knowledge.permission import guarded, on_school_kit
from knowledge.policy import Policy
from knowledge.understanding import Reading

_MOST_OTHERS = 2
_WORTH_SHOWING = 0.08
_COMES_CLOSE = 0.25
_NOT_AT_ALL = 0.1

ROLE_NAMES = {
    "dsl": "the DSL",
    "deputy": "a deputy DSL",
    "principal": "the Principal",
    "head_of_centre": "the Head of Centre",
    "leadership": "the leadership team",
    "governor": "the named governor",
    "it": "the technical staff",
    "lado": "the LADO",
    "police": "the police",
}


@dataclass(frozen=True)
class Edition:
    """How old the policy is that an answer is taken from."""

    title: str
    last_reviewed: date | None
    review_due: date | None
    overdue: bool


@dataclass(frozen=True)
class Answer:
    """What the policy says to a question."""

    verdict: str
    """yes, no, conditional, duty, info or undecided."""
    headline: str
    """The verdict in words: "No.", "Only if …", "The policy leaves this to …"."""
    says: str | None
    """The clause in one curated sentence; None when nobody has written one."""
    clause: Clause
    """The clause of the loaded edition that answers it."""
    others: tuple[Clause, ...]
    """At most two more that bear on it."""
    conditions: str | None
    decides: tuple[str, ...]
    """Codes of the roles that decide."""
    in_writing: bool
    steps: tuple[str, ...]
    tension: str | None
    """One sentence about a clause that says something else."""
    pulls_against: tuple[Clause, ...]
    note: str | None
    """What the policy does not say and the reader should know."""
    advised_only: bool
    """The clause advises: it must not be called a ban or a duty."""
    edition: Edition
    topic: str
    no_such: tuple[str, ...] = ()
    """Clause numbers that were asked about and which the policy does not have."""


@dataclass(frozen=True)
class Choice:
    """One way to understand a question."""

    topic: str
    clause: str


@dataclass(frozen=True)
class Unsure:
    """A near tie: up to three ways to understand the question."""

    readings: tuple[Choice, ...]
    edition: Edition


@dataclass(frozen=True)
class Unknown:
    """The policy does not say. That is not a yes."""

    near: Clause | None
    """A clause that comes close, if one does."""
    edition: Edition
    no_such: tuple[str, ...] = ()


def compose(
    reading: Reading, policy: Policy, guidance: Mapping[str, Guide], today: date
) -> Answer | Unsure | Unknown:
    """Return the answer to a question that was understood as `reading`.

    Args:
        reading: how the question was understood, over the clauses of `policy`.
        policy: the loaded edition, which is what gets quoted.
        guidance: curated words by clause id of `policy`; a clause without them speaks for itself.
        today: the date, for whether the policy is past its review.
    """
    edition = Edition(policy.title, policy.last_reviewed, policy.review_due, policy.overdue(today))
    found = [
        (clause, chance)
        for each, chance in zip(reading.clauses, reading.scores, strict=True)
        if (clause := policy.get(each)) is not None
    ]
    if reading.action != "answer" or not found:
        close = bool(found) and found[0][1] >= _COMES_CLOSE and reading.score > _NOT_AT_ALL
        return Unknown(found[0][0] if close else None, edition, reading.no_such)
    first = found[0][0]
    near = [clause for each in reading.near if (clause := policy.get(each)) is not None]
    if not reading.named and not all(_belong(first, each, guidance) for each in near):
        choices = tuple(Choice(_topic(clause, guidance), clause.id) for clause in near)
        return Unsure(choices, edition)
    return answer_from(first, reading, policy, guidance, edition, tuple(found[1:]))


def _belong(one: Clause, other: Clause, guidance: Mapping[str, Guide]) -> bool:
    """Say whether an answer from one clause shows the other as well: no need to ask back."""
    guide = guidance.get(one.id)
    return (
        one == other
        or one.parent == other.id
        or other.parent == one.id
        or (guide is not None and other.id in guide.pulls_against)
    )


def answer_from(
    clause: Clause,
    reading: Reading,
    policy: Policy,
    guidance: Mapping[str, Guide],
    edition: Edition,
    others: tuple[tuple[Clause, float], ...] = (),
) -> Answer:
    """Return the answer that one clause gives, when somebody or the ranking has chosen it."""
    guide = guidance.get(clause.id) or _speaking_for_itself(clause, policy)
    verdict = guarded(reading.verdict, reading.asked, guide.verdict, guide.force, guide.school_kit)
    if verdict not in ("yes", "no", "conditional", "duty", "info", "undecided"):
        verdict = guide.verdict
    if guide.school_kit and verdict == "conditional" and on_school_kit(reading.asked):
        guide = replace(guide, only_if=guide.school_kit)
    return Answer(
        verdict=verdict,
        headline=_headline(verdict, guide),
        says=guide.says or None,
        clause=clause,
        others=_others(clause, guide, policy, others),
        conditions=guide.only_if,
        decides=guide.decides,
        in_writing=guide.in_writing,
        steps=guide.do,
        tension=guide.tension,
        pulls_against=_clauses(guide.pulls_against, policy),
        note=guide.note,
        advised_only=guide.force == "advises",
        edition=edition,
        topic=_topic(clause, guidance),
        no_such=reading.no_such,
    )


def _headline(verdict: str, guide: Guide) -> str:
    advised = guide.force == "advises"
    if verdict == "no":
        return "The policy advises against it." if advised else "No."
    if verdict == "yes":
        return "Yes, the policy advises it." if advised else "Yes."
    if verdict == "conditional":
        return f"Only if {guide.only_if}." if guide.only_if else "It depends."
    if verdict == "duty":
        return "What you are advised to do:" if advised else "What you must do:"
    if verdict == "undecided":
        roles = " or ".join(ROLE_NAMES[role] for role in guide.decides)
        return f"The policy leaves this to {roles}." if roles else "The policy leaves this open."
    return "It says:"


def _others(
    clause: Clause, guide: Guide, policy: Policy, others: tuple[tuple[Clause, float], ...]
) -> tuple[Clause, ...]:
    likely = [other for other, chance in others if chance >= _WORTH_SHOWING]
    told = [*_clauses(guide.pulls_against, policy), *likely]
    kept = dict.fromkeys(other for other in told if other != clause)
    return tuple(kept)[:_MOST_OTHERS]


def _clauses(ids: tuple[str, ...], policy: Policy) -> tuple[Clause, ...]:
    return tuple(found for each in ids if (found := policy.get(each)) is not None)


def _topic(clause: Clause, guidance: Mapping[str, Guide]) -> str:
    guide = guidance.get(clause.id)
    if guide is not None:
        return guide.topic
    words = clause.text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _speaking_for_itself(clause: Clause, policy: Policy) -> Guide:
    """Return what can be said of a clause that nobody has written guidance for: its own verbs."""
    parent = policy.get(clause.parent) if clause.parent else None
    strength = strength_of(clause.text, parent.text if parent else None)
    return Guide(
        clause=clause.id,
        topic="",
        verdict=strength.verdict,
        force=strength.force,
        says="",
        only_if=None,
        decides=(),
        in_writing=False,
        do=(),
        see=(),
        pulls_against=(),
        tension=None,
        note=None,
    )
