"""Teach the encoder and its heads how staff ask."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.heads import Floats
from knowledge.pieces import Pieces
from knowledge.training.examples import LABELS, NONE, Example, target
from knowledge.training.net import encode, functional, new_head, torch
from knowledge.training.slips import retyped
from knowledge.training.weights import LAYERS, Weights, pretrained, vocabulary

_MOST_PIECES = 80
_BATCH = 32
_DROP = 0.1
_DROP_MEANING = 0.15
_WARM = 0.08
_HEAD_SPEED = 1e-3
_SHARES = {"verdict": 0.5, "action": 0.7, "urgency": 0.8, "route": 1.0, "category": 0.8}
"""How much each head weighs against the ranking of clauses, for each example that has its label."""
_SMOOTH = 0.03
_FIXED = ("words", "places")
_MEMORY = 0.998
"""The weights kept are a running mean of those passed through: steadier than the last ones."""


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    rounds: int = 10
    speed: float = 2e-4
    seed: int = 7
    layers: tuple[int, ...] = tuple(range(LAYERS))
    """Which of MiniLM's layers to build on."""


def fit_encoder(
    examples: list[Example], ids: tuple[str, ...], plan: Plan, told: Callable[[str], None]
) -> Weights:
    """Return the weights of encoder and heads, as arrays, after learning from the examples.

    The same plan and examples on the same machine give the same weights.
    """
    torch.manual_seed(plan.seed)
    # with a second thread each small step waits for both cores: slower wherever others work too
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    luck = random.Random(plan.seed)
    pieces = Pieces(vocabulary())
    net = {name: torch.tensor(array) for name, array in pretrained(plan.layers).items()}
    net.update(_heads(net, examples, ids, pieces, plan))
    for name, tensor in net.items():
        # the table of words stays: those that no example uses keep their place beside those that do
        tensor.requires_grad_(name not in _FIXED)
    optimizer = torch.optim.AdamW(_groups(net, plan), betas=(0.9, 0.99))
    speeds = [group["lr"] for group in optimizer.param_groups]
    mean = {name: tensor.detach().clone() for name, tensor in net.items()}
    steps = plan.rounds * math.ceil(len(examples) / _BATCH)
    step = 0
    for turn in range(plan.rounds):
        lost = 0.0
        for batch in _batches(examples, luck):
            done = step / steps
            pace = min(1.0, done / _WARM) * (1 - done) + 0.02
            for group, speed in zip(optimizer.param_groups, speeds, strict=True):
                group["lr"] = speed * pace
            loss = _loss(net, len(plan.layers), batch, ids, pieces, luck)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(_learning(net), 1.0)
            optimizer.step()
            step += 1
            memory = min(_MEMORY, step / (step + 20))
            with torch.no_grad():
                for name, tensor in net.items():
                    if name not in _FIXED:
                        mean[name].lerp_(tensor, 1 - memory)
            lost += float(loss.detach())
        told(f"round {turn + 1} of {plan.rounds}: loss {lost * _BATCH / len(examples):.3f}")
    return {name: tensor.detach().numpy() for name, tensor in mean.items()}


def _heads(
    net: Weights, examples: list[Example], ids: tuple[str, ...], pieces: Pieces, plan: Plan
) -> Weights:
    """Return heads to begin with: a clause begins as the mean of what is said about it."""
    generator = torch.Generator().manual_seed(plan.seed)
    heads: Weights = {}
    for name, labels in LABELS.items():
        heads[f"{name}.weight"] = new_head(len(labels), generator)
        heads[f"{name}.bias"] = torch.zeros(len(labels))
    sums = torch.zeros(len(ids), net["words"].shape[1])
    with torch.no_grad():
        policy = sorted(
            (e for e in examples if e.clauses and e.weight == 1), key=lambda e: len(e.text)
        )
        for start in range(0, len(policy), 64):
            part = policy[start : start + 64]
            meaning = functional.normalize(
                encode(net, len(plan.layers), *_padded([each.text for each in part], pieces)),
                dim=-1,
            )
            for each, vector in zip(part, meaning, strict=True):
                if each.clauses[0] in ids:
                    sums[ids.index(each.clauses[0])] += vector
        means = functional.normalize(sums, dim=-1)
        common = functional.normalize(means.mean(0), dim=-1)
        heads["clause.weight"] = functional.normalize(means - 0.6 * common, dim=-1) * 1.2
    heads["clause.bias"] = torch.zeros(len(ids))
    return heads


