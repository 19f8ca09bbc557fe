"""Teach the heads alone, on an encoder that stays as it is: a minute or two, not an hour.

New example questions are learned at once this way; the whole is learned again when there is time.
"""

import random
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder import Encoder
from knowledge.heads import NAMES, Floats
from knowledge.training.examples import LABELS, NONE, Example, target
from knowledge.training.fit_encoder import heads_loss
from knowledge.training.net import functional, torch
from knowledge.training.slips import retyped
from knowledge.training.write import write_heads

_ROUNDS, _BATCH, _SPEED = 20, 256, 2e-3
_VERSIONS = 1
"""How often each example is typed anew, with other slips of the fingers."""
_BLUR = 0.15
_SURPRISE = 3
"""How often an example counts that the heads got wrong before: the encoder knows the rest by heart,
and they teach nothing any more."""
_STAY = 0.003
"""How strongly the heads are held to what they were: the encoder was taught together with them."""


def fit_heads(examples: list[Example], ids: tuple[str, ...], usual: Floats, folder: Path) -> None:
    """Learn the heads anew for the encoder in `folder`, and write them there."""
    luck = random.Random(7)
    torch.manual_seed(7)
    torch.set_num_threads(1)
    texts = [each.text for each in examples]
    versions = [texts, *([retyped(text, luck) for text in texts] for _ in range(_VERSIONS))]
    encoder = Encoder(folder)
    meanings = [torch.tensor(np.stack([encoder.meaning(t) for t in texts])) for texts in versions]
    shares = torch.tensor(np.stack([target(each, ids) for each in examples]))
    weights = torch.tensor([each.weight if each.clauses else 0.0 for each in examples])
    labels = torch.tensor([each.labels for each in examples])
    with np.load(folder / "heads.npz") as held:
        before = {
            f"{name}.{part}": torch.tensor(held[f"{name}.{part}"])
            for name in NAMES
            for part in ("weight", "bias")
        }
    heads = {name: tensor.clone().requires_grad_(True) for name, tensor in before.items()}
    optimizer = torch.optim.AdamW(heads.values(), lr=_SPEED, weight_decay=0.0)
    order = _counted(meanings[0], before, shares, labels)
    steps = _ROUNDS * (len(order) // _BATCH + 1)
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / (steps + 1))
    for _ in range(_ROUNDS):
        for part in order[torch.randperm(len(order))].split(_BATCH):
            meaning = functional.dropout(meanings[luck.randrange(len(meanings))][part], _BLUR)
            loss = heads_loss(heads, meaning, shares[part], weights[part], labels[part])
            moved = sum(((heads[name] - before[name]) ** 2).sum() for name in heads)
            optimizer.zero_grad()
            (loss + _STAY * moved).backward()
            optimizer.step()
            pace.step()
    learned = {name: tensor.detach().numpy() for name, tensor in heads.items()}
    write_heads(learned, ids, usual, folder)


def _counted(meaning: Any, heads: dict[str, Any], shares: Any, labels: Any) -> Any:
    """Return the numbers of all examples, those that the heads get wrong several times."""
    clause = functional.linear(meaning, heads["clause.weight"], heads["clause.bias"]).argmax(-1)
    about = shares.sum(-1) > 0
    wrong = about & (clause != shares.argmax(-1))
    for place, name in enumerate(LABELS):
        said = functional.linear(meaning, heads[f"{name}.weight"], heads[f"{name}.bias"])
        wrong |= (labels[:, place] != NONE) & (said.argmax(-1) != labels[:, place])
    return torch.arange(len(wrong)).repeat_interleave(1 + (_SURPRISE - 1) * wrong.long())
