"""Covers for articles without a picture: a few quiet shapes in two inks, always the same ones for an article.

The topic chooses the motif, the slug everything else; both through SHA-256, which is the same on every machine.
"""

import functools
import hashlib
import itertools
import math
import random
from collections.abc import Callable

WIDTH, HEIGHT = 160, 100

type_motif = Callable[[random.Random], list[str]]


@functools.lru_cache(maxsize=2048)
def draw(topic: str, slug: str) -> str:
    """The shapes of a cover as SVG elements for a view box of 160 by 100, coloured by the classes i1 and i2."""
    motif = MOTIFS[_number(topic) % len(MOTIFS)]
    return "".join(motif(random.Random(_number(slug))))  # noqa: S311 - for looks, not for secrets


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _circle(x: float, y: float, r: float, ink: str) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" class="{ink}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, ink: str) -> str:
    return f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" class="{ink}"/>'


def _rings(rng: random.Random) -> list[str]:
    x, y = rng.uniform(40, 120), rng.uniform(30, 70)
    rings = [_circle(x, y, 9 + 11 * n, "s1") for n in range(rng.randint(4, 6))]
    return [*rings, _circle(x + rng.uniform(-30, 30), y + rng.uniform(-18, 18), rng.uniform(9, 16), "i2")]


def _waves(rng: random.Random) -> list[str]:
    height, phase, stretch = rng.uniform(5, 12), rng.uniform(0, 6), rng.uniform(18, 34)
    waves = []
    for n in range(7):
        heights = [14 + 12 * n + height * math.sin(x / stretch + phase + n * 0.45) for x in range(-20, 200, 20)]
        waves.append(f'<path d="{_smooth(heights)}" class="{"s2" if n == 3 else "s1"}"/>')
    return waves


def _smooth(heights: list[float]) -> str:
    """A quadratic B-spline over points 20 apart: each middle between two points is a joint, T mirrors the control."""
    middles = [(10 + 20 * n - 20, (a + b) / 2) for n, (a, b) in enumerate(itertools.pairwise(heights))]
    (x0, y0), (x1, y1), *others = middles
    joints = "".join(f"T{x} {y:.1f}" for x, y in others)
    return f"M{x0} {y0:.1f}Q0 {heights[1]:.1f} {x1} {y1:.1f}{joints}"


def _bars(rng: random.Random) -> list[str]:
    chosen = rng.randrange(9)
    bars = []
    for n in range(9):
        height = rng.uniform(14, 82)
        ink = "i2" if n == chosen else "i1"
        bars.append(f'<rect x="{14 + 15 * n}" y="{92 - height:.0f}" width="8" height="{height:.0f}" class="{ink}"/>')
    return bars


def _dots(rng: random.Random) -> list[str]:
    x, y = rng.uniform(20, 140), rng.uniform(15, 85)
    dots = []
    for row in range(6):
        for column in range(10):
            at = (15 + 14.5 * column, 13 + 15 * row)
            near = max(0.0, 1 - math.dist(at, (x, y)) / 75)
            dots.append(_circle(*at, 1.2 + 5 * near, "i2" if near > 0.75 else "i1"))
    return dots


def _network(rng: random.Random) -> list[str]:
    sizes = [rng.randint(2, 5) for _ in range(4)]
    layers = [[(25 + 37 * x, 50 + (n - (size - 1) / 2) * 19) for n in range(size)] for x, size in enumerate(sizes)]
    lines = [
        _line(*a, *b, "s1")
        for left, right in itertools.pairwise(layers)
        for a in left
        for b in right
        if rng.random() < 0.65
    ]
    lit = rng.choice(layers[-1])
    return [*lines, *(_circle(*at, 4, "i2" if at == lit else "i1") for layer in layers for at in layer)]


def _arcs(rng: random.Random) -> list[str]:
    tiles = []
    for row in range(3):
        for column in range(5):
            x, y = 5 + 30 * column, 5 + 30 * row
            ends = ((x + 15, y, x, y + 15), (x + 15, y + 30, x + 30, y + 15))
            if rng.random() < 0.5:
                ends = ((x + 15, y, x + 30, y + 15), (x + 15, y + 30, x, y + 15))
            for x1, y1, x2, y2 in ends:
                turn = int((x2 > x1) == (y2 < y1))
                ink = "s2" if rng.random() < 0.12 else "s1"
                tiles.append(f'<path d="M{x1} {y1}A15 15 0 0 {turn} {x2} {y2}" class="{ink}"/>')
    return tiles


MOTIFS: tuple[type_motif, ...] = (_rings, _waves, _bars, _dots, _network, _arcs)
