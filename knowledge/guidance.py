"""What the school should be told about each clause, in curated words: read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.asks import VERDICTS

FOLDER = Path(__file__).parent / "guidance"
FORCES = ("must", "advises", "permits", "states", "undecided")
DECIDERS = (
    "dsl",
    "deputy",
    "principal",
    "head_of_centre",
    "leadership",
    "governor",
    "it",
    "lado",
    "police",
)

_WORDS = ("topic", "says")
_OPTIONAL_WORDS = ("only_if", "school_kit", "tension", "note")
_LISTS = ("decides", "do", "see", "pulls_against")
_KNOWN = {*_WORDS, *_OPTIONAL_WORDS, *_LISTS, "verdict", "force", "in_writing"}


class GuidanceFault(ValueError):
    """The guidance breaks its own form; the message lists every fault, one a line."""


@dataclass(frozen=True)
class Guide:
    """What is said about one clause."""

    clause: str
    topic: str
    """A few words that name it on a button."""
    verdict: str
    """What it answers to "may I?": yes, no, conditional, duty, info or undecided."""
    force: str
    """How strongly it speaks: must, advises, permits, states or undecided."""
    says: str
    """One sentence: the clause in plain words."""
    only_if: str | None
    decides: tuple[str, ...]
    """Codes of the roles that decide, where somebody does."""
    in_writing: bool
    do: tuple[str, ...]
    """Next steps."""
    see: tuple[str, ...]
    pulls_against: tuple[str, ...]
    """Clauses that say something else on the same matter."""
    tension: str | None
    """One sentence about that."""
    note: str | None
    school_kit: str | None = None
    """What must be so on the school's own equipment, where the clause bans only one's own."""


Guidance = Mapping[str, Guide]
"""Guides by clause id."""


def read_guidance(folder: Path = FOLDER) -> dict[str, Guide]:
    """Return the guidance in a folder of YAML files.

    Raises:
        GuidanceFault: naming every fault in every file at once.
    """
    guides: dict[str, Guide] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            told = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        except yaml.YAMLError as fault:
            faults.append(f"{path.name} is not YAML: {' '.join(str(fault).split())}.")
            continue
        if not isinstance(told, dict):
            faults.append(f"{path.name} holds no clauses.")
            continue
        for clause, fields in told.items():
            where = f"{path.name}, clause {clause}"
            if clause in guides:
                faults.append(f"{where}: there is guidance for it already.")
            found = list(_faults(fields))
            faults.extend(f"{where}: {fault}" for fault in found)
            if not found:
                guides[str(clause)] = _guide(str(clause), fields)
    for clause, guide in guides.items():
        for other in (*guide.see, *guide.pulls_against):
            if other not in guides and not faults:
                faults.append(f"Clause {clause} points to {other}, for which there is no guidance.")
    if faults:
        raise GuidanceFault("\n".join(faults))
    return guides


def _faults(fields: Any) -> Iterator[str]:
    if not isinstance(fields, dict):
        yield "it holds no fields."
        return
    for name in _WORDS:
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            yield f"`{name}` is missing or empty."
    for name in _OPTIONAL_WORDS:
        if not isinstance(fields.get(name, ""), str):
            yield f"`{name}` should be words."
    for name in _LISTS:
        value = fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            yield f"`{name}` should be a list of words."
        elif name == "decides" and (odd := set(value) - set(DECIDERS)):
            yield f"`decides` names {', '.join(sorted(odd))}; roles are {', '.join(DECIDERS)}."
    if _word(fields.get("verdict")) not in VERDICTS:
        yield f"`verdict` should be one of {', '.join(VERDICTS)}."
    if fields.get("force") not in FORCES:
        yield f"`force` should be one of {', '.join(FORCES)}."
    if not isinstance(fields.get("in_writing", False), bool):
        yield "`in_writing` should be true or false."
    if _word(fields.get("verdict")) == "conditional" and not fields.get("only_if"):
        yield "a conditional verdict needs `only_if`."
    if odd := set(map(str, fields)) - _KNOWN:
        yield f"it has fields nobody reads: {', '.join(sorted(odd))}."


def _guide(clause: str, fields: Mapping[str, Any]) -> Guide:
    return Guide(
        clause=clause,
        topic=_line(fields["topic"]),
        verdict=_word(fields["verdict"]),
        force=fields["force"],
        says=_line(fields["says"]),
        only_if=_line(fields["only_if"]) if "only_if" in fields else None,
        decides=tuple(fields.get("decides", ())),
        in_writing=fields.get("in_writing", False),
        do=tuple(map(_line, fields.get("do", ()))),
        see=tuple(fields.get("see", ())),
        pulls_against=tuple(fields.get("pulls_against", ())),
        tension=_line(fields["tension"]) if "tension" in fields else None,
        note=_line(fields["note"]) if "note" in fields else None,
        school_kit=_line(fields["school_kit"]) if "school_kit" in fields else None,
    )


def _word(value: Any) -> str:
    """Return a verdict that YAML may have read as true or false."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _line(words: str) -> str:
    return " ".join(words.split())


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
