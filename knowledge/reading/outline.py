"""Sort lines into the parts of a document, and items under items within each part."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.reading.label import Label, Scope, ancestors, is_under, read_label, readings
from knowledge.reading.line import Kind, Line

_MODAL = re.compile(
    r"\b(?:must|will|shall|should|may|can|cannot|is|are|has|have|was|were|do not|does not)\b",
    re.IGNORECASE,
)
_GUIDANCE = re.compile(
    r"(?:additional|further|more)\b.*\b(?:guidance|information|advice|support|resources)\b"
    r".*(?:\b(?:available|found|see|contact)\b|:\s)",
    re.IGNORECASE,
)
_ENDS_SENTENCE = (".", ";", ":", ",")
_HEADING_WORDS = 14
_PLAIN_HEADING_WORDS = 10
_LOOK_AHEAD = 40
"""Lines: what is a heading depends on what follows, not on the rest of a long document."""
_DEEPEST = 12
"""No list is nested deeper; a document that seems so is broken, and goes on at this level."""


@dataclass(eq=False)
class Item:
    """Something that will be a clause, before it has its id."""

    text: str
    label: Label | None = None
    depth: int = 0
    guidance: bool = False
    """A last line that sends the reader elsewhere for more."""
    children: list["Item"] = field(default_factory=list)


@dataclass(eq=False)
class Part:
    """What stands under one heading."""

    section: str
    """The heading as people cite it: number, title, sub-title."""
    number: str = ""
    """The number of the heading; empty when it has none."""
    title: str = ""
    depth: int = 0
    volume: "Part | None" = None
    """The part with the unnumbered heading that numbers count under; itself, if it is that."""
    items: list[Item] = field(default_factory=list)


def outline(lines: Sequence[Line], title: str) -> list[Part]:
    """Return the parts of a document in order.

    Args:
        lines: what follows the head of the document.
        title: what a part without any heading is called.
    """
    sorter = _Sorter(title)
    whole = _with_lone_numbers_joined(lines)
    for place in range(len(whole)):
        sorter.take(whole, place)
    return [part for part in sorter.parts if part.items]


class _Sorter:
    """Holds the part that is open, and the items open in it from the outermost in."""

    def __init__(self, title: str) -> None:
        self.volume = Part(title, title=title)
        self.volume.volume = self.volume
        self.parts = [self.volume]
        self.open: list[Item] = []

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def take(self, lines: Sequence[Line], place: int) -> None:
        line, rest = lines[place], lines[place + 1 : place + 1 + _LOOK_AHEAD]
        label, words = read_label(line.text, line.kind is Kind.HEADING) or (None, line.text)
        if not words:
            label, words = None, line.text
        if self._is_heading(line, label, words, rest):
            self._begin(line, label, words, rest)
        elif self._is_guidance(line, label, rest):
            self.part.items.append(Item(line.text, guidance=True))
        else:
            self._place(Item(words, label, line.depth), line.kind)

    # Headings

    def _is_heading(
        self, line: Line, label: Label | None, words: str, rest: Sequence[Line]
    ) -> bool:
        if line.kind is Kind.BULLET or not words:
            return False
        if line.kind is Kind.HEADING and (label is None or label.scope is Scope.ANNEX):
            return not self._is_guidance(line, label, rest)
        if label is None or label.scope is Scope.MARK or words.endswith(_ENDS_SENTENCE):
            return False
        if line.kind is Kind.HEADING:
            return len(words.split()) <= _HEADING_WORDS and _holds(label, line.kind, rest)
        return (
            words[0].isupper()
            and len(words.split()) <= _PLAIN_HEADING_WORDS
            and (_counts_on(label, rest) or not _MODAL.search(words))
            and not self._goes_on_a_list(label)
            and _holds(label, line.kind, rest)
        )

    def _goes_on_a_list(self, label: Label) -> bool:
        """Say whether the item before is numbered in the same list as this label."""
        above = ancestors(label.id)[:1]
        return any(
            item.label and item.label.scope is label.scope and ancestors(item.label.id)[:1] == above
            for item in self.open
        )

    def _is_guidance(self, line: Line, label: Label | None, rest: Sequence[Line]) -> bool:
        ends_part = not rest or rest[0].kind is Kind.HEADING
        return (
            ends_part
            and label is None
            and line.kind is not Kind.BULLET
            and not self.part.number
            and bool(self.part.items)
            and _GUIDANCE.match(line.text) is not None
        )

    def _begin(self, line: Line, label: Label | None, words: str, rest: Sequence[Line]) -> None:
        words = words.removesuffix(":").strip()
        part = Part(words, title=words, depth=line.depth)
        if label:
            part.number, part.section = label.id, f"{label.written} {words}".strip()
            if label.scope is Scope.NUMBER and label.id.isdigit() and self._inside_letter():
                part.number = f"{self._inside_letter()}.{label.id}"
            if label.scope is Scope.ANNEX:
                self.volume = part
        elif self._is_sub(line, rest):
            part.number, part.depth = self.part.number, self.part.depth
            part.section = f"{self.part.section.split(' > ')[0]} > {words}"
        else:
            self.volume = part
        part.volume = self.volume
        self.parts.append(part)
        self.open = []

    def _inside_letter(self) -> str:
        return self.part.number[:1] if re.match(r"[A-Z](?:$|\.)", self.part.number) else ""

    def _is_sub(self, line: Line, rest: Sequence[Line]) -> bool:
        """Say whether an unnumbered heading stands inside the numbered part before it.

        The next number decides: one that goes on counting in the part keeps the heading
        inside; without a number the heading's level decides.
        """
        if not self.part.number:
            return False
        for after in rest:
            label, _ = read_label(after.text, after.kind is Kind.HEADING) or (None, "")
            if label and label.scope is not Scope.MARK:
                return is_under(label.id, self.part.number) and after.kind is not Kind.HEADING
            if after.kind is not Kind.HEADING:
                break
        return line.depth > self.part.depth and bool(rest) and rest[0].kind is not Kind.HEADING

    # Items

    def _place(self, item: Item, kind: Kind) -> None:
        if item.label is None:
            self._place_unnumbered(item, kind)
        elif item.label.scope is Scope.WHOLE or not self._place_in_list(item):
            self.part.items.append(item)
            self.open = [item]

    def _place_in_list(self, item: Item) -> bool:
        """Put an item marked `(b)` or `2.` into the list it goes on with, or begin one."""
        assert item.label is not None
        found = readings(item.label.id)
        for level in range(len(self.open) - 1, -1, -1):
            before = self.open[level].label
            if before is None or before.scope is Scope.WHOLE:
                continue
            known = readings(before.id)
            if any(known.get(style, -1) + 1 == place for style, place in found.items()):
                self._put(item, level)
                return True
        if len(self.open) and ")(" in item.label.id:
            self._put(item, 1)
            return True
        if not self.open or (found.get("digit", 1) != 1 and item.label.scope is Scope.NUMBER):
            return False
        if item.label.scope is Scope.NUMBER and self.open[0].label is None:
            return False
        self._put(item, len(self.open))
        return True

    def _place_unnumbered(self, item: Item, kind: Kind) -> None:
        if kind is not Kind.BULLET:
            if self.open and item.text[:1].islower():
                self.open[-1].text += f" {item.text}"
                return
            base = next((i for i, each in enumerate(self.open) if each.label is None), None)
            level = (1 if base is None or base else 0) if self.open else 0
            item.depth = 0
            self._put(item, level)
            return
        level = len(self.open)
        while level and self.open[level - 1].depth >= item.depth and not self._holds_bullets(level):
            level -= 1
        if level == 1 and self.open[0].label is None and self.open[0].depth == 0:
            level = int(self.open[0].text.endswith(":"))
        self._put(item, level)

    def _holds_bullets(self, level: int) -> bool:
        """A clause with a number of its own holds every unnumbered bullet that follows it."""
        item = self.open[level - 1]
        return level == 1 and item.label is not None

    def _put(self, item: Item, level: int) -> None:
        self.open = self.open[: min(level, _DEEPEST)]
        (self.open[-1].children if self.open else self.part.items).append(item)
        self.open.append(item)


def _with_lone_numbers_joined(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with a number that stands alone put in front of the words below it."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        alone = last and last.kind is not Kind.BULLET and read_label(last.text)
        if last and alone and not alone[1] and line.kind is not Kind.BULLET:
            joined[-1] = replace(line, text=f"{last.text} {line.text}")
        else:
            joined.append(line)
    return joined


def _counts_on(label: Label, rest: Sequence[Line]) -> bool:
    """Say whether a single number is followed at once by numbers under it: `4.` and `4.1`."""
    found = read_label(rest[0].text) if rest else None
    return label.scope is Scope.NUMBER and found is not None and is_under(found[0].id, label.id)


def _holds(label: Label, kind: Kind, rest: Sequence[Line]) -> bool:
    """Say whether the next line is something this number could be the heading of."""
    if not rest:
        return False
    if kind is Kind.HEADING and rest[0].kind is not Kind.HEADING:
        return True
    after, _ = read_label(rest[0].text, rest[0].kind is Kind.HEADING) or (None, "")
    if after is None:
        return True
    return after.scope is Scope.MARK or (
        after.scope is not label.scope or is_under(after.id, label.id)
    )
