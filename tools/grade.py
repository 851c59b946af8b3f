"""Checks handed-in answers again, for an instructor: `make grade FOLDER`.

    python tools/grade.py FOLDER      each file of exercises.export in it, and in its folders

Each answer runs in a process of its own (tools/grading/), with limits of time and memory; what a
file says of itself is not believed. Prints a line for each answer and a sum for each file, and
writes both as FOLDER/grades.csv. A .py file is taken as well, with its functions as answers.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any

from nnbook import exercises
from nnbook.exercises.handin import FORMAT

JUDGE = Path(__file__).resolve().parent / "grading" / "judge.py"
TARGET = "grades.csv"
LARGEST = 1 << 20  # bytes of a file
LOST = 12.0  # seconds that the answers of a file may take that have to be ended
STUCK = 180.0  # seconds after which a judge is given up


@dataclass
class Row:
    """One answer, or one file that holds none."""

    file: str
    name: str
    exercise: str
    verdict: str
    why: str
    seconds: float = 0.0


@dataclass(frozen=True)
class HandIn:
    """One file: who says to have written it, and its answers as they stand in it."""

    file: str
    name: str
    answers: dict[str, Any]
    fault: str = ""


def main() -> None:
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit("Say which folder: make grade FOLDER, with the files of exercises.export in it")
    folder = Path(sys.argv[1])
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}")
    hand_ins = collect(folder)
    if not hand_ins:
        sys.exit(f"{folder} holds no answers: students make them with exercises.export")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    start, rows = monotonic(), []
    for row in grade(hand_ins):
        rows.append(row)
        print(line(row), flush=True)
    rows.sort(key=lambda row: row.file)
    write(folder / TARGET, rows)
    print()
    for hand_in in hand_ins:
        own = [row for row in rows if row.file == hand_in.file]
        count = sum(row.verdict == "passed" for row in own)
        share = f"{count:3d} of {len(exercises.names())}"
        print(f"{share}  {shown(hand_in.name)}  ({shown(hand_in.file)})")
    print(f"{len(rows)} rows in {folder / TARGET}, after {monotonic() - start:.0f} seconds")


def collect(folder: Path) -> list[HandIn]:
    """Every file that may have been handed in, in the order of the names."""
    found = []
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in (".json", ".py") and not hidden and path.is_file():
            found.append(read(path, path.relative_to(folder).as_posix()))
    return found


def read(path: Path, file: str) -> HandIn:
    """A file's answers; or why there are none."""
    try:
        if path.is_symlink():
            raise ValueError("it is a link to another file")
        if path.stat().st_size > LARGEST:
            raise ValueError("it is larger than 1 MB")
        text = path.read_text("utf-8")
        if path.suffix == ".py":
            names = dict.fromkeys(re.findall(r"^def (\w+)\(", text, re.MULTILINE))
            known = [name for name in exercises.names() if name in names]
            answers = {name: {"source": text, "function": name} for name in known}
            return HandIn(
                file, path.stem, answers, "" if known else "it has no exercise's function"
            )
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"exercises.export did not write it: no format {FORMAT!r}")
        answers, name = data.get("answers"), str(data.get("name", ""))
        if not isinstance(answers, dict) or not answers:
            return HandIn(file, name, {}, "it holds no answers")
        return HandIn(file, name, answers)
    except (OSError, ValueError, RecursionError) as error:
        return HandIn(file, path.stem, {}, f"cannot be read: {error}")


def grade(hand_ins: list[HandIn], workers: int = 0) -> Iterator[Row]:
    """A row for each answer, whatever happens; several files at a time."""
    rows: SimpleQueue[Row | None] = SimpleQueue()
    here = threading.local()
    judges: list[Judge] = []

    def work(hand_in: HandIn) -> None:
        if not hasattr(here, "judge"):
            here.judge = Judge()
            judges.append(here.judge)
        try:
            for row in graded(hand_in, here.judge):
                rows.put(row)
        except Exception as error:  # should never happen; the other files must not pay for it
            rows.put(Row(hand_in.file, hand_in.name, "", "failed", f"{error}"))
        finally:
            rows.put(None)

    with ThreadPoolExecutor(workers or min(8, os.cpu_count() or 1)) as pool:
        for hand_in in hand_ins:
            pool.submit(work, hand_in)
        left = len(hand_ins)
        while left:
            row = rows.get()
            if row is None:
                left -= 1
            else:
                yield row
    for judge in judges:
        judge.close()


def graded(hand_in: HandIn, judge: Judge) -> Iterator[Row]:
    """The rows of a file."""
    if hand_in.fault:
        yield Row(hand_in.file, hand_in.name, "", "failed", hand_in.fault)
    lost = 0.0
    for exercise, answer in hand_in.answers.items():
        start, more = monotonic(), 0.0
        if exercise not in exercises.names():
            passed, why = False, "there is no exercise of this name"
        elif not is_answer(answer):
            passed, why = False, "the answer has no text, or no function's name"
        elif lost > LOST:
            passed, why = False, "not run: this file's other answers have used up its time"
        else:
            passed, why, more = judge.ask(exercise, answer["source"], answer["function"])
        seconds, lost = monotonic() - start, lost + more
        verdict = "passed" if passed else "failed"
        yield Row(hand_in.file, hand_in.name, exercise, verdict, why, round(seconds, 1))


def is_answer(answer: Any) -> bool:
    """Has it what a judge needs?"""
    return isinstance(answer, dict) and all(
        isinstance(answer.get(key), str) and answer[key] for key in ("source", "function")
    )


class Judge:
    """A process that judges one answer after the other, and is started anew if it fails."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def ask(self, exercise: str, source: str, function: str) -> tuple[bool, str, float]:
        """passed, why not, seconds lost; a judge that says nothing has not passed anything."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, JUDGE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        process = self.process
        assert process.stdin
        assert process.stdout
        watch = threading.Timer(STUCK, process.kill)
        watch.start()
        try:
            task = {"exercise": exercise, "source": source, "function": function}
            print(json.dumps(task), file=process.stdin, flush=True)
            said = json.loads(process.stdout.readline())
            return said["passed"] is True, str(said["why"]), float(said["lost"])
        except (OSError, ValueError):
            self.close()
            return False, "the judge gave up on it", LOST
        finally:
            watch.cancel()

    def close(self) -> None:
        """End the process; its benches end when they see that it is gone."""
        if self.process:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]
        self.process = None


def shown(text: str, most: int = 200) -> str:
    """On one line, without characters that a terminal obeys, and not long."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    one = " ".join(kept.split())
    return one if len(one) <= most else one[: most - 1] + "…"


def line(row: Row) -> str:
    """A row of the printed table."""
    mark = "✓" if row.verdict == "passed" else "✗"
    name, exercise = shown(row.name, 20), shown(row.exercise, 20)
    return f"{mark} {row.verdict:6}  {name:20}  {exercise:20}  {shown(row.why, 90)}".rstrip()


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = shown(value)
    return f"'{text}" if text[:1] in tuple("=+-@＝＋－＠|%") else text


def write(target: Path, rows: list[Row]) -> None:
    """The rows as CSV, in the place of what has that name, also where it is a link to elsewhere.

    utf-8-sig, since spreadsheets take other text for Latin-1.
    """
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8-sig", newline="", dir=target.parent, suffix=".part", delete=False
    ) as file:
        table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        table.writerow([field.name for field in fields(Row)])
        for row in rows:
            table.writerow([safe(value) for value in astuple(row)])
    Path(file.name).chmod(0o644)
    os.replace(file.name, target)


if __name__ == "__main__":
    main()
