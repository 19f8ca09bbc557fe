"""What lint knows about the world outside a policy, read from its data file."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from knowledge.policy import PolicyFault

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Edition:
    """Guidance that comes out year by year."""

    name: str
    pattern: Pattern
    current: int


@dataclass(frozen=True)
class Gone:
    """A body, a link or a time that is no longer what it was."""

    pattern: Pattern
    now: str


@dataclass(frozen=True)
class Unfilled:
    """Words that a template left open."""

    pattern: Pattern
    advice: str
    together: bool
    """Found so often that one sentence for all clauses is kinder."""


@dataclass(frozen=True)
class Contradiction:
    """Two kinds of clause that cannot both be followed."""

    one: Pattern
    other: Pattern
    within: Literal["clause", "section", "policy"]
    sentence: str


@dataclass(frozen=True)
class Rules:
    """Everything that lint looks for and cannot know from the policy itself."""

    as_of: date
    editions: tuple[Edition, ...]
    bodies: tuple[Gone, ...]
    links: tuple[Gone, ...]
    past: tuple[Gone, ...]
    template: tuple[Unfilled, ...]
    drafting_notes: tuple[Pattern, ...]
    contradictions: tuple[Contradiction, ...]


@cache
def shipped_rules() -> Rules:
    """Return the rules of `lint.yaml` beside this module."""
    return read_rules(files("knowledge").joinpath("lint.yaml").read_text("utf-8"))


def read_rules(written: str) -> Rules:
    """Return the rules written as YAML.

    Raises:
        PolicyFault: the file is not YAML, or something in it is missing or no pattern.
    """
    try:
        told = yaml.safe_load(written)
        return Rules(
            as_of=told["as_of"],
            editions=tuple(_edition(each) for each in told["editions"]),
            bodies=_gone(told["bodies"]),
            links=tuple(
                Gone(_pattern(re.escape(each["address"])), each["now"]) for each in told["links"]
            ),
            past=_gone(told["past"]),
            template=tuple(
                Unfilled(_pattern(each["pattern"]), each["advice"], each.get("together", False))
                for each in told["template"]
            ),
            drafting_notes=tuple(_pattern(each) for each in told["drafting_notes"]),
            contradictions=tuple(_contradiction(each) for each in told["contradictions"]),
        )
    except (yaml.YAMLError, re.error, KeyError, TypeError, ValueError) as fault:
        raise PolicyFault(f"The rules for lint cannot be read: {fault}.") from fault


def _gone(told: list[dict[str, str]]) -> tuple[Gone, ...]:
    return tuple(Gone(_pattern(each["pattern"]), each["now"]) for each in told)


def _edition(told: dict[str, Any]) -> Edition:
    names = "|".join(re.escape(name) for name in (told["name"], *told.get("also", ())))
    return Edition(told["name"], _pattern(rf"(?:{names})"), int(told["current"]))


def _contradiction(told: dict[str, Any]) -> Contradiction:
    if told["within"] not in ("clause", "section", "policy"):
        raise ValueError(f"`within` cannot be {told['within']}")
    return Contradiction(
        _pattern(told["one"]), _pattern(told["other"]), told["within"], told["sentence"]
    )


def _pattern(written: str) -> Pattern:
    return re.compile(written, re.IGNORECASE)