def _groups(net: Weights, plan: Plan) -> list[dict[str, Any]]:
    heads = {f"{name}.{part}" for name in ("clause", *LABELS) for part in ("weight", "bias")}
    encoder = [net[name] for name in net if name not in heads and name not in _FIXED]
    matrices = [tensor for tensor in encoder if tensor.dim() > 1]
    vectors = [tensor for tensor in encoder if tensor.dim() == 1]
    return [
        {"params": matrices, "lr": plan.speed, "weight_decay": 0.01},
        {"params": vectors, "lr": plan.speed, "weight_decay": 0.0},
        {"params": [net[name] for name in sorted(heads)], "lr": _HEAD_SPEED, "weight_decay": 0.01},
    ]


def _learning(net: Weights) -> list[Any]:
    return [tensor for name, tensor in net.items() if name not in _FIXED]


def _batches(examples: list[Example], luck: random.Random) -> Iterator[list[Example]]:
    """Yield batches of sentences of like length, in no order."""
    shuffled = examples.copy()
    luck.shuffle(shuffled)
    batches = []
    pool = _BATCH * 16
    for start in range(0, len(shuffled), pool):
        alike = sorted(shuffled[start : start + pool], key=lambda each: len(each.text))
        batches += [alike[at : at + _BATCH] for at in range(0, len(alike), _BATCH)]
    luck.shuffle(batches)
    yield from batches


def _loss(
    net: Weights,
    layers: int,
    batch: list[Example],
    ids: tuple[str, ...],
    pieces: Pieces,
    luck: random.Random,
) -> Any:
    texts = [retyped(each.text, luck) for each in batch]
    with torch.autocast("cpu", torch.bfloat16):
        meaning = encode(net, layers, *_padded(texts, pieces), drop=_DROP)
    meaning = functional.dropout(meaning.float(), _DROP_MEANING)
    shares = torch.tensor(np.stack([target(each, ids) for each in batch]))
    weights = torch.tensor([each.weight if each.clauses else 0.0 for each in batch])
    return heads_loss(net, meaning, shares, weights, torch.tensor([e.labels for e in batch]))


def heads_loss(heads: Weights, meaning: Any, shares: Any, weights: Any, labels: Any) -> Any:
    """Return how far the heads are from what is right for a batch, one number.

    Args:
        heads: their tensors, `NAME.weight` and `NAME.bias`.
        meaning: what the encoder makes of the texts, one row each.
        shares: of each text, how right each clause is.
        weights: of each text, how much the ranking of clauses learns from it.
        labels: of each text, the right answer of each head in `LABELS`, or `NONE`.
    """
    clause = functional.linear(meaning, heads["clause.weight"], heads["clause.bias"])
    loss = (weights * -(shares * functional.log_softmax(clause, -1)).sum(-1)).mean()
    for place, name in enumerate(LABELS):
        right = labels[:, place]
        known = (right != NONE).float().mean()
        if known > 0:
            said = functional.linear(meaning, heads[f"{name}.weight"], heads[f"{name}.bias"])
            missed = functional.cross_entropy(
                said, right, label_smoothing=_SMOOTH, ignore_index=NONE
            )
            loss = loss + _SHARES[name] * known * missed
    return loss


def _padded(texts: list[str], pieces: Pieces) -> tuple[Any, Any]:
    rows = [pieces.cut(text, _MOST_PIECES) for text in texts]
    longest = max(map(len, rows))
    numbers: Floats = np.zeros((len(rows), longest), np.float32)
    for at, row in enumerate(rows):
        numbers[at, : len(row)] = row
    seen = torch.tensor(np.array([[at < len(row) for at in range(longest)] for row in rows]))
    return torch.tensor(numbers).long(), seen
