"""What every kind of file is turned into first: lines that know their shape."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The shape of a line."""

    HEADING = "heading"
    BULLET = "bullet"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Line:
    """One heading, one bullet or one paragraph, however many lines it filled on paper."""

    kind: Kind
    text: str
    """Its words, with a number drawn by the word processor written out in front."""
    depth: int = 0
    """Level of a heading from 1; nesting of a bullet from 1; indentation of a paragraph from 0."""
