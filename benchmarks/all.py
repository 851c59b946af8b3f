"""`make bench`: measures everything, prints it, and leaves it in benchmarks/results.md, which the
page on the status of the book shows: with the commit, the machine and the date."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from benchmarks import report
from benchmarks.speed import BATCH, PRODUCTS, TORCH, WIDTH

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.md"
PARTS = tuple(f"benchmarks{part}" for part in ("", ".pages", ".rival", ".python", ".build"))


def commit() -> str:
    """What is measured, as git names it."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=, with changes"]
    return subprocess.run(git, capture_output=True, text=True).stdout.strip() or "no commit"


def short(text: str) -> list[str]:
    """The numbers that a reader asks for first, out of the tables."""

    def column(row: str) -> list[float]:
        return [float(v) for v in re.findall(rf"^\| {row}([\d.]+) \|", text, re.MULTILINE)]

    speed = json.loads((ROOT / "_build/bench/speed.json").read_text("utf-8"))["rows"]
    [step] = [r for r in speed if (r["what"], r["batch"], r["width"]) == ("network", BATCH, WIDTH)]
    torch, products = (step["ratios"][rival]["ratio"] for rival in (TORCH, PRODUCTS))
    ready = column(r"chapters/\w+ \| [\d.]+ \| [\d.]+ \| ")
    answers = sorted(column(r"[\w-]+ \| \w+/\w+ \| [\d.]+ \| [\d.]+ \| "))
    [first], [check] = column(r"first answer, cold \| "), column(r"a check after that \| ")
    [cold], [again] = column(r"nothing kept \| "), column(r"one sentence changed \| ")
    return [
        f"A step of 784-{WIDTH}-{WIDTH}-10 with a batch of {BATCH}: {torch:.2f} of PyTorch's time, "
        f"and {products:.2f} of what its matrix products take by themselves",
        f"A chapter, opened from a disk: ready after {min(ready):.0f} to {max(ready):.0f} ms",
        *re.findall(r"^Beside Jupyter Book's own .*(?=\.$)", text, re.MULTILINE),
        f"A figure, from input to paint: 95 % below {answers[0]:.0f} to {answers[-1]:.0f} ms",
        f"Python in a page: {first:.0f} s from the first press to an answer, then {check:.2f} s",
        f"The book: made in {cold:.0f} s; {again:.0f} s after one sentence has changed",
    ]


def main() -> None:
    about = {
        "Commit": commit(),
        "Date": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        **report.machine(),
    }
    before = os.getloadavg()[0]
    texts = []
    for part in PARTS:
        command = [sys.executable, "-m", part]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"{part} failed")
        print(done.stdout, flush=True)
        texts.append(done.stdout.strip())
    about["Load"] = f"{before:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"
    lines = [*short("\n".join(texts)), *(f"{name}: {text}" for name, text in about.items())]
    head = "\n".join(f"- {line}" for line in lines)
    RESULTS.write_text(f"{head}\n\n" + "\n\n".join(texts) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
