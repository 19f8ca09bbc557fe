"""How staff ask: the example questions of every hand, read from `asks/<hand>/*.yaml`.

A folder is one writer's work, so that what was learned from some hands can be tested on another.
A file of a section holds clause, then verdict, then questions; `reports.yaml` holds what people say
when something has happened; `other.yaml` what is neither. A school adds its own in `asks/school/`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "asks"
VERDICTS = ("yes", "no", "conditional", "duty", "info", "undecided")
ACTIONS = ("answer", "report", "dont_know", "chat", "command", "refuse", "clarify")
URGENCIES = ("immediate", "same_day", "routine")
ROUTES = ("dsl", "police+dsl", "principal", "lado", "it")
CATEGORIES = ("content", "contact", "conduct", "other")


class AskFault(ValueError):
    """A file of examples breaks the form; the message names the file and the place."""


@dataclass(frozen=True)
class Ask:
    """One thing that somebody typed, and what it should lead to."""

    said: str
    action: str
    clauses: tuple[str, ...]
    """The clause that answers it, then others that are also right."""
    verdict: str
    """For an answer what the policy says to it; otherwise the action."""
    hand: str
    """Who wrote it: the name of its folder."""
    urgency: str | None = None
    route: str | None = None
    category: str | None = None


def read_asks(folder: Path = FOLDER) -> tuple[Ask, ...]:
    """Return every example of every hand, in the order of their files.

    Raises:
        AskFault: a file does not hold what its name promises.
    """
    found: list[Ask] = []
    for path in sorted(folder.glob("*/*.yaml")):
        told = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        try:
            found.extend(_examples(path.stem, path.parent.name, told))
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            raise AskFault(f"{path.parent.name}/{path.name}: {fault}") from fault
    return tuple(found)


def _examples(stem: str, hand: str, told: Any) -> Iterator[Ask]:
    if stem == "reports":
        yield from _reports(hand, told)
    elif stem == "other":
        for action, lines in told.items():
            _known(action, ACTIONS)
            for line in lines:
                yield Ask(str(line), action, (), action, hand)
    else:
        for clause, verdicts in told.items():
            for verdict, lines in verdicts.items():
                # YAML reads a bare yes and no as true and false
                word = {True: "yes", False: "no"}.get(verdict, verdict)
                _known(word, VERDICTS)
                for line in lines:
                    said, also = (
                        (line["ask"], line["also"]) if isinstance(line, dict) else (line, ())
                    )
                    clauses = (str(clause), *map(str, also))
                    yield Ask(str(said), "answer", clauses, word, hand)


def _reports(hand: str, told: Any) -> Iterator[Ask]:
    for group in told:
        _known(group["urgency"], URGENCIES)
        _known(group["route"], ROUTES)
        _known(group["category"], CATEGORIES)
        for line in group["said"]:
            yield Ask(
                said=str(line),
                action="report",
                clauses=tuple(map(str, group["clauses"])),
                verdict="report",
                hand=hand,
                urgency=group["urgency"],
                route=group["route"],
                category=group["category"],
            )


def _known(word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise ValueError(f"{word!r} is not one of {', '.join(words)}")


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
