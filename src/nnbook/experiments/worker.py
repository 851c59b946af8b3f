"""One of several processes that train a network together: `torchrun … worker.py JOB.json`.
`workers.train` starts it; it is a program, and may import torch."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from nnbook import peers
from nnbook.experiments.scale import Task
from nnbook.experiments.workers import taken

LOOPBACK = "127.0.0.1"


def join(rank: int, n: int, port: int, patience: float) -> None:
    """Meet the other processes at a port of this machine, on loopback only.

    SystemExit, in words, if the port is taken or the others do not come.
    """
    here = f"worker {rank} of {n}"
    os.environ["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"
    wait, listener = timedelta(seconds=patience), None
    if rank == 0:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise SystemExit(f"{here}: {taken(port)}") from None
        listener.listen()
    try:
        fd = listener.detach() if listener else None
        store = dist.TCPStore(LOOPBACK, port, n, rank == 0, wait, master_listen_fd=fd)
        dist.init_process_group("gloo", store=store, timeout=wait, rank=rank, world_size=n)
    except (dist.DistError, RuntimeError):
        others = "the others" if rank == 0 else "worker 0"
        told = f"waited {patience:g} s for {others} at port {port}, and nobody came"
        raise SystemExit(f"{here}: {told}: start all {n} of them") from None


def feed(task: Task, rank: int, n: int) -> Any:
    """This worker's share of every batch: the sampler deals the examples out in turn."""
    x, y = (torch.from_numpy(part) for part in task.examples())
    examples = TensorDataset(x, y)
    sampler = DistributedSampler(examples, n, rank, shuffle=False)
    return DataLoader(examples, task.batch // n, sampler=sampler)


def update(model: Any, optimizer: Any, x: Any, y: Any) -> None:
    """One update, as ever; `backward` waits until all workers' gradients are averaged."""
    loss = torch.nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def train(task: Task, saved: Path, *, save_every: int, kill_at: int | None) -> tuple[Any, int]:
    """All updates of the task, from the last saved state on. The network, and where it began."""
    rank, n = dist.get_rank(), dist.get_world_size()
    inner = peers.twin(task.model())
    optimizer = torch.optim.SGD(inner.parameters(), task.lr, task.momentum)
    begin = 0
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        inner.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])  # the velocities, too
        begin = state["updates"]
    model = DistributedDataParallel(inner)
    first_try = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0") == "0"
    for k, (x, y) in enumerate(islice(feed(task, rank, n), begin, None), begin):
        if k == kill_at and rank == n - 1 and first_try and begin == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        update(model, optimizer, x, y)
        if rank == 0 and save_every and (k + 1) % save_every == 0:
            save(saved, inner, optimizer, k + 1)
    return inner, begin


def save(path: Path, model: Any, optimizer: Any, updates: int) -> None:
    """All that training needs to go on; the old file stays until the new one is complete."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "updates": updates}
    torch.save(state, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def all_reduce_seconds(sizes: list[int], repeat: int = 12) -> list[float]:
    """The least seconds in which so many numbers of all workers are added up."""
    found = []
    for size in sizes:
        numbers, times = torch.ones(size), []
        for _ in range(repeat if size < 5e6 else 5):
            dist.barrier()
            start = time.perf_counter()
            dist.all_reduce(numbers)
            times.append(time.perf_counter() - start)
            numbers.fill_(1.0)
        found.append(min(times))
    return found


def update_seconds(task: Task) -> tuple[float, float]:
    """The least seconds of an update: all of the batch on worker 0 while the others wait, and the
    batch cut into shares."""
    rank, n = dist.get_rank(), dist.get_world_size()
    x, y = (torch.from_numpy(part) for part in task.batches()[0])
    found = []
    for together in (False, True):
        model = peers.twin(task.model())
        optimizer = torch.optim.SGD(model.parameters(), task.lr, task.momentum)
        dist.barrier()
        times = []
        if together or rank == 0:
            run = DistributedDataParallel(model) if together else model
            share = (x[rank::n], y[rank::n]) if together else (x, y)
            for _ in range(20):
                start = time.perf_counter()
                update(run, optimizer, *share)
                times.append(time.perf_counter() - start)
        dist.barrier()
        found.append(min(times, default=0.0))
    return found[0], found[1]


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    rank, n = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    if hasattr(signal, "alarm"):
        signal.alarm(int(job["timeout"]) + 1)  # whatever happens, no process is left behind
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has what its launcher does then
    torch.set_num_threads(1)
    join(rank, n, job["port"], job["patience"])
    folder = Path(job["folder"])
    task = Task(**{**job["task"], "widths": tuple(job["task"]["widths"])})
    try:
        options = {name: job[name] for name in ("save_every", "kill_at")}
        model, begin = train(task, folder / "saved.pt", **options)
        report = {"begin": begin, "sizes": job["sizes"]}
        report["all_reduce"] = all_reduce_seconds(job["sizes"])
        tasks = [Task(tuple(widths), job["batch"]) for widths in job["networks"]]
        report["updates"] = [update_seconds(task) for task in tasks]
    except RuntimeError as error:
        words = str(error).splitlines()[0]
        time.sleep(1)  # the launcher sees first who is gone
        raise SystemExit(f"worker {rank} of {n}: another worker is gone ({words})") from None
    if rank == 0:
        arrays = {name: p.detach().numpy() for name, p in model.state_dict().items()}
        np.savez(folder / "weights.npz", **arrays)
        (folder / "report.json").write_text(json.dumps(report), "utf-8")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
