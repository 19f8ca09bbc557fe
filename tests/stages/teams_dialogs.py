"""The dialogs that people have open in Teams: what stands in them, and what a button sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]


@dataclass
class Dialog:
    """One dialog before one person. ``extends``: it was opened by the message extension, whose
    invokes have other names; ``about`` is what every one of them repeats."""

    title: str
    card: Data
    room: str = ""
    extends: bool = False
    about: Data = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.title) > 64:
            raise AssertionError(f"longer than a dialog's title may be: {self.title}")
        for each in self.inputs():
            self.typed[each["id"]] = each.get("value", "")

    def inputs(self) -> list[Data]:
        return [each for each in elements(self.card["body"]) if each["type"].startswith("Input.")]

    def actions(self) -> list[Data]:
        found = [a for each in elements(self.card["body"]) for a in each.get("actions", ())]
        found += self.card.get("actions", ())
        for action in found:
            if action["type"] != "Action.Submit":
                raise AssertionError(f"Teams does nothing for {action['type']} in a dialog")
        return found

    def fill(self, label: str, words: str) -> None:
        """Type ``words`` in the field with this label, or choose them there."""
        for each in self.inputs():
            if each["label"].removesuffix(" (needed)") == label:
                choices = [choice["title"] for choice in each.get("choices", ())]
                if choices and words not in choices:
                    raise LookupError(f"{label} offers no {words!r}, only {choices}")
                if choices:
                    words = each["choices"][choices.index(words)]["value"]
                self.typed[each["id"]] = words[: each.get("maxLength", len(words))]
                return
        raise LookupError(f"no field {label!r}; there are: {[e['label'] for e in self.inputs()]}")

    def sends(self, action: Mapping[str, Any]) -> Data:
        """The data of the invoke: what the button brings and what stands in every field."""
        return {**self.typed, **action["data"]}

    def shown(self) -> Data:
        """The card with what is typed in its fields."""

        def filled(element: Data) -> Data:
            if element["type"].startswith("Input."):
                return {**element, "value": self.typed[element["id"]]}
            if "items" in element:
                return {**element, "items": [filled(each) for each in element["items"]]}
            return element

        return {**self.card, "body": [filled(each) for each in self.card["body"]]}


def elements(body: list[Data]) -> Iterator[Data]:
    """Every element, containers' included."""
    for element in body:
        yield element
        yield from elements(element.get("items", []))
