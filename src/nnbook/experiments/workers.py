"""Several processes train one network: started by torchrun, on this machine and loopback alone,
with a limit on all that could wait. What they do is in `worker.py`."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnbook.experiments.scale import SMALL, THREADS, Task
from nnbook.nn.activations import Array

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)  # of vectors that are added up
NETWORKS = ((64, 133, 10), (64, 280, 280, 10), (64, 962, 962, 10))  # of 10⁴, 10⁵, 10⁶ parameters
BATCH = 64  # of the timed updates
STARTING = ("-m", "torch.distributed.run")
# Its workers fork from it, with all of PyTorch in memory: to read that takes four seconds, and more
# if Python looks for what it can throw away meanwhile.
READ = "import gc; gc.disable(); import torch._dynamo; gc.enable()"
FORKING = (
    *("-c", f"{READ}; from torch.distributed.run import main; main()"),
    *("--run-path", "--start-method=fork"),
)


class Run(NamedTuple):
    """What several processes made."""

    weights: dict[str, Array]  # the network's state, as worker 0 has it at the end
    begin: int  # the update at which the last start began: 0, or that of the saved state
    all_reduce: Array  # seconds for SIZES, if they were to be measured
    updates: Array  # (networks, 2): seconds of an update by one process, and by all


def why_not() -> str:
    """Why processes cannot train together here; empty if they can."""
    if not find_spec("torch"):
        return "PyTorch is not installed here"
    if os.name == "nt":
        return "on Windows, torchrun works inside WSL"
    return ""


def train(
    task: Task = SMALL,
    n: int = 2,
    *,
    kill_at: int | None = None,
    restarts: int = 0,
    save_every: int = 10,
    folder: str | Path | None = None,
    port: int | None = None,
    come: int | None = None,
    patience: float = 30.0,
    timeout: float = 110.0,
    measure: bool = False,
) -> Run | None:
    """Train the task's network by n processes, each with its share of every batch.

    kill_at: the last worker is killed before this update, the first time. restarts: how often
    torchrun may start all of them again, from the last saved state; a state is saved every
    `save_every` updates, in `folder`, if it is to be kept. come: so many of the n are started.
    patience, timeout: seconds that workers wait for each other, and that all may take.
    measure: time all-reduces and updates, too.

    RuntimeError says in words what went wrong. Without PyTorch: None, and a line says so.
    """
    if reason := why_not():
        print(f"{reason}: {n} processes would train here, and nothing was run")
        return None
    if task.batch % n:
        raise ValueError(f"a batch of {task.batch} cannot be cut into {n} equal shares")
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as place:
        where = Path(place).resolve()
        for old in ("weights.npz", "report.json"):
            (where / old).unlink(missing_ok=True)
        job = {
            "task": task._asdict(),
            "port": free(port),
            "patience": patience,
            "timeout": timeout,
            "folder": str(where),
            "save_every": save_every,
            "kill_at": kill_at,
            "sizes": SIZES if measure else (),
            "networks": NETWORKS if measure else (),
            "batch": BATCH,
        }
        (where / "job.json").write_text(json.dumps(job), "utf-8")
        command = torchrun(where, n if come is None else come, n, restarts, patience)
        said = run(command, timeout, f"{n} processes")
        if not (where / "report.json").exists():
            raise RuntimeError(reason_of(said, n, patience, where / "saved.pt", kept=bool(folder)))
        report = json.loads((where / "report.json").read_text("utf-8"))
        with np.load(where / "weights.npz") as arrays:
            weights = {name: arrays[name] for name in arrays.files}
    times = [np.array(report[name]) for name in ("all_reduce", "updates")]
    return Run(weights, report["begin"], *times)


def free(port: int | None) -> int:
    """The port, if nobody listens at it; one that is free for None. RuntimeError if it is taken."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port or 0))
        except OSError:
            raise RuntimeError(taken(port)) from None
        return int(one.getsockname()[1])


def taken(port: int | None) -> str:
    """What to say of a port that another program listens at."""
    return f"port {port} is taken by another program: give another one, or none"


def torchrun(folder: Path, come: int, n: int, restarts: int, patience: float) -> list[str]:
    """The command. The launchers meet in a file, where PyTorch would listen on every address.

    If not all are to come, each worker has a launcher of its own, as on a machine of its own.
    """
    launchers, each = (1, n) if come == n else (n, 1)
    start = FORKING if come == n and sys.platform == "linux" else STARTING
    meeting = f"store_type=file,join_timeout={patience:g},last_call_timeout=1"
    return [
        *(sys.executable, *start),
        *(f"--nnodes={launchers}", f"--nproc-per-node={each}", f"--max-restarts={restarts}"),
        *("--rdzv-backend=c10d", f"--rdzv-endpoint={folder / f'meeting-{os.urandom(4).hex()}'}"),
        *(f"--rdzv-conf={meeting}", "--rdzv-id=nnbook", "--local-addr=127.0.0.1"),
        f"--log-dir={folder / 'logs'}",  # else it leaves a folder in /tmp each time
        *(str(Path(__file__).with_name("worker.py")), str(folder / "job.json")),
    ]


def run(command: Sequence[str], timeout: float, who: str) -> str:
    """What the program says until it ends; after the timeout it is ended, with its workers."""
    env = os.environ | dict.fromkeys(THREADS, "1") | {"TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
    with started(command, env) as process:
        try:
            return process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            told = f"{who} were not done after {timeout:g} s, and were ended"
            raise RuntimeError(f"{told}: give a longer timeout") from None


@contextmanager
def started(command: Sequence[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The program, which does not outlive the block: torchrun ends its workers when it is asked."""
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        process.communicate()


def reason_of(said: str, n: int, patience: float, saved: Path, *, kept: bool) -> str:
    """Why there is no result, from what torchrun and the workers said."""
    if "RendezvousTimeoutError" in said:
        return f"waited {patience:g} s for the others, and they did not come: start all {n}"
    killed = re.search(r"exitcode: -(\d+)\) local_rank: (\d+)", said)
    if killed:
        cure = "give restarts=1, and training goes on from the last saved state"
        if kept and saved.exists():
            cure += ", or call again with the same folder"
        name = signal.Signals(int(killed[1])).name
        return f"worker {killed[2]} of {n} was killed ({name}): {cure}"
    own = re.findall(r"^(?:\[.*?\]:)?(worker \d+ of \d+: .*)$", said, re.MULTILINE)
    return own[0] if own else f"{n} processes failed: {said.strip()[-600:]}"


def speeds(run: Run) -> dict[str, Any]:
    """What one process and all of them need for an update, by the networks' parameters."""
    parameters = [Task(widths).parameters for widths in NETWORKS]
    return {"parameters": np.array(parameters), "one": run.updates[:, 0], "all": run.updates[:, 1]}
