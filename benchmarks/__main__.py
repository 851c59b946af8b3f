"""`make bench`: measures, prints Markdown tables, leaves the numbers and a plot in _build/bench.
`python -m benchmarks --quick` measures a part, for too short to mean anything: for the test."""

import argparse
import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

from benchmarks import report, speed

ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"], "1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("_build/bench"))
    options = parser.parse_args()
    start, date, load = time.monotonic(), datetime.now().astimezone(), os.getloadavg()[0]
    rows = measure(speed.cases(options.quick), fresh=not options.quick)
    shares = [row["share"] for row in rows]
    about = report.machine() | {
        "Threads": str(max(row["threads"] for row in rows)),
        "BLAS": rows[0]["blas"],
        "Date": f"{date:%Y-%m-%d %H:%M %Z}, {time.monotonic() - start:.0f} s",
        "Load": f"{load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end; what was measured "
        f"had the processor for {min(shares):.0%} to {max(shares):.0%} of the time",
    }
    if options.quick:
        about["Note"] = "measured for too short a time to mean anything"
    elif min(shares) < 0.95:
        about["Note"] = (
            "other processes emptied the caches: on a quiet machine the ratios to PyTorch come out "
            "larger, those to the products smaller"
        )
    options.out.mkdir(parents=True, exist_ok=True)
    numbers = json.dumps({"about": about, "rows": rows}, indent=1, ensure_ascii=False)
    (options.out / "speed.json").write_text(f"{numbers}\n", encoding="utf-8")
    (options.out / "growth.svg").write_text(report.plot(rows), encoding="utf-8")
    print(report.markdown(rows, about))
    print(f"\nNumbers and plot: {options.out}/speed.json, growth.svg")


def measure(cases: list[speed.Case], fresh: bool) -> list[report.Row]:
    """The rows of the cases, each from a fresh process (or all from one), with one BLAS thread."""
    os.environ |= ONE_THREAD  # for the processes, which read it before their NumPy is imported
    rows = []
    with ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        max_tasks_per_child=1 if fresh else None,
    ) as pool:
        for case, row in zip(cases, pool.map(speed.run, cases), strict=True):
            print(f"  {case.what}, batch {case.batch}, width {case.width}", file=sys.stderr)
            rows.append(report.summary(row))
    return rows


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
