"""Read a PDF into lines: broken rows joined, running heads and page numbers gone."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.reading.label import Label, Scope, read_label, readings
from knowledge.reading.line import Kind, Line
from knowledge.reading.markup import is_contents_entry, plain
from knowledge.reading.pdf_page import Row, read_rows

_EDGE_ROWS = 3
"""Running heads and feet are looked for in so many rows at either end of a page."""
_PAGE_NUMBER = re.compile(
    r"[-\u2013\u2014|\s]*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?[-\u2013\u2014|\s]*", re.I
)
_TERMINALS = (".", ";", ":", "!", "?", ".\u201d", '."', ".)", ".\u2019")
_HEADING_WORDS = 14
_LETTER_WIDTH = 0.5
"""Average width of a letter as part of its size: enough to tell a full row from a short one."""


@dataclass(frozen=True)
class _Measure:
    """What is ordinary in one document."""

    size: float
    leading: float
    right: float
    hyphenless: frozenset[str]
    """Words that occur unbroken, to tell a broken word from a hyphenated one."""


def read_pdf(document: bytes) -> list[Line]:
    """Return the headings, bullets and paragraphs of a PDF that has text in it.

    Raises:
        PolicyFault: the file is damaged, locked, or a scan.
    """
    rows = [row for row in _without_running(read_rows(document)) if not is_contents_entry(row.text)]
    if not rows:
        return []
    measure = _measure(rows)
    blocks: list[list[Row]] = []
    labels: list[Label] = []
    for row in rows:
        found = read_label(row.text, row.bold)
        if not blocks or _begins(row, found, blocks[-1], labels, measure):
            blocks.append([row])
            labels += [found[0]] if found else []
        else:
            blocks[-1].append(row)
    return _lines(blocks, measure)


def _without_running(rows: Sequence[Row]) -> list[Row]:
    """Return the rows without those that stand at the edge of most pages, and page numbers."""
    pages: dict[int, list[Row]] = {}
    for row in rows:
        pages.setdefault(row.page, []).append(row)
    edges = {
        id(row) for page in pages.values() for row in (*page[:_EDGE_ROWS], *page[-_EDGE_ROWS:])
    }
    seen = Counter(
        shape
        for page in pages.values()
        for shape in {_shape(row) for row in page if id(row) in edges}
    )
    often = max(2, len(pages) / 2)
    return [
        row
        for row in rows
        if id(row) not in edges
        or not (seen[_shape(row)] >= often or _PAGE_NUMBER.fullmatch(row.text))
    ]


def _shape(row: Row) -> str:
    return re.sub(r"\d+", "#", row.text.casefold())


def _right(row: Row) -> float:
    return row.left + len(row.text) * row.size * _LETTER_WIDTH


def _measure(rows: Sequence[Row]) -> _Measure:
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[row.size] += len(row.text)
    size = sizes.most_common(1)[0][0]
    gaps = [
        above.top - below.top
        for above, below in pairwise(rows)
        if above.page == below.page
        and below.size == size == above.size
        and not below.bullet
        and below.text[:1].islower()
    ]
    rights = sorted(_right(row) for row in rows if row.size == size)
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(row.text.lower() for row in rows))
    return _Measure(
        size=size,
        leading=median(gaps) if gaps else size * 1.25,
        right=rights[int(len(rights) * 0.9)],
        hyphenless=frozenset(word for word in words if "-" not in word),
    )


def _begins(
    row: Row,
    found: tuple[Label, str] | None,
    block: Sequence[Row],
    labels: Sequence[Label],
    measure: _Measure,
) -> bool:
    """Say whether a row begins something new, rather than going on with the block above."""
    first, last = block[0], block[-1]
    ended = last.text.endswith(_TERMINALS)
    close = row.page != last.page or last.top - row.top <= measure.leading * 1.3
    if row.bullet or abs(row.size - last.size) > 0.6:
        return True
    if found and (ended or not close or _goes_on_counting(found, labels)):
        return True
    if last.bold and not row.bold and all(each.bold for each in block) and not ended:
        return True
    if not close or (row.bold and not last.bold and ended):
        return True
    if row.left < first.left - 3:
        return True
    short = _right(last) < measure.right * 0.75
    if not ended and row.text[:1].isupper() and short and not last.bold:
        return True
    hangs = len(block) > 1 or first.bullet or read_label(first.text) is not None
    indented = row.left > first.left + 3
    return ended and (short or (row.page != last.page and not (hangs and indented)))


def _goes_on_counting(found: tuple[Label, str], labels: Sequence[Label]) -> bool:
    """Tell the next number of a list from a number that a broken row happens to begin with."""
    label, words = found
    if words[:1].islower() and label.scope is not Scope.MARK:
        return False
    before = next((each for each in reversed(labels) if each.scope is label.scope), None)
    if before is None:
        return True
    if label.scope is Scope.MARK:
        known = readings(before.id)
        return any(place in (1, known.get(s, 0) + 1) for s, place in readings(label.id).items())
    if before.id[0].isdigit() != label.id[0].isdigit():
        return True
    return _order(label.id) > _order(before.id) or label.id == "1"


def _order(label_id: str) -> list[tuple[int, str]]:
    steps = re.findall(r"\d+|[A-Za-z]+", label_id)
    return [(int(step), "") if step.isdigit() else (0, step) for step in steps]


def _lines(blocks: Sequence[Sequence[Row]], measure: _Measure) -> list[Line]:
    sizes = sorted({row.size for block in blocks for row in block}, reverse=True)
    indents = _indents([block[0].left for block in blocks if block[0].bullet])
    lines = []
    for block in blocks:
        text = plain(_joined(block, measure))
        first = block[0]
        if first.bullet:
            depth = max(i for i, left in enumerate(indents, 1) if left <= first.left + 3)
            lines.append(Line(Kind.BULLET, text, depth))
        elif _is_heading(block, text, measure):
            lines.append(Line(Kind.HEADING, text, 1 + sizes.index(first.size)))
        else:
            lines.append(Line(Kind.PARAGRAPH, text))
    return [line for line in lines if line.text]


def _indents(lefts: Sequence[float]) -> list[float]:
    """Return the indents of bullets, each more than a hair's breadth right of the one before."""
    indents: list[float] = []
    for left in sorted(lefts):
        if not indents or left > indents[-1] + 3:
            indents.append(left)
    return indents


def _is_heading(block: Sequence[Row], text: str, measure: _Measure) -> bool:
    if len(text.split()) > _HEADING_WORDS or text.endswith((".", ";", ",")):
        return False
    if all(row.size > measure.size * 1.08 for row in block):
        return True
    return all(row.bold for row in block) and ":" not in text[:-1]


def _joined(block: Sequence[Row], measure: _Measure) -> str:
    text = block[0].text
    for row in block[1:]:
        broken = re.search(r"([A-Za-z]+)-$", text)
        tail = re.match(r"[a-z]+", row.text)
        if broken and tail:
            whole = (broken[1] + tail[0]).lower() in measure.hyphenless
            text = (text[:-1] if whole else text) + row.text
        else:
            text = f"{text} {row.text}"
    return text
