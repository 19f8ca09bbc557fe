"""Read a Word document into lines, with the numbers Word would draw."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

from knowledge.policy import PolicyFault
from knowledge.reading.line import Kind, Line
from knowledge.reading.markup import plain, without_lost_bullet
from knowledge.reading.text import join_cells
from knowledge.reading.word_numbers import Numbers

_MOST_UNPACKED = 300_000_000
_BOLD_HEADING = 5
_BOLD_HEADING_WORDS = 12


def read_word(document: bytes) -> list[Line]:
    """Return the headings, bullets and paragraphs of a `.docx` file.

    Tracked insertions are read as accepted and deletions as gone; tables of contents, headers
    and footers are left out; a row of a table becomes one paragraph.

    Raises:
        PolicyFault: the file is not a Word document, or is damaged or locked.
    """
    try:
        _refuse_if_it_swells(document)
        opened = docx.Document(io.BytesIO(document))
        return [line for line in _Walk(opened).lines() if line.text]
    except PolicyFault:
        raise
    except Exception as fault:  # the parser raises whatever a damaged file makes it trip over
        raise PolicyFault(
            "This file could not be opened as a Word document. Open it in Word, save it again"
            " as .docx without a password, and import that."
        ) from fault


def _refuse_if_it_swells(document: bytes) -> None:
    """A `.docx` file is an archive, and a small archive can hold more than a machine can."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
            raise PolicyFault("This Word document is too large to be a policy.")


class _Walk:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbers = Numbers(document)

    def lines(self) -> Iterator[Line]:
        yield from self._block(self.document.element.body)

    def _block(self, block: BaseOxmlElement) -> Iterator[Line]:
        for child in block:
            if child.tag == qn("w:p"):
                yield from self._paragraph(Paragraph(child, self.document))
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag == qn("w:sdt") and not _is_contents(child):
                for content in child.iterchildren(qn("w:sdtContent")):
                    yield from self._block(content)
            elif child.tag in (qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self._block(child)

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Line]:
        name = next(iter(_style_names(paragraph)), "")
        if name.startswith("toc"):
            return
        number = self.numbers.next_for(paragraph)
        for place, words in enumerate(_words(paragraph._p).split("\n")):
            text = plain(words)
            if not text:
                continue
            if place:
                yield Line(Kind.PARAGRAPH, text)
            elif number and not number.drawn:
                depth = max(number.level + 1, _level_in(name))
                yield Line(Kind.BULLET, without_lost_bullet(text), depth)
            else:
                level = _heading_level(paragraph, text)
                text = f"{number.drawn} {text}" if number else text
                kind = Kind.HEADING if level else Kind.PARAGRAPH
                if not level and not number and "bullet" in name:
                    kind, level = Kind.BULLET, _level_in(name)
                yield Line(kind, text, level or (number.level if number else 0))

    def _table(self, table: BaseOxmlElement) -> Iterator[Line]:
        for row in table.iterchildren(qn("w:tr")):
            cells: list[list[Line]] = []
            for cell in row.iterchildren(qn("w:tc")):
                cells.append(list(self._block(cell)))
            filled = [cell for cell in cells if cell]
            if len(filled) == 1 or any(len(cell) > 1 for cell in filled):
                for cell in filled:
                    yield from cell
            elif filled:
                row_text = join_cells([cell[0].text for cell in filled])
                yield Line(Kind.PARAGRAPH, row_text)


def _words(paragraph: BaseOxmlElement) -> str:
    """Return the words of a paragraph, tracked insertions and links included."""
    words: list[str] = []
    skipped = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:instrText")}

    def gather(element: BaseOxmlElement) -> None:
        for child in element:
            tag = child.tag
            if tag in skipped or (isinstance(tag, str) and tag.endswith("}Fallback")):
                continue
            if tag == qn("w:t"):
                words.append(child.text or "")
            elif tag == qn("w:tab"):
                words.append(" ")
            elif tag in (qn("w:br"), qn("w:cr")):
                words.append("\n")
            elif tag == qn("w:noBreakHyphen"):
                words.append("-")
            else:
                gather(child)

    gather(paragraph)
    return "".join(words)


def _heading_level(paragraph: Paragraph, text: str) -> int:
    """Return the level of a heading, by its style or by being bold throughout; 0 if it is none."""
    for name in _style_names(paragraph):
        if name in ("title", "subtitle"):
            return 1
        if name.startswith("heading"):
            return _level_in(name)
    runs = [run for run in paragraph.runs if run.text.strip()]
    short = len(text.split()) <= _BOLD_HEADING_WORDS and not text.endswith((".", ";"))
    bold = bool(runs) and all(run.bold for run in runs)
    return _BOLD_HEADING if bold and short and ":" not in text[:-1] else 0


def _style_names(paragraph: Paragraph) -> list[str]:
    """Return the names of a paragraph's style and of those it is based on, nearest first."""
    names = []
    style: BaseStyle | None = paragraph.style
    while isinstance(style, ParagraphStyle):
        names.append((style.name or "").lower())
        style = style.base_style
    return names


def _level_in(style_name: str) -> int:
    """Return the level that a style's name ends with, as in `List Bullet 2`."""
    return int(style_name[-1]) if style_name[-1:].isdigit() else 1


def _is_contents(block: BaseOxmlElement) -> bool:
    galleries = block.iter(qn("w:docPartGallery"))
    return any("contents" in (each.get(qn("w:val")) or "").lower() for each in galleries)
