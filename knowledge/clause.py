"""One clause of a policy, word for word."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """The smallest piece of a policy that can be cited."""

    id: str
    """How people cite it: the document's own number, or one made from its place."""
    parent: str | None
    """The clause it belongs to, when that is a clause and not only a heading."""
    section: str
    """The heading it stands under; `section > sub` below a sub-heading."""
    audience: tuple[str, ...]
    """Whom it speaks to or about: learner, staff, parent, visitor, leadership, or all."""
    text: str
    """The words of the document, without its mark-up."""
