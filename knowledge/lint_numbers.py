"""Check the numbers of a policy: none missing, none cited that is not there."""

import re
from collections.abc import Iterator

from knowledge.finding import Finding
from knowledge.policy import Policy
from knowledge.reading.label import ancestors

_REFERENCE = re.compile(
    r"\b(?:(?P<word>sections?|clauses?|paragraphs?|rules?)\s+|(?:see|in|under|at|with)\s+(?=\S+[.(]))"
    r"(?P<id>(?:\d{1,2}|[A-Z])(?:\.\d{1,3})*(?:\([a-z0-9]{1,4}\))*)(?![\w%]|\.\d)"
    r"(?!\s*(?:[ap]\.?m\b|hours|days|metres|of\s+the\s+\w[\w\s]*?\bAct\b|enquir))"
)


def dead_references(policy: Policy) -> Iterator[Finding]:
    """Yield each number that a clause cites and the policy does not have."""
    known = {clause.id for clause in policy.clauses}
    known |= {above for each in known for above in ancestors(each)}
    known |= {clause.section.split()[0].rstrip(".:") for clause in policy.clauses}
    numbered = any(each[0].isdigit() for each in known)
    for clause in policy.clauses:
        for match in _REFERENCE.finditer(clause.text):
            cited = match["id"]
            outside = re.search(
                r"\b(?:KCSIE|guidance|statutory)\b[^.]*$", clause.text[: match.start()]
            )
            if cited not in known and numbered and not outside:
                yield Finding(
                    "reference",
                    clause.id,
                    f"{clause.id} points to {cited}, which this policy does not have. Correct the"
                    " number, or say which document it is in.",
                )


_LAST_STEP = re.compile(r"(?P<above>.+)\.(?P<number>\d+)")


def gaps(policy: Policy) -> Iterator[Finding]:
    """Yield each number that the counting of sections and clauses jumps over."""
    ids = {clause.id: clause.id for clause in policy.clauses}
    for clause_id in list(ids):
        for above in ancestors(clause_id):
            ids.setdefault(above, clause_id)
    steps: dict[str, dict[int, str]] = {}
    for each, first in ids.items():
        if match := _LAST_STEP.fullmatch(each):
            steps.setdefault(match["above"], {})[int(match["number"])] = first
        elif each.isdigit():
            steps.setdefault("", {})[int(each)] = first
    for above, numbers in steps.items():
        for missing in sorted(set(range(1, max(numbers))) - set(numbers)):
            after = min(number for number in numbers if number > missing)
            number = f"{above}.{missing}".lstrip(".")
            yield Finding(
                "gap",
                numbers[after],
                f"There is no {number}: {'section ' + above if above else 'the policy'} goes"
                f" {_leap(above, missing, numbers)}. Put it back, or say that it was withdrawn.",
            )


def _leap(above: str, missing: int, numbers: dict[int, str]) -> str:
    dotted = f"{above}." if above else ""
    after = min(number for number in numbers if number > missing)
    before = [number for number in numbers if number < missing]
    start = f"from {dotted}{max(before)}" if before else "straight"
    return f"{start} to {dotted}{after}"
