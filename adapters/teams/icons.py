"""Lanyard's two icons for Teams, drawn here by distance and written as PNG: the same every time."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable

Colour = tuple[int, int, int]
Shape = Callable[[float, float], float]
"""The signed distance of a point to an edge, in units of a 32 by 32 drawing; inside is negative."""

TEAL, STRAP, WHITE = (11, 110, 110), (150, 214, 210), (255, 255, 255)
BACKGROUND = (7, 71, 71)


def colour_icon(side: int = 192) -> bytes:
    """The colour icon: full bleed, its mark within the middle that Teams never crops."""
    layers = ((_left, STRAP), (_right, STRAP), (_badge, WHITE), (_head, TEAL), (_body, TEAL))
    return _png(side, lambda x, y: _over(BACKGROUND, layers, *_inwards(x, y), side), alpha=False)


def outline_icon(side: int = 32) -> bytes:
    """The outline icon: white on nothing, as Teams asks."""

    def pixel(x: float, y: float) -> tuple[int, ...]:
        mark = min(_left(x, y), _right(x, y), abs(_badge(x, y) + 1) - 1, _head(x, y), _body(x, y))
        return (*WHITE, round(255 * _cover(mark, side)))

    return _png(side, pixel, alpha=True)


def _inwards(x: float, y: float) -> tuple[float, float]:
    """Room round the mark: about a fifth of the icon on each side."""
    return (x - 16) * 1.5 + 16, (y - 16) * 1.5 + 16


def _left(x: float, y: float) -> float:
    return _line(x, y, (10.0, 2.0), (16.0, 13.0)) - 1.6


def _right(x: float, y: float) -> float:
    return _line(x, y, (22.0, 2.0), (16.0, 13.0)) - 1.6


def _badge(x: float, y: float) -> float:
    """A rounded card, 16 wide and 18 high."""
    across, down = abs(x - 16) - 8 + 3, abs(y - 22) - 9 + 3
    outside = math.hypot(max(across, 0.0), max(down, 0.0))
    return outside + min(max(across, down), 0.0) - 3


def _head(x: float, y: float) -> float:
    return math.hypot(x - 16, y - 20) - 2.6


def _body(x: float, y: float) -> float:
    """Shoulders: the upper half of an ellipse."""
    return max((math.hypot((x - 16) / 5, (y - 28) / 4) - 1) * 4, y - 28)


def _line(x: float, y: float, one: tuple[float, float], two: tuple[float, float]) -> float:
    along = (two[0] - one[0], two[1] - one[1])
    part = (x - one[0]) * along[0] + (y - one[1]) * along[1]
    part = min(max(part / (along[0] ** 2 + along[1] ** 2), 0.0), 1.0)
    return math.hypot(x - one[0] - part * along[0], y - one[1] - part * along[1])


def _cover(distance: float, side: int) -> float:
    """How much of a pixel lies within a shape."""
    return min(max(0.5 - distance * side / 32, 0.0), 1.0)


def _over(
    under: Colour, layers: tuple[tuple[Shape, Colour], ...], x: float, y: float, side: int
) -> tuple[int, ...]:
    found: tuple[float, ...] = under
    for shape, colour in layers:
        share = _cover(shape(x, y) / 1.5, side)
        found = tuple(a + (b - a) * share for a, b in zip(found, colour, strict=True))
    return tuple(round(each) for each in found)


def _png(side: int, pixel: Callable[[float, float], tuple[int, ...]], *, alpha: bool) -> bytes:
    """A PNG of 8 bits a channel (ISO/IEC 15948): header, one block of data, end."""
    middles = [(n + 0.5) * 32 / side for n in range(side)]
    rows = b"".join(b"\0" + bytes(v for x in middles for v in pixel(x, y)) for y in middles)
    header = struct.pack(">IIBBBBB", side, side, 8, 6 if alpha else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
