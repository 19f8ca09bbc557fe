"""Read a policy, whatever kind of file it is in, into its clauses."""

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.clause import Clause
from knowledge.policy import Policy, PolicyFault, fingerprint
from knowledge.reading import head
from knowledge.reading.audience import EVERYBODY, audience_of
from knowledge.reading.line import Line
from knowledge.reading.numbering import number
from knowledge.reading.outline import outline
from knowledge.reading.pdf import read_pdf
from knowledge.reading.text import read_text
from knowledge.reading.word import read_word

_MOST_BYTES = 20_000_000


def read_policy(path: Path) -> Policy:
    """Return the policy in a file.

    Args:
        path: a `.txt`, `.md`, `.docx` or `.pdf` file.

    Raises:
        PolicyFault: there is no such file, or no policy can be read from it.
    """
    try:
        document = path.read_bytes()
    except OSError as fault:
        raise PolicyFault(f"The file {path} could not be read: {fault.strerror}.") from fault
    return read_policy_bytes(document, path.suffix)


def read_policy_bytes(document: bytes, suffix: str) -> Policy:
    """Return the policy in the bytes of a file.

    Args:
        document: what is in the file.
        suffix: the ending of its name, `.docx` for example.

    Raises:
        PolicyFault: files of this kind cannot be read, or this one cannot.
    """
    read = _READERS.get(suffix.lower())
    if read is None:
        raise PolicyFault(
            f"A policy can be read from {', '.join(_READERS)} files, not from"
            f" {suffix or 'a file without an ending'}."
        )
    if len(document) > _MOST_BYTES:
        raise PolicyFault("This file is larger than 20 MB, which is too large for a policy.")
    return _policy_of(read(document))


def read_policy_text(document: str) -> Policy:
    """Return the policy in a text, plain or Markdown.

    Raises:
        PolicyFault: there are no words in it.
    """
    return _policy_of(read_text(document))


def _policy_of(lines: Sequence[Line]) -> Policy:
    """Return the policy that some lines make.

    Raises:
        PolicyFault: there are none, or nothing but headings.
    """
    if not lines:
        raise PolicyFault("There is no text in this document.")
    opening, body = head.split_head(lines)
    title = head.title_of(lines)
    facts = [line.text for line in opening]
    clauses = []
    if opening:
        clauses.append(Clause("HEAD", None, "Document header", EVERYBODY, " | ".join(facts)))
    audiences: dict[str | None, tuple[str, ...]] = {}
    for each in number(outline(body, title)):
        audience = audience_of(each.text, each.section, audiences.get(each.parent))
        audiences[each.id] = audience
        clauses.append(Clause(each.id, each.parent, each.section, audience, each.text))
    if not clauses:
        raise PolicyFault("There is nothing but headings in this document.")
    return Policy(
        title=title,
        clauses=tuple(clauses),
        last_reviewed=head.date_after(head.LAST_REVIEWED, facts),
        review_due=head.date_after(head.REVIEW_DUE, facts),
        approved=head.date_after(head.APPROVED, facts),
        fingerprint=fingerprint(clauses),
    )


def _read_plain(document: bytes) -> list[Line]:
    return read_text(_decoded(document))


def _decoded(document: bytes) -> str:
    """Return the text of a file saved by whatever program: UTF-8, UTF-16 or Windows-1252."""
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        return document.decode("utf-16", errors="replace")
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError:
        return document.decode("cp1252", errors="replace")


_READERS: dict[str, Callable[[bytes], list[Line]]] = {
    ".txt": _read_plain,
    ".md": _read_plain,
    ".docx": read_word,
    ".pdf": read_pdf,
}
