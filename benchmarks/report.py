"""What `speed` measured, as Markdown tables and a plot.
Beside each figure that has a target stands whether it was reached."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import timing
from benchmarks.speed import BATCH, OURS, PRODUCTS, SKLEARN, TORCH, WIDTH, targets
from nnbook.notebook import plots

Row = dict[str, Any]  # what speed.run returns


def summary(row: Row) -> Row:
    """The row with the medians, and with our ratio to each rival, its interval, target, verdict."""
    medians = {name: median(times) for name, times in row["ms"].items()}
    ratios = {}
    for rival in [name for name in row["ms"] if name != OURS]:
        ratio, low, high = timing.ratio(row["ms"][OURS], row["ms"][rival])
        ratios[rival] = {"ratio": ratio, "low": low, "high": high}
        if target := targets(row).get(rival):
            ratios[rival] |= {"target": target, "reached": ratio <= target}
    return row | {"median": medians, "ratios": ratios}


def machine() -> dict[str, str]:
    """What the numbers hold for, as far as it does not change while measuring."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    packages = ("numpy", "scipy", "torch", "scikit-learn")
    return {
        "Processor": f"{(models or [platform.machine()])[0]}, {os.cpu_count()} cores",
        "System": platform.platform(),
        "Versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages),
    }


def markdown(rows: list[Row], about: dict[str, str]) -> str:
    """All tables, below what they hold for."""
    networks = [row for row in rows if row["what"] == "network"]
    [main] = [row for row in networks if (row["batch"], row["width"]) == (BATCH, WIDTH)]
    batches = [row for row in networks if row["width"] == WIDTH]
    widths = [row for row in networks if row["batch"] == BATCH]
    layers = [row for row in rows if row["what"] != "network"]
    judged = [ratio for row in rows for ratio in row["ratios"].values() if "target" in ratio]
    reached = sum(ratio["reached"] for ratio in judged)
    parts = [
        "# Speed",
        *[f"- {name}: {text}" for name, text in about.items()],
        f"- {reached} of {len(judged)} targets reached",
        "",
        "Times are medians of processor time. A ratio is the median over the less disturbed half of"
        " the rounds, in each of which all took turns; in parentheses stands its 95 % interval.",
        f"\n## A training step: 784-{WIDTH}-{WIDTH}-10, batch {BATCH}, cross-entropy, SGD\n",
        *step_table(main),
        "\n## How its cost grows with the batch\n",
        *growth_table(sorted(batches, key=lambda row: row["batch"]), "batch"),
        "\n## How its cost grows with the width\n",
        *growth_table(sorted(widths, key=lambda row: row["width"]), "width"),
        f"\n## One layer of width {WIDTH}, forward and backward\n",
        *layer_table(layers),
    ]
    return "\n".join(parts)


def step_table(row: Row) -> list[str]:
    """Ours and every rival: the time, and ours as a share of it."""
    cells = [[OURS, f"{row['median'][OURS]:.3f}", ""]]
    for rival in (TORCH, *SKLEARN, PRODUCTS):
        cells.append([rival, f"{row['median'][rival]:.3f}", figure(row["ratios"][rival])])
    return table(["", "ms", f"{OURS} takes of it"], cells)


def growth_table(rows: list[Row], by: str) -> list[str]:
    cells = []
    for row in rows:
        ms = [row["median"][name] for name in (OURS, TORCH, PRODUCTS)]
        each = [f"{1000 * t / row['batch']:.1f}" for t in ms[:2]]
        ratios = [figure(row["ratios"][rival]) for rival in (TORCH, PRODUCTS)]
        cells.append([str(row[by]), *(f"{t:.3f}" for t in ms), *each, *ratios])
    names = [f"{name}, ms" for name in (OURS, TORCH, PRODUCTS)]
    names += [f"{name}, µs an example" for name in (OURS, TORCH)]
    return table([by, *names, f"of {TORCH}", "of the products"], cells)


def layer_table(rows: list[Row]) -> list[str]:
    cells = []
    for row in rows:
        us = [f"{1000 * row['median'][name]:.0f}" for name in (OURS, TORCH)]
        cells.append([row["what"], str(row["batch"]), *us, figure(row["ratios"][TORCH])])
    return table(["layer", "batch", f"{OURS}, µs", f"{TORCH}, µs", f"of {TORCH}"], cells)


def figure(ratio: dict[str, Any]) -> str:
    """A ratio, its interval, and what was wanted of it."""
    text = f"{ratio['ratio']:.3f} ({ratio['low']:.3f}–{ratio['high']:.3f})"
    if "target" not in ratio:
        return text
    return f"{text}, ≤ {ratio['target']:.2f} {'reached' if ratio['reached'] else '**missed**'}"


def table(head: list[str], cells: list[list[str]]) -> list[str]:
    """The lines of a Markdown table; numbers stand to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(line)} |" for line in (head, rule, *cells)]


def plot(rows: list[Row]) -> str:
    """The growth of a step's cost with batch and with width, as SVG."""
    networks = [row for row in rows if row["what"] == "network"]
    with plots.style():
        canvas = plots.canvas(8, 3.5)
        axes = canvas.subplots(1, 2, sharey=True)
        for ax, by, other, fixed in (
            (axes[0], "batch", "width", WIDTH),
            (axes[1], "width", "batch", BATCH),
        ):
            line = sorted((r for r in networks if r[other] == fixed), key=lambda row: row[by])
            for name in (OURS, TORCH, PRODUCTS):
                sizes = [row[by] for row in line]
                ax.loglog(sizes, [r["median"][name] for r in line], marker="o", label=name)
            ax.set_xticks(sizes, [str(size) for size in sizes], minor=False)
            ax.set_xticks([], minor=True)
            ax.set_xlabel(f"{by}, at {other} {fixed}")
            ax.grid(True)
        axes[0].set_ylabel("time of a training step, ms")
        axes[0].legend()
        return plots.as_svg(canvas)
