"""One fault that lint found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One fault, and what to do about it."""

    code: str
    """Its kind: overdue, template, drafting-note, edition, body, link, past, reference, gap,
    contradiction, person, contact."""
    clause_id: str | None
    """Where it is; None when it is about several clauses or the whole policy."""
    sentence: str
