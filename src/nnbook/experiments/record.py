"""Records a run for `recorded.json`: `python -m nnbook.experiments.record`, on the machine that the
book's build does not have, such as one with a graphics card. It takes one to two minutes."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nnbook import peers
from nnbook.experiments import scale, workers


def machine() -> str:
    """The processor by its name, where the system tells, and its cores."""
    names = [platform.processor() or platform.machine()]
    if (told := Path("/proc/cpuinfo")).exists():
        lines = told.read_text("utf-8").splitlines()
        names += [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return f"{os.cpu_count()} cores of {names[-1]}"


def card() -> str | None:
    """The graphics card's name; None without one."""
    if not (device := peers.accelerator()):
        return None
    import torch

    return str(torch.cuda.get_device_name()) if device.startswith("cuda") else device


def versions() -> dict[str, str]:
    """Of Python and of what is timed; "not installed" for what is not there."""
    found = {"python": platform.python_version()}
    for package in ("numpy", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def record() -> dict[str, Any]:
    """The ladder with `torch.compile`, and what two processes need, here and now."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    rungs = scale.ladder(compiled=True)
    run = workers.train(measure=True)
    shared = None
    if run:
        shared = {name: values.tolist() for name, values in workers.speeds(run).items()}
        shared["all_reduce"] = run.all_reduce.tolist()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "command": "python -m nnbook.experiments.record",
        "machine": machine(),
        "load": round(load, 1),  # how many other programs wanted those cores
        "card": card(),
        "versions": versions(),
        "rungs": {name: rung._asdict() for name, rung in rungs.items()},
        "workers": shared,
    }


def main() -> None:
    runs = [*scale.recorded(), record()]
    scale.RECORDED.write_text(json.dumps(runs, indent=1) + "\n", "utf-8")
    print(f"added to {scale.RECORDED}: {runs[-1]['machine']}, {runs[-1]['card'] or 'no card'}")


if __name__ == "__main__":
    main()
