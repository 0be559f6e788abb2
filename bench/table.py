"""What is printed: tables of text, and the aims with what was reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measuring import Figure

HEAD = ("", "each second", "p50 ms", "p99 ms", "kB each", "core", "core ms each", "asker", "stolen")


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """A figure that should not be missed."""

    name: str
    value: float
    wanted: float
    is_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it was reached this time, on this machine."""
        return self.value >= self.wanted if self.is_least else self.value <= self.wanted


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: first column to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        print("  " + "  ".join(cells).rstrip(), flush=True)


def figures(title: str, rows: Sequence[tuple[str, Figure]]) -> None:
    """Print figures, one a line."""
    show(title, HEAD, [_row(name, figure) for name, figure in rows])


def aims(rows: Sequence[Aim]) -> None:
    """Print the aims."""
    show(
        "Aims",
        ("", "measured", "wanted", ""),
        [
            (
                aim.name,
                number(aim.value),
                f"{'at least' if aim.is_least else 'at most'} {number(aim.wanted)}",
                "met" if aim.is_met else "MISSED",
            )
            for aim in rows
        ],
    )


def number(value: float) -> str:
    """Write a number with as many digits as it is worth."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _row(name: str, figure: Figure) -> tuple[str, ...]:
    load = figure.load
    return (
        name,
        number(load.rate),
        number(load.median),
        number(load.slow),
        number(load.size / 1000),
        f"{100 * figure.core:.0f} %",
        number(figure.cost) if figure.cost >= 1 else f"{figure.cost:.3f}",
        f"{100 * load.client:.0f} %",
        f"{100 * figure.stolen:.0f} %",
    )
