"""Write the made-up policies of `policies/` as Word documents, PDFs and plain text."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.text.paragraph import CT_P
from fpdf import FPDF

MADE_UP = ("brackenford", "quillwater", "tarnside")
_DISC = "\xb7"
"""A bullet in the Symbol font, which every reader of PDFs has."""
_FOLDER = Path(__file__).parent / "policies"


@dataclass(frozen=True)
class Block:
    """One line of a made-up policy, and the id that reading it must give."""

    kind: str
    text: str
    number: str
    level: int
    depth: int
    id: str | None


def blocks(name: str) -> list[Block]:
    """Return the lines of the policy `policies/NAME.yaml`."""
    return [_block(raw) for raw in yaml.safe_load((_FOLDER / f"{name}.yaml").read_text("utf-8"))]


def expected(name: str) -> dict[str, str]:
    """Return the text of each clause by the id written beside it, head and links left out."""
    return {block.id: block.text for block in blocks(name) if block.id}


def as_text(name: str) -> bytes:
    """Return the policy as plain text broken at 78 letters, as e-mail programs do."""
    rows: list[str] = []
    for block in blocks(name):
        sign = "- " if block.kind == "bullet" else f"{block.number} ".lstrip()
        rows += ["", *_wrapped(sign + block.text, 78, "  " * (block.depth - 1))]
    return "\n".join(rows).encode()


def as_word(name: str, automatic: bool) -> bytes:
    """Return the policy as a `.docx` file.

    Args:
        name: which policy.
        automatic: leave the numbers to Word instead of typing them.
    """
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Policy folder, do not remove"
    lists = _DrawnNumbers(document) if automatic else None
    for block in blocks(name):
        if block.kind == "title":
            document.add_paragraph(block.text, style="Title")
        elif block.kind == "fact":
            label, _, value = block.text.partition(": ")
            cells = document.add_table(rows=1, cols=2).rows[0].cells
            cells[0].text, cells[1].text = label, value
        elif block.kind == "bullet":
            style = "List Bullet" if block.depth == 1 else f"List Bullet {block.depth}"
            document.add_paragraph(block.text, style=style)
        else:
            drawn = bool(lists and block.number)
            words = block.text if drawn or not block.number else f"{block.number} {block.text}"
            style = f"Heading {block.level}" if block.kind == "heading" else "Normal"
            paragraph = document.add_paragraph(words, style=style)
            if lists and block.number:
                lists.number(paragraph._p, block.number)
    return _saved(document)


def as_pdf(name: str, hanging: bool) -> bytes:
    """Return the policy as a PDF with running heads, page numbers and broken lines.

    Args:
        name: which policy.
        hanging: set numbers and bullets in a column of their own.
    """
    pdf = _Pages(name)
    pdf.set_auto_page_break(True, margin=25)
    pdf.add_page()
    for block in blocks(name):
        size = {"title": 18.0, "heading": 15.0 - block.level}.get(block.kind, 11.0)
        bold = "B" if block.kind in ("title", "heading") else ""
        indent = 8.0 * block.depth if block.kind in ("bullet", "clause") else 0.0
        sign = _DISC if block.kind == "bullet" else block.number
        pdf.write_block(sign, block.text, indent, hanging and block.kind != "heading", (size, bold))
    return bytes(pdf.output())


class _Pages(FPDF):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def header(self) -> None:
        self.set_font("Helvetica", "", 9)
        self.cell(0, 8, f"{self.name.title()} policies", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "", 9)
        self.cell(0, 8, f"Page {self.page_no()} of {{nb}}", align="C")

    def write_block(
        self, sign: str, text: str, indent: float, hanging: bool, font: tuple[float, str]
    ) -> None:
        size, style = font
        self.set_x(self.l_margin + indent)
        if sign == _DISC:
            self.set_font("Symbol", "", size)
            self.cell(6, size * 0.45, sign)
            sign = ""
        self.set_font("Helvetica", style, size)
        if sign and hanging:
            self.cell(26 if sign[0] == "S" else 14, size * 0.45, sign)
        elif sign:
            text = f"{sign} {text}"
        left = self.l_margin
        self.set_left_margin(self.get_x())
        self.multi_cell(0, size * 0.45, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_left_margin(left)
        self.ln(1.5)


class _DrawnNumbers:
    """A multilevel list such as a school's template holds: 1. then 1.1 then (a) then (i)."""

    def __init__(self, document: Document) -> None:
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
            f'<w:lvlText w:val="{pattern}"/></w:lvl>'
            for level, (style, pattern) in enumerate(
                [
                    ("decimal", "%1."),
                    ("decimal", "%1.%2"),
                    ("lowerLetter", "(%3)"),
                    ("lowerRoman", "(%4)"),
                ]
            )
        )
        root = document.part.numbering_part.element
        root.insert(
            0,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
            ),
        )
        self.list = root.add_num(77).numId

    def number(self, paragraph: CT_P, number: str) -> None:
        """Make a paragraph draw `number`, which must be the next at its level."""
        marks = {"(": 3 if number.strip("()") in ("i", "ii", "iii") else 2}
        level = marks.get(number[0], 0 if number.endswith(".") else 1)
        properties = paragraph.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = self.list


def _saved(document: Document) -> bytes:
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _block(raw: dict[str, Any]) -> Block:
    kind = next(kind for kind in ("title", "fact", "heading", "clause", "bullet") if kind in raw)
    return Block(
        kind=kind,
        text=raw[kind],
        number=raw.get("number", ""),
        level=raw.get("level", 0),
        depth=raw.get("depth", 1 if kind == "bullet" else 0),
        id=raw.get("id"),
    )


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    rows, row = [], indent
    for word in text.split():
        if len(row) + len(word) + 1 > width:
            rows.append(row)
            row = indent
        row = f"{row} {word}" if row.strip() else row + word
    return [*rows, row]
