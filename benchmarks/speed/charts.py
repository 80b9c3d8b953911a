"""Bar charts as SVG: lengths from zero, figures beside the bars, text as text, colours for light and dark windows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABELS, FIGURES = 760, 290, 110  # pixels; the bars have what is left
ROW, BAR, MARGIN, HEAD = 26, 16, 20, 64
STYLE = """
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1c1a17 }
  .title { font-size: 17px; font-weight: 600 }
  .quiet { fill: #5e574d; font-size: 13px }
  .group { font-weight: 600 }
  .ground { fill: #fdfcfa } .ours { fill: #9c2f1f } .peer { fill: #5b7a99 } .ceiling { fill: #b9b1a4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ece7df } .quiet { fill: #b3aa9d }
    .ground { fill: #191714 } .ours { fill: #e07a62 } .peer { fill: #7fa3c7 } .ceiling { fill: #6b645a }
  }
"""


@dataclass(frozen=True)
class Bar:
    """A bar: `kind` is "ours", "peer" or "ceiling"; `figure` stands beside it."""

    label: str
    value: float
    figure: str
    kind: str


@dataclass(frozen=True)
class Group:
    """Bars under a heading, which may be empty."""

    heading: str
    bars: Sequence[Bar]


def chart(title: str, note: str, groups: Sequence[Group]) -> str:
    """An SVG document of all groups on one scale."""
    shown = [group for group in groups if group.bars]
    lines = list(_lines(shown, max((bar.value for group in shown for bar in group.bars), default=1)))
    height = HEAD + MARGIN + ROW * sum(len(group.bars) + bool(group.heading) for group in shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title note">',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="6"/>',
        f'<text id="title" class="title" x="{MARGIN}" y="30">{escape(title)}</text>',
        f'<text id="note" class="quiet" x="{MARGIN}" y="50">{escape(note)}</text>',
        *lines,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lines(groups: Sequence[Group], largest: float) -> Iterator[str]:
    top = HEAD
    for group in groups:
        if group.heading:
            yield f'<text class="group" x="{MARGIN}" y="{top + 18}">{escape(group.heading)}</text>'
            top += ROW
        for bar in group.bars:
            yield _bar(bar, top, largest)
            top += ROW


def _bar(bar: Bar, top: int, largest: float) -> str:
    """A bar is never thinner than a pixel: that there is something to see is part of what it says."""
    length = max(1.0, (WIDTH - LABELS - FIGURES - MARGIN) * bar.value / largest)
    label = f'<text x="{LABELS - 10}" y="{top + 18}" text-anchor="end">{escape(bar.label)}</text>'
    shape = f'<rect class="{bar.kind}" x="{LABELS}" y="{top + 5}" width="{length:.1f}" height="{BAR}" rx="2"/>'
    figure = f'<text x="{LABELS + length + 8:.1f}" y="{top + 18}">{escape(bar.figure)}</text>'
    return label + shape + figure
