"""Processes that train together: the same weights, on loopback alone, and faults in clear words."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nnbook import nn, optim
from nnbook.experiments import scale, workers

needs_torch = pytest.mark.skipif(bool(workers.why_not()), reason=workers.why_not() or "-")
TASK = scale.Task((64, 6, 10), batch=8, updates=30)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    place = tmp_path_factory.mktemp("tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(place))
        run = workers.train(TASK)
    assert not [*place.glob("torchelastic*")], "left behind"
    return run


@needs_torch
def test_two_processes_have_the_weights_of_one(whole):
    model = TASK.model()
    optimizer = optim.SGD(model.parameters(), TASK.lr, TASK.momentum)
    for x, y in TASK.batches():
        scale.step(model, nn.CrossEntropyLoss(), optimizer, x, y)
    assert whole.begin == 0
    state = model.state_dict()
    assert state.keys() == whole.weights.keys()
    for name, value in state.items():
        assert np.abs(value - whole.weights[name]).max() < 1e-6, name


@pytest.mark.slow
@needs_torch
def test_after_a_kill_training_goes_on_from_the_saved_state_to_the_same_bits(whole):
    run = workers.train(TASK, kill_at=17, restarts=1, save_every=5)
    assert run.begin == 15
    assert all((run.weights[name] == value).all() for name, value in whole.weights.items())


@pytest.mark.slow
@needs_torch
def test_a_killed_worker_is_named_and_the_same_folder_goes_on(whole, tmp_path):
    with pytest.raises(RuntimeError, match=r"worker 1 of 2 was killed \(SIGKILL\).*same folder"):
        workers.train(TASK, kill_at=17, save_every=5, folder=tmp_path)
    run = workers.train(TASK, save_every=5, folder=tmp_path)
    assert run.begin == 15
    assert all((run.weights[name] == value).all() for name, value in whole.weights.items())


@needs_torch
def test_a_port_that_is_taken_is_named_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(RuntimeError, match=f"port {port} is taken by another program"):
            workers.train(TASK, port=port)


@needs_torch
def test_one_process_alone_waits_as_long_as_it_was_told():
    """And not the ten minutes that torchrun would, which is beyond the timeout."""
    with pytest.raises(RuntimeError, match=r"waited 1 s for the others.*start all 2"):
        workers.train(TASK, come=1, patience=1)


def worker(tmp_path, rank, port, patience=1):
    """One worker without a launcher, as on a machine where the others were forgotten."""
    job = {"task": TASK._asdict(), "port": port, "patience": patience, "timeout": 60}
    job |= {"folder": str(tmp_path), "save_every": 0, "kill_at": None}
    job |= {"sizes": [], "networks": [], "batch": 64}
    (tmp_path / "job.json").write_text(json.dumps(job))
    program = Path(workers.__file__).with_name("worker.py")
    return subprocess.run(
        [sys.executable, str(program), str(tmp_path / "job.json")],
        env=os.environ | {"RANK": str(rank), "WORLD_SIZE": "2"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
@needs_torch
@pytest.mark.parametrize(("rank", "others"), [(0, "the others"), (1, "worker 0")])
def test_a_worker_alone_says_whom_it_waited_for(tmp_path, rank, others):
    done = worker(tmp_path, rank, workers.free(None))
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert re.match(rf"worker {rank} of 2: waited 1 s for {others} at port \d+", last), last


@needs_torch
def test_a_worker_that_finds_its_port_taken_says_so(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = worker(tmp_path, 0, port)
    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        f"port {port} is taken by another program: give another one, or none"
    )


@needs_torch
def test_what_takes_too_long_is_ended_with_all_its_processes(tmp_path):
    with pytest.raises(RuntimeError, match="2 processes were not done after 1 s, and were ended"):
        workers.train(TASK, timeout=1, folder=tmp_path)
    assert not family(str(tmp_path))


def family(word):
    """The processes whose command has this word."""
    psutil = pytest.importorskip("psutil")
    return [
        p for p in psutil.process_iter(["cmdline"]) if word in " ".join(p.info["cmdline"] or [])
    ]


@pytest.mark.slow
@needs_torch
@pytest.mark.skipif(sys.platform != "linux", reason="others do not tell who listens where")
def test_nothing_listens_on_other_than_loopback(tmp_path):
    """All that the launcher and the workers listen at, seen while they run."""
    psutil = pytest.importorskip("psutil")
    long = TASK._replace(batch=256, updates=400, widths=(64, 256, 256, 10))
    training = threading.Thread(target=lambda: workers.train(long, folder=tmp_path))
    training.start()
    seen = set()
    while training.is_alive():
        for process in family(str(tmp_path)):
            try:
                seen |= {
                    c.laddr.ip for c in process.net_connections("inet") if c.status == "LISTEN"
                }
            except psutil.Error:
                continue
        time.sleep(0.05)
    training.join()
    assert seen == {"127.0.0.1"}


@needs_torch
def test_more_than_one_worker_needs_a_batch_that_can_be_cut():
    with pytest.raises(ValueError, match="a batch of 8 cannot be cut into 3 equal shares"):
        workers.train(TASK, 3)


def test_without_pytorch_it_says_what_it_would_do(monkeypatch, capsys):
    monkeypatch.setattr(workers, "find_spec", lambda name: None)
    assert workers.train(TASK, 4) is None
    said = capsys.readouterr().out
    assert (
        said == "PyTorch is not installed here: 4 processes would train here, and nothing was run\n"
    )


def test_a_result_is_timed_by_network():
    run = workers.Run({}, 0, np.ones(4), np.array([[1.0, 2.0]] * 3))
    found = workers.speeds(run)
    assert found["parameters"].tolist() == pytest.approx([1e4, 1e5, 1e6], rel=0.01)
    assert (found["one"].tolist(), found["all"].tolist()) == ([1.0] * 3, [2.0] * 3)


@pytest.mark.style
def test_the_lines_that_the_chapter_shows_are_the_workers_own():
    root = Path(__file__).parents[2]
    cells = json.loads((root / "chapters/scale.ipynb").read_text("utf-8"))["cells"]
    text = "".join(next(cell["source"] for cell in cells if cell["id"] == "processes"))
    shown = ast.parse(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]).body
    program = ast.parse(Path(workers.__file__).with_name("worker.py").read_text("utf-8"))
    own = {ast.unparse(one) for one in ast.walk(program) if isinstance(one, ast.stmt)}
    assert len(shown) == 3
    assert {ast.unparse(one) for one in shown} <= own
