"""Give every item of an outline the id by which it will be cited."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.reading.label import Scope, ancestors, is_under
from knowledge.reading.outline import Item, Part

_WORD = re.compile(r"[A-Za-z][\w'\u2019]*")
_SMALL_WORDS = {
    *("a", "an", "and", "as", "at", "by", "for", "from", "in", "into"),
    *("is", "of", "on", "or", "our", "the", "to", "with"),
}
_OPENS_A_CLAUSE = frozenset(["where", "when", "while", "if", "how", "what", "who", "why", "during"])
_NAME_WORDS = 5
_SUBJECTS = (
    ("RL", r"\bremote\b|\b(?:learn|teach|taught|educat|work|lesson)\w*\b.*\bhome\b|\bclosures?\b"),
    ("SM", r"\bsocial media\b"),
    ("MP", r"\b(?:phones?|devices?)\b"),
    ("IM", r"\b(?:photograph|photo|film|image|video)\w*\b"),
    ("TV", r"\b(?:trips?|visits|outings?)\b"),
)
"""Ids for what a school's policies most often speak of, when the heading is a whole sentence.

They depend on the subject alone, so that an id outlives next year's wording of the heading.
"""

_LABELLED = re.compile(r"([A-Za-z][A-Za-z-]{2,19}):\s+\S")
_ADDRESS = re.compile(
    r"https?://\S+"
    r"|(?<![\w-])(?<![a-z0-9-]\.)(?:[a-z0-9-]+\.)+(?:uk|com|org|net|gov|info|edu)\b\S*",
    re.IGNORECASE,
)
_LINK_WORDS = 10
_LINKS_SUFFIX = " (resource links)"


@dataclass(frozen=True)
class Numbered:
    """The id, place and words of one clause."""

    id: str
    parent: str | None
    section: str
    text: str


def number(parts: Sequence[Part]) -> list[Numbered]:
    """Return the clauses of an outline in order, each with an id of its own.

    The document's own numbers stand as written. What has none counts from 1 under the clause
    or heading above it; a heading without a number lends its initials. Where two volumes of
    one document number alike, the later one's ids begin with the initials of its heading.
    """
    return list(_Numberer(parts).clauses())


def initials(heading: str) -> str:
    """Return the short name of a heading: `Online Safety` is OS, `Purpose` is PUR."""
    words: list[str] = _WORD.findall(heading)
    telling = [word for word in words if word.lower() not in _SMALL_WORDS] or words
    if len(words) > _NAME_WORDS + 2 or (words and words[0].lower() in _OPENS_A_CLAUSE):
        for name, pattern in _SUBJECTS:
            if re.search(pattern, heading, re.IGNORECASE):
                return name
        telling = [word for word in telling if word.lower() not in _OPENS_A_CLAUSE][:3] or telling
    if not telling:
        return "X"
    if len(telling) == 1:
        return telling[0][:3].upper()
    return "".join(word[0] for word in telling[:_NAME_WORDS]).upper()


class _Numberer:
    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.used: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.names: dict[Part, str] = {}
        self.prefixes = self._volume_prefixes()
        self.reserved = {
            self._prefixed(part, item) for part in parts for item in part.items if _is_own(item)
        }

    def clauses(self) -> Iterator[Numbered]:
        for part in self.parts:
            if _is_list_of_links(part):
                yield self._links(part)
                continue
            words = _opening_words(part.items)
            for item in part.items:
                yield from self._clause(item, part, None, words.get(item))

    def _volume_prefixes(self) -> dict[Part, str]:
        """Name the volumes whose numbers have been used by a volume before them."""
        numbers: dict[Part, list[str]] = {}
        for part in self.parts:
            own = [item.label.id for item in part.items if item.label and _is_own(item)]
            assert part.volume is not None
            numbers.setdefault(part.volume, []).extend(own)
        restarts = any(
            len([own for own in numbers.values() if first in own]) > 1 for first in ("1", "A")
        )
        taken: set[str] = set()
        prefixes = {}
        for volume, own in numbers.items():
            flat = restarts and any("." not in each and "(" not in each for each in own)
            if flat or not taken.isdisjoint(own):
                prefixes[volume] = f"{self._name(volume)}."
            taken.update(own)
        return prefixes

    def _name(self, part: Part) -> str:
        """Return what ids under a heading begin with."""
        if part not in self.names:
            name = part.number or initials(part.title)
            if not part.number:
                again = sum(initials(other.title) == name for other in self.names)
                name = f"{name}{again + 1}" if again else name
            self.names[part] = name
        return self.names[part]

    def _prefixed(self, part: Part, item: Item) -> str:
        assert item.label is not None and part.volume is not None
        own = item.label.id
        if item.label.scope is Scope.NUMBER and part.number:
            own = f"{part.number}.{own}"
            if part.volume is part:
                return own
        return self.prefixes.get(part.volume, "") + own

    def _clause(
        self, item: Item, part: Part, parent: str | None, word: str | None
    ) -> Iterator[Numbered]:
        clause_id = self._unused(self._id(item, part, parent, word))
        if parent is None:
            parent = next(
                (each for each in self._above(clause_id, part) if each in self.used), None
            )
        self.used.add(clause_id)
        yield Numbered(clause_id, parent, part.section, item.text)
        words = _opening_words(item.children)
        for child in item.children:
            yield from self._clause(child, part, clause_id, words.get(child))

    def _above(self, clause_id: str, part: Part) -> list[str]:
        assert part.volume is not None
        prefix = self.prefixes.get(part.volume, "")
        if prefix:
            return [prefix + above for above in ancestors(clause_id.removeprefix(prefix))]
        return ancestors(clause_id)

    def _id(self, item: Item, part: Part, parent: str | None, word: str | None) -> str:
        if parent is None and _is_own(item):
            return self._prefixed(part, item)
        base = self._base(part) if parent is None else parent
        if item.guidance:
            return f"{base}.guidance"
        if item.label:
            mark = item.label.id
            return f"{base}{mark}" if item.label.scope is Scope.MARK else f"{base}.{mark}"
        if word:
            return f"{base}.{word}"
        if parent is None and part.number:
            if any(is_under(own, base) for own in self.reserved):
                self.counts[base] += 1
                lead = self.counts[base]
                return base if lead == 1 and base not in self.reserved else f"{base}.lead.{lead}"
            if self._is_alone(item, part):
                return base
        while True:
            self.counts[base] += 1
            if (counted := f"{base}.{self.counts[base]}") not in self.reserved:
                return counted

    def _base(self, part: Part) -> str:
        assert part.volume is not None
        if not part.number or part.volume is part:
            return self._name(part)
        return self.prefixes.get(part.volume, "") + part.number

    def _is_alone(self, item: Item, part: Part) -> bool:
        same = [p for p in self.parts if p.number == part.number and p.volume is part.volume]
        return [each for p in same for each in p.items] == [item]

    def _unused(self, clause_id: str) -> str:
        again, tried = 2, clause_id
        while tried in self.used:
            tried, again = f"{clause_id}-{again}", again + 1
        return tried

    def _links(self, part: Part) -> Numbered:
        links = [each.text.rstrip(" ;.,") for item in part.items for each in _flat(item)]
        clause_id = self._unused("LINKS")
        self.used.add(clause_id)
        section = f"{part.section.removesuffix(_LINKS_SUFFIX)}{_LINKS_SUFFIX}"
        return Numbered(clause_id, None, section, "; ".join(links))


def _is_own(item: Item) -> bool:
    """Say whether an item at the top of a part carries the document's own number."""
    return item.label is not None and item.label.scope in (Scope.WHOLE, Scope.NUMBER)


def _opening_words(items: Sequence[Item]) -> dict[Item, str]:
    """Return the labels of a list in which every item opens with one: `content: being …`."""
    plain = [item for item in items if item.label is None]
    found = [_LABELLED.match(item.text) for item in plain]
    words = [match[1].lower() for match in found if match]
    if len(words) < 2 or len(words) != len(plain) or len(set(words)) != len(words):
        return {}
    return dict(zip(plain, words, strict=True))


def _is_list_of_links(part: Part) -> bool:
    items = [each for item in part.items for each in _flat(item)]
    return len(items) > 1 and all(
        item.label is None
        and _ADDRESS.search(item.text)
        and len(_ADDRESS.sub("", item.text).split()) <= _LINK_WORDS
        for item in items
    )


def _flat(item: Item) -> Iterable[Item]:
    yield item
    for child in item.children:
        yield from _flat(child)
