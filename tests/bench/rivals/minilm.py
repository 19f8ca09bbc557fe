"""all-MiniLM-L6-v2 as published, in full precision: the nearest text by meaning."""

import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from knowledge.pieces import Pieces
from knowledge.training.graph import write_whole_graph
from knowledge.training.weights import LAYERS, pretrained, vocabulary
from tests.bench.rivals.text import MOST, Hits, Search, Text

Floats = npt.NDArray[np.float32]

_LONGEST = 128


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search by the cosine of two meanings."""
    meaning = encoder(kept)
    matrix = meanings(texts, meaning, kept)

    def search(question: str) -> Hits:
        scores = matrix @ meaning(question)
        order = np.argsort(-scores, kind="stable")[:MOST]
        return [(int(at), float(scores[at])) for at in order]

    return search


def encoder(kept: Path) -> Callable[[str], Floats]:
    """Return what turns a text into a vector of length one."""
    graph, tables = kept / "minilm.onnx", kept / "minilm.npz"
    if not tables.exists():
        _write(graph, tables)
    with np.load(tables) as held:
        words, places = held["words"], held["places"]
    pieces = Pieces(vocabulary())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    run: Any = onnxruntime.InferenceSession(
        str(graph), options, providers=["CPUExecutionProvider"]
    ).run

    def meaning(text: str) -> Floats:
        letters = unicodedata.normalize("NFD", text.lower())
        numbers = pieces.cut("".join(e for e in letters if not unicodedata.combining(e)), _LONGEST)
        sentence = words[numbers] + places[: len(numbers)]
        vector: Floats = run(None, {"sentence": sentence})[0]
        return vector / np.linalg.norm(vector)

    return meaning


def meanings(texts: list[Text], meaning: Callable[[str], Floats], kept: Path) -> Floats:
    """Return the vectors of all texts, worked out once."""
    name = sha256("\n".join(each.words for each in texts).encode()).hexdigest()[:16]
    path = kept / f"{name}.npy"
    if not path.exists():
        np.save(path, np.stack([meaning(each.words) for each in texts]))
    matrix: Floats = np.load(path)
    return matrix


def _write(graph: Path, tables: Path) -> None:
    """Write the network as the project writes its own, but with nothing rounded."""
    net = pretrained()
    write_whole_graph(net, LAYERS, graph)
    np.savez(tables, words=net["words"], places=net["places"])
