"""Whether a line is shaped like a question about rules, or like something that has happened."""

_ABOUT_RULES = frozenset(("policy", "supposed", "meant", "should", "allowed", "steps", "procedure"))
_QUESTION_WORDS = frozenset(
    (
        *("who", "what", "wot", "when", "where", "which", "why", "how", "whose", "whats", "wheres"),
        *("whos", "do", "does", "is", "are", "am", "can", "could", "should", "would", "may"),
        *("must", "will", "if", "any", "has", "have"),
    )
)


def is_question(text: str) -> bool:
    """Say whether a tidied line is shaped like a question."""
    words = text.replace("?", " ? ").split()
    first = words[0] if words else ""
    return "?" in words or first in _QUESTION_WORDS or bool(_ABOUT_RULES & set(words))
