"""Prometheus' text format (version 0.0.4), written by hand: it is a few lines a metric."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """One metric: its name without the prefix, ``gauge`` or ``counter``, what it means in one
    sentence, and its values by label. Labels hold codes; anything else becomes ``other``."""

    name: str
    kind: str
    meaning: str
    samples: tuple[tuple[Labels, float], ...]


def gauge(name: str, meaning: str, value: float) -> Metric:
    """A metric of one value."""
    return Metric(name, "gauge", meaning, (({}, value),))


def text(metrics: Iterable[Metric]) -> str:
    """The whole page."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    name = f"lanyard_{metric.name}"
    yield f"# HELP {name} {metric.meaning}"
    yield f"# TYPE {name} {metric.kind}"
    for labels, value in metric.samples:
        inside = ",".join(f'{key}="{_code(label)}"' for key, label in labels.items())
        value = float(value)
        yield f"{name}{{{inside}}} {value:.12g}" if inside else f"{name} {value:.12g}"


def _code(label: str) -> str:
    return label if _CODE.fullmatch(label) else "other"
