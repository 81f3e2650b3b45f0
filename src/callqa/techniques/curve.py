"""The learning curve: is more data worth it? And how well an author is read by a model that never saw one."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from callqa.techniques.corpus import Row
from callqa.techniques.fit import Recipe, fit, trainable_labels
from callqa.techniques.labels import LABELS
from callqa.techniques.measure import evaluate


class Point(NamedTuple):
    """One training size."""

    rows: int
    """Labelled turns trained on."""
    techniques: float
    """Macro-F1 of techniques on the same rows each time."""
    reactions: float
    """Macro-F1 of reactions."""


def learning_curve(
    train: Sequence[Row],
    held_out: Sequence[Row],
    *,
    shares: Sequence[float] = (0.2, 0.4, 0.6, 0.8, 1.0),
    recipe: Recipe | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Point]:
    """Train on growing shares of every product's dialogues and measure on the same rows.

    Args:
        train: Training rows.
        held_out: Rows to measure on.
        shares: Shares of the dialogues.
        recipe: Settings of training.
        say: Receives each point.
    """
    products: dict[str, list[str]] = {}
    for row in train:
        if row.dialogue not in products.setdefault(row.product, []):
            products[row.product].append(row.dialogue)
    points = []
    for share in shares:
        chosen = {name for names in products.values() for name in names[: max(1, round(share * len(names)))]}
        rows = [row for row in train if row.dialogue in chosen]
        model = fit(rows, labels=trainable_labels(rows, order=LABELS), recipe=recipe)
        report = evaluate(held_out, model, resamples=2)
        techniques = (
            sum(score.f1 for score in report.techniques.labels if score.label in LABELS) / len(LABELS)
            if report.techniques
            else 0.0
        )
        points.append(Point(len(rows), techniques, report.reactions.macro_f1 if report.reactions else 0.0))
        say(
            f"{len(rows):6} rows: techniques {points[-1].techniques:.3f}, reactions {points[-1].reactions:.3f}"
        )
    return points


class Author(NamedTuple):
    """One author (source) read by a model trained on the others."""

    source: str
    """Whose dialogues."""
    rows: int
    """How many turns."""
    techniques: float
    """Macro-F1 of techniques."""
    reactions: float
    """Macro-F1 of reactions."""


def held_out_authors(
    rows: Sequence[Row], *, recipe: Recipe | None = None, say: Callable[[str], None] = lambda _: None
) -> list[Author]:
    """Hold out one author at a time: what a recipe is chosen by, because centres are other authors too.

    Args:
        rows: Training and dev rows.
        recipe: Settings of training.
        say: Receives each author.
    """
    found = []
    for source in sorted({row.source for row in rows}):
        theirs = [row for row in rows if row.source == source]
        others = [row for row in rows if row.source != source]
        model = fit(others, labels=trainable_labels(others, order=LABELS), recipe=recipe)
        report = evaluate(theirs, model, resamples=2)
        techniques = report.techniques.macro_f1 if report.techniques else 0.0
        reactions = report.reactions.macro_f1 if report.reactions else 0.0
        found.append(Author(source, len(theirs), techniques, reactions))
        say(f"{source}: techniques {techniques:.3f}, reactions {reactions:.3f}")
    return found


def draw_curve(points: Sequence[Point], *, title: str) -> str:
    """The curve as an SVG picture.

    Args:
        points: By growing size.
        title: Written above.
    """
    width, height, left, top, right, bottom = 640, 360, 60, 40, 130, 50
    most = max(point.rows for point in points)

    def x(rows: float) -> float:
        return left + (width - left - right) * rows / most

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1.0 - value)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="22" font-size="14">{title}</text>',
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        lines.append(
            f'<line x1="{left}" x2="{width - right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#ddd"/>'
        )
        lines.append(f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.1f}</text>')
    lines.extend(
        f'<text x="{x(point.rows):.1f}" y="{height - bottom + 18}" text-anchor="middle">{point.rows}</text>'
        for point in points
    )
    lines.append(f'<text x="{left}" y="{height - 10}">训练轮次</text>')
    for name, colour, values in (
        ("技巧", "#1f6fb4", [point.techniques for point in points]),
        ("反应", "#c4561c", [point.reactions for point in points]),
    ):
        path = " ".join(
            f"{x(point.rows):.1f},{y(value):.1f}" for point, value in zip(points, values, strict=True)
        )
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.extend(
            f'<circle cx="{x(point.rows):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>'
            for point, value in zip(points, values, strict=True)
        )
        lines.append(
            f'<text x="{x(most) + 8:.1f}" y="{y(values[-1]) + 4:.1f}" fill="{colour}">{name} {values[-1]:.2f}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])
