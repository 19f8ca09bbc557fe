"""Find what is wrong with a policy before somebody relies on it."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from knowledge.clause import Clause
from knowledge.finding import Finding
from knowledge.lint_numbers import dead_references, gaps
from knowledge.lint_people import people
from knowledge.lint_rules import Contradiction, Edition, Pattern, Rules, shipped_rules
from knowledge.policy import Policy


def lint(policy: Policy, today: date, rules: Rules | None = None) -> list[Finding]:
    """Return the faults of a policy, those of the whole document first, then clause by clause.

    Args:
        policy: what to look at.
        today: the day on which it is looked at.
        rules: what is current elsewhere; the shipped `lint.yaml` if not given.
    """
    rules = rules or shipped_rules()
    found = [*_dates(policy, today), *gaps(policy), *dead_references(policy), *people(policy)]
    for check in _CHECKS:
        found += check(policy, rules)
    place = {clause.id: at for at, clause in enumerate(policy.clauses)}
    return sorted(found, key=lambda finding: place.get(finding.clause_id or "", -1))


def _dates(policy: Policy, today: date) -> Iterator[Finding]:
    if policy.review_due is None:
        yield Finding("overdue", None, "The policy does not say when it is to be reviewed. Add it.")
    elif policy.overdue(today):
        last = policy.last_reviewed
        done = f", and was last done in {last:%B %Y}" if last else ""
        yield Finding(
            "overdue",
            None,
            f"The review of this policy has been overdue since {policy.review_due:%B %Y}{done}."
            " Review it, and import the new edition.",
        )


def _template(policy: Policy, rules: Rules) -> Iterator[Finding]:
    for rule in rules.template:
        hits = [
            (clause, match)
            for clause in policy.clauses
            if (match := rule.pattern.search(clause.text))
        ]
        if rule.together and len(hits) > 1:
            where = ", ".join(clause.id for clause, _ in hits)
            words = f"“{hits[0][1][0]}” is left open in {len(hits)} clauses ({where})"
            yield Finding("template", None, f"{words}: {rule.advice}.")
            continue
        for clause, match in hits:
            words = f"{clause.id} still has the template's “{match[0]}”"
            yield Finding("template", clause.id, f"{words}: {rule.advice}.")


def _drafting_notes(policy: Policy, rules: Rules) -> Iterator[Finding]:
    for clause in policy.clauses:
        matches = [match for rule in rules.drafting_notes if (match := rule.search(clause.text))]
        if matches:
            start = min(match.start() for match in matches)
            words = " ".join(clause.text[start:].split()[:6])
            yield Finding(
                "drafting-note",
                clause.id,
                f"{clause.id} still holds a note to its author, “{words} …”. Act on it, then"
                " take it out.",
            )


def _editions(policy: Policy, rules: Rules) -> Iterator[Finding]:
    for clause in policy.clauses:
        for edition in rules.editions:
            years = _years_cited(clause.text, edition)
            if years and max(years) < edition.current:
                yield Finding(
                    "edition",
                    clause.id,
                    f"{clause.id} cites {edition.name} {max(years)}; the edition in force is that"
                    f" of {edition.current}. Check what changed, then cite it without a year.",
                )


_YEAR_AFTER = re.compile(r"[\w\s'\u2019\"”)(,/&-]{0,40}?\b(20\d\d)\b")
_YEAR_BEFORE = re.compile(r"\b(20\d\d)\s+(?:(?:edition|version)\s+of\s+)?(?:the\s+)?\W?$")


def _years_cited(text: str, edition: Edition) -> list[int]:
    """Return the years written straight before a title, or else after it."""
    years = []
    for match in edition.pattern.finditer(text):
        before = _YEAR_BEFORE.search(text[: match.start()])
        if found := before or _YEAR_AFTER.match(text[match.end() :]):
            years.append(int(found[1]))
    return years


def _gone(policy: Policy, rules: Rules) -> Iterator[Finding]:
    for clause in policy.clauses:
        for body in rules.bodies:
            if match := body.pattern.search(clause.text):
                words = f"{clause.id} sends people to {match[0]}: {body.now}"
                yield Finding("body", clause.id, f"{words}. Name the right one.")
        for link in rules.links:
            if match := link.pattern.search(clause.text):
                words = f"{clause.id} links to {match[0]}: {link.now}"
                yield Finding("link", clause.id, f"{words}. Take the link out.")
    for past in rules.past:
        hits = [clause.id for clause in policy.clauses if past.pattern.search(clause.text)]
        if hits:
            clauses = "clause still speaks" if len(hits) == 1 else "clauses still speak"
            words = f"{len(hits)} {clauses} of {past.now} ({', '.join(hits)})"
            yield Finding("past", None, f"{words}. Say what holds now.")


def _contradictions(policy: Policy, rules: Rules) -> Iterator[Finding]:
    for rule in rules.contradictions:
        others = _matching(policy, rule.other)
        for one in _matching(policy, rule.one):
            other = next(
                (each for each in others if each is not one and _near(one, each, rule)), None
            )
            if other:
                sentence = rule.sentence.format(one=one.id, other=other.id)
                yield Finding("contradiction", one.id, sentence)


def _matching(policy: Policy, pattern: Pattern) -> list[Clause]:
    return [clause for clause in policy.clauses if pattern.search(clause.text)]


def _near(one: Clause, other: Clause, rule: Contradiction) -> bool:
    if rule.within == "section":
        return one.section == other.section
    if rule.within == "clause":
        return (one.parent or one.id) == (other.parent or other.id)
    return True


_CHECKS: tuple[Callable[[Policy, Rules], Iterator[Finding]], ...] = (
    _template,
    _drafting_notes,
    _editions,
    _gone,
    _contradictions,
)
