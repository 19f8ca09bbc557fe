"""Turn a sentence into a vector: MiniLM, taught how staff ask, in eight bits."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from knowledge.pieces import Pieces

Floats = npt.NDArray[np.float32]

_GRAPH, _WORDS, _VOCABULARY = "encoder.onnx", "words.npz", "vocabulary.txt"


class Encoder:
    """Reads sentences one at a time, on one core."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`, made by `python -m knowledge.training`."""
        lines = (folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")
        self._pieces = Pieces({piece: number for number, piece in enumerate(lines)})
        with np.load(folder / _WORDS) as tables:
            self._words: npt.NDArray[np.int8] = tables["words"]
            self._scale: Floats = tables["scale"].astype(np.float32)
            self._places: Floats = tables["places"].astype(np.float32)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # memory that grows with the longest message seen is kept small instead of fast
        options.enable_cpu_mem_arena = False
        self._run: Any = onnxruntime.InferenceSession(
            str(folder / _GRAPH), options, providers=["CPUExecutionProvider"]
        ).run

    def meaning(self, text: str, most: int = 96) -> Floats:
        """Return the vector of a tidied text, of which the first `most` pieces count."""
        pieces = np.array(self._pieces.cut(text, most))
        sentence = self._words[pieces] * self._scale[pieces, None] + self._places[: len(pieces)]
        vector: Floats = self._run(None, {"sentence": sentence.astype(np.float32)})[0]
        return vector
