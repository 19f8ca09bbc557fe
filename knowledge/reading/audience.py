"""Tell from its words whom a clause speaks to or about."""

import re

EVERYBODY = ("all",)
_ORDER = ("staff", "learner", "parent", "visitor", "leadership")

_WORDS = {
    "learner": r"learners?|pupils?|students?|child|children|young\s+(?:people|persons?)|sanctions",
    "staff": r"(?<!leadership )staff|employees?|teachers?|tutors?|teaching\s+assistants?",
    "parent": r"parents?|carers?|famil(?:y|ies)|guardians?",
    "visitor": r"visitors?|contractors?|volunteers?|guests?",
    "leadership": (
        r"DSLs?|SLT|LADO|principals?|head\s?teachers?|heads?\s+of\s+(?:centre|school)|leadership"
        r"|leaders|governors?|governing\s+(?:body|board)|trustees|safeguarding\s+leads?"
    ),
}
_GROUPS = {
    group: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    for group, words in _WORDS.items()
}
_EVERYBODY = re.compile(
    r"\b(?:everyone|everybody|anyone|all\s+users"
    r"|members?\s+of\s+(?:\w+\s+){0,2}community|whole[- ]school\s+community"
    r"|policy\s+applies\s+to)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:if|where|when|while|whilst|once|after|before|during|to|in|following|unless)\b[^,]*,\s*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:will|must|shall|should|may|can|cannot|are|is|has|have|needs?|requires?|recognises?"
    r"|expects?|acknowledges?|identifies|takes)\b",
    re.IGNORECASE,
)
_PEOPLE = r"((?:[\w/'\u2019()-]+\s+){0,6}[\w/'\u2019()-]+)"
_DONE_BY = re.compile(
    rf"(?<!approved )(?<!decided )(?<!agreed )(?<!given )\b(?:by|consent\s+from)\s+{_PEOPLE}", re.I
)
_MEANT_FOR = re.compile(
    r"\b(?:permitted\s+for|allowed\s+for|guidance\s+for|(?:support|inform|remind)(?!\s+the\b))"
    rf"\s+{_PEOPLE}",
    re.IGNORECASE,
)
_HANDED_TO = re.compile(rf"\b(?:shared\s+with|released\s+to|returned\s+to)\s+{_PEOPLE}", re.I)
_TAKEN_TO_A_LEADER = re.compile(r"\b(?:discussed\s+with|reported\s+to)\s+(?:the\s+)?(?:DSL|LADO)\b")
_POLICE = re.compile(r"\bthe\s+police\b|\bpartner\s+agenc(?:y|ies)\b", re.IGNORECASE)
_FORMAL = re.compile(r"\b(?:complaints?\s+about|allegations?\s+regarding|disciplinary)\b", re.I)
_GOVERNANCE = re.compile(
    r"\b(?:review\s+this\s+policy|policy\s+will\s+be\s+reviewed|action\s+planning)\b", re.IGNORECASE
)
_DSL_ALONE = re.compile(r"(?:the\s+)?DSL\s*(?:\([^()]*\)\s*)?$", re.IGNORECASE)
"""What the DSL does about a concern is what staff may expect after raising it."""
_OBJECT_WORDS = 6


def audience_of(text: str, section: str, above: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return whom a clause concerns, in a fixed order; `("all",)` when nobody is singled out.

    The people a sentence is about decide, with those who are to do or to be told something in
    it. Without any, those its heading is about. An item that only ends the sentence of the
    clause above it concerns the same people as that clause.

    Args:
        text: the words of the clause.
        section: its heading.
        above: the audience of the clause it is an item of, if it is one.
    """
    if _EVERYBODY.search(text):
        return EVERYBODY
    if above and (text[:1].islower() or not _VERB.search(text)):
        return above
    owners = _owners(section)
    if owners == {"staff"}:
        return _sorted(owners | ({"leadership"} if _FORMAL.search(text) else set()))
    if _POLICE.search(text):
        return _sorted({"staff", "leadership"})
    if handed := _named_after(_HANDED_TO, text):
        return _sorted(handed | {"staff"})
    about = _about(text)
    others = _named_after(_DONE_BY, text) | _named_after(_MEANT_FOR, text)
    if not about and not others and _TAKEN_TO_A_LEADER.search(text) and not owners:
        return ("staff",)
    if not about and _GOVERNANCE.search(text):
        return ("leadership",)
    if about or others:
        return _sorted((about or owners) | others)
    return above or _sorted(owners) or EVERYBODY


def _owners(section: str) -> set[str]:
    """Return the people a heading is about; a heading that sets a condition is about none."""
    title = section.split(" > ")[0]
    return set() if _CONDITION.match(f"{title},") else _named(title)


def _about(text: str) -> set[str]:
    """Return the people in the subject of the first sentence, or whom the school acts on."""
    main = text
    while condition := _CONDITION.match(main):
        main = main[condition.end() :]
    verb = _VERB.search(main)
    before, after = (main[: verb.start()], main[verb.end() :]) if verb else ("", main)
    if people := _named(before):
        return people | ({"staff"} if _DSL_ALONE.match(before) else set())
    if people := _named(" ".join(after.split()[:_OBJECT_WORDS])):
        return people if _acts_on_people(before) else set()
    return _named(text[: len(text) - len(main)])


def _acts_on_people(subject: str) -> bool:
    """`We require staff …`, `The school will teach pupils …`: the subject is the school."""
    return len(subject.split()) <= 2


def _named_after(pattern: re.Pattern[str], text: str) -> set[str]:
    return {group for match in pattern.finditer(text) for group in _named(match[1])}


def _named(words: str) -> set[str]:
    return {group for group, pattern in _GROUPS.items() if pattern.search(words)}


def _sorted(groups: set[str]) -> tuple[str, ...]:
    return tuple(group for group in _ORDER if group in groups)
