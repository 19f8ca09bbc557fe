"""The network while it learns: the encoder and its heads, as functions of a table of tensors."""

import importlib
import math
from typing import Any

from knowledge.training.weights import WIDTH, Weights

_HEADS = 12
_TINY = 1e-12
_MASKED = -1e4

torch: Any = importlib.import_module("torch")
functional: Any = importlib.import_module("torch.nn.functional")


def encode(net: Weights, layers: int, numbers: Any, seen: Any, drop: float = 0.0) -> Any:
    """Return one vector a sentence: the mean of its pieces' vectors.

    Args:
        net: the tensors of the encoder, named as `weights.pretrained` names them.
        layers: how many layers it has.
        numbers: piece numbers, one sentence a row, filled up with zeros.
        seen: where `numbers` holds pieces and not filling.
        drop: the share of values dropped at random, against learning by heart.
    """
    x = functional.embedding(numbers, net["words"]) + net["places"][: numbers.shape[1]]
    x = functional.dropout(_norm(net, "begin", x), drop)
    mask = torch.zeros(seen.shape).masked_fill(~seen, _MASKED)[:, None, None, :].to(x.dtype)
    for at in range(layers):
        rows, length, _ = x.shape
        shape = (rows, length, 3, _HEADS, WIDTH // _HEADS)
        query, key, value = _dense(net, f"{at}.see", x).view(shape).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask.to(query.dtype), dropout_p=drop
        )
        joined = mixed.transpose(1, 2).reshape(rows, length, WIDTH)
        said = functional.dropout(_dense(net, f"{at}.say", joined), drop)
        x = _norm(net, f"{at}.mid", x + said)
        down = _dense(net, f"{at}.down", functional.gelu(_dense(net, f"{at}.up", x)))
        x = _norm(net, f"{at}.end", x + functional.dropout(down, drop))
    weight = seen[..., None].to(x.dtype)
    return (x * weight).sum(1) / weight.sum(1)


def new_head(width: int, generator: Any) -> Any:
    """Return a small random matrix with `width` outputs."""
    return torch.randn(width, WIDTH, generator=generator) / math.sqrt(WIDTH) * 0.4


def _dense(net: Weights, name: str, x: Any) -> Any:
    return functional.linear(x, net[f"{name}.weight"], net[f"{name}.bias"])


def _norm(net: Weights, name: str, x: Any) -> Any:
    scale, shift = net[f"{name}.scale"], net[f"{name}.shift"]
    return functional.layer_norm(x, (WIDTH,), scale, shift, _TINY)
