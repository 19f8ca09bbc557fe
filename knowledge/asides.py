"""What somebody says beside their question: each part of a message that could stand alone."""

import re

_BREAK = re.compile(
    r"(?<=[.!?;])\s+|:\s+|\s+[-\u2013\u2014]+\s+|\s+(?:anyway|also|btw|ps)\b[,:]?\s+"
    r"|\s+(?=(?:can|could|may|should|would) (?:i|we|you)\b)"
    r"|\s+(?=(?:what|who|where|how|when) (?:does|do|is|are|should|can)\b)"
    r"|,?\s+(?=(?:is|are) (?:that|this|it|there) )"
)
_ENOUGH = 3
"""Words in a part: fewer say nothing."""
_MOST = 6


def asides(said: str) -> list[str]:
    """Return the parts of a tidied message, or nothing when it has only one.

    People put a worry and a question into one line, with or without a full stop between them.
    """
    parts = [part for part in map(str.strip, _BREAK.split(said)) if len(part.split()) >= _ENOUGH]
    return parts[:_MOST] if len(parts) > 1 else []
