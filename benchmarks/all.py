"""`make bench`: measures everything, prints it, and leaves it in benchmarks/results.md, which the
page on the status of the book shows, and its first lines in README.md.
`python -m benchmarks.all build` measures one part again and keeps the others as they were."""

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from benchmarks import report
from benchmarks.speed import BATCH, PRODUCTS, TORCH, WIDTH
from book.ext.build_status import size

ROOT = Path(__file__).resolve().parents[1]
RESULTS, README = ROOT / "benchmarks/results.md", ROOT / "README.md"
PARTS = {
    "speed": "benchmarks",
    "pages": "benchmarks.pages",
    "rival": "benchmarks.rival",
    "python": "benchmarks.python",
    "build": "benchmarks.build",
}
TOLD = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)


def commit() -> str:
    """What is measured, as git names it."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=, with changes"]
    return subprocess.run(git, capture_output=True, text=True).stdout.strip() or "no commit"


def measured(module: str) -> str:
    """A part's tables, and under their title what they hold for."""
    before = os.getloadavg()[0]
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(f"{module} failed")
    title, _, tables = done.stdout.decode().strip().partition("\n")
    date = datetime.now().astimezone()
    about = f"Measured on {date:%Y-%m-%d at %H:%M %Z}, commit {commit()}; "
    about += f"load {before:.1f} at the start, {os.getloadavg()[0]:.1f} at the end."
    text = f"{title}\n\n{about}\n\n{tables.strip()}"
    print(text, flush=True)
    return text


def short(text: str) -> list[str]:
    """The numbers that a reader asks for first, out of the tables: how fast, how large, how tested.

    The times of a table stand in a row that starts with their names.
    """

    def column(row: str) -> list[float]:
        return [float(v) for v in re.findall(rf"^\| {row}([\d.]+)(?: \||\s\()", text, re.MULTILINE)]

    [torch, *_], [products, *_] = (column(rf"{r} \| [\d.]+ \| ") for r in (TORCH, PRODUCTS))
    ready = column(r"chapters/\w+ \| [\d.]+ \| [\d.]+ \| ")
    answers = sorted(column(r"[\w-]+ \| \w+/\w+ \| [\d.]+ \| [\d.]+ \| "))
    [theirs] = re.findall(r"^Beside Jupyter Book's own page of .*?: (.*)\.$", text, re.MULTILINE)
    [first], [check] = column(r"first answer, cold \| "), column(r"a check after that \| ")
    [cold], [again] = column(r"nothing kept \| "), column(r"one sentence changed \| ")
    lines, figures, tests = size(ROOT)
    return [
        f"A training step of 784-{WIDTH}-{WIDTH}-10 with a batch of {BATCH} takes {torch:.2f} of "
        f"PyTorch's time, and {products:.2f} of what its matrix products take by themselves",
        f"A chapter is ready {min(ready):.0f} to {max(ready):.0f} ms after it is opened from a disk"
        f" (beside Jupyter Book's own page: {theirs}); its figures answer within "
        f"{answers[0]:.0f} to {answers[-1]:.0f} ms, 95 times in 100",
        f"Python in a page answers {first:.1f} s after the first press, then in {check:.2f} s; the "
        f"book is made in {cold:.0f} s, and in {again:.0f} s after one sentence has changed",
        f"{lines}. {figures}",
        tests,
    ]


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - PARTS.keys():
        raise SystemExit(f"No part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}.")
    kept = re.split(r"\n(?=# )", RESULTS.read_text("utf-8"))[1:] if wanted else [""] * len(PARTS)
    texts = [
        text.strip() if wanted and part not in wanted else measured(module)
        for (part, module), text in zip(PARTS.items(), kept, strict=True)
    ]
    told = "".join(f"- {line}\n" for line in short("\n".join(texts)))
    about = "".join(f"- {name}: {text}\n" for name, text in report.machine().items())
    RESULTS.write_text(
        f"{told}{about}\n<!-- tables -->\n\n" + "\n\n".join(texts) + "\n", encoding="utf-8"
    )
    README.write_text(TOLD.sub(lambda _: told, README.read_text("utf-8")), encoding="utf-8")
    print(f"\nWritten to {RESULTS.relative_to(ROOT)}, the first lines to {README.name} too")


if __name__ == "__main__":
    main(sys.argv[1:])
