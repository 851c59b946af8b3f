"""The judge's side: checks an answer that runs elsewhere, and believes nothing but arrays.

`python judge.py` reads a line of JSON for each answer, {"exercise", "source", "function"}, and
writes one for each verdict, {"passed", "why", "lost"}. The check is `exercises.check`, given a
function that sends its arguments to the answer's process; then calls are made again, in other
orders.
"""

from __future__ import annotations

import builtins
import contextlib
import inspect
import io
import json
import os
import pickle
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import types
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import wire

import nnbook
from nnbook import exercises
from nnbook.exercises.kit import limit
from nnbook.exercises.kit.values import close

HERE = Path(__file__).resolve().parent
FLOORS = ("__init__.py", "absent.py", "nn", "optim.py", "data.py", "download.py", "training.py")
FLOORS += ("gradient_check.py", "peers.py", "digits.npz")
CALL, WHOLE = 4.0, 20.0  # seconds that one call may take, and all together
AGAIN = 60  # calls that are made again
TOGETHER = 100  # calls of one message, where many are asked for


class Failed(Exception):
    """The answer is wrong, for a reason that the check does not see."""


class Bench:
    """A process that answers are forked from, and the folder it lives in."""

    def __init__(self, folder: Path, with_torch: bool) -> None:
        house = folder / "house"
        if not house.exists():
            package = Path(nnbook.__file__).parent
            (house / "nnbook").mkdir(parents=True)
            for name in FLOORS:
                copy = shutil.copytree if (package / name).is_dir() else shutil.copyfile
                copy(package / name, house / "nnbook" / name)
            for name in ("answer.py", "guard.py", "wire.py"):
                shutil.copyfile(HERE / name, house / name)
        self.control, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                house / "answer.py",
                str(theirs.fileno()),
                *["torch"] * with_torch,
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env={
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
                "PATH": "",
                "HOME": str(folder),
            },
            start_new_session=True,
        )
        theirs.close()
        self.ready = False

    def answer(self) -> socket.socket:
        """A new process for an answer, at the other end."""
        if not self.ready:
            self.ready = wire.receive(self.control, time.monotonic() + 120) == "ready"
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [b"+"], [theirs.fileno()])
        return ours

    def end(self) -> None:
        """End the answer's process, and whatever it has started."""
        self.control.send(b"-")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.control.close()


class Sender(pickle.Pickler):
    """Pickles a call's arguments. The check's classes go as source, and so do the functions that
    PyTorch has to go back through; all other functions stay here, and are called from there.
    """

    def __init__(self, file: io.BytesIO, kept: list[Any], with_torch: bool) -> None:
        super().__init__(file)
        self.kept, self.with_torch = kept, with_torch

    def persistent_id(self, value: Any) -> Any:
        function = isinstance(value, types.FunctionType | types.MethodType)
        if not function and not isinstance(value, type):
            return None
        if not str(value.__module__).startswith("nnbook.exercises"):
            return None
        if self.with_torch or not function:
            return "source", value.__name__, textwrap.dedent(inspect.getsource(value))
        self.kept.append(value)
        return "function", len(self.kept) - 1, ""


class Answer:
    """A function whose body runs in the answer's process."""

    def __init__(self, channel: socket.socket, name: str) -> None:
        exercise = exercises.get(name)
        self.channel, self.__name__, self.with_torch = channel, name, exercise.chapter == "pytorch"
        self.__signature__ = inspect.signature(exercise.solution)
        self.calls: list[tuple[Any, list[Any], Any]] = []  # what went, and what came
        self.left = WHOLE
        self.dead = ""

    def __call__(self, *arguments: Any) -> Any:
        kept: list[Any] = []
        file = io.BytesIO()
        Sender(file, kept, self.with_torch).dump(arguments)
        request = {
            "call": file.getvalue(),
            "grads": [[wire.pack(p.grad) for p in a.parameters()] for a in _networks(arguments)],
        }
        reply = self.ask(request, kept)
        self.calls.append((request, kept, reply))
        if "error" in reply:
            raise _raised(*reply["error"])
        for mine, theirs in zip(arguments, reply["after"], strict=True):
            _follow(mine, theirs)
        return wire.unpack(reply["result"])

    def each(self, calls: list[tuple[Any, ...]]) -> list[Any]:
        """The results of many calls that leave their arguments alone, so many a message."""
        found: list[Any] = []
        for k in range(0, len(calls), TOGETHER):
            some = calls[k : k + TOGETHER]
            reply = self.ask(self.plain(tuple(some), "each"), [])
            if "error" in reply:
                raise _raised(*reply["error"])
            results = reply.get("results")
            if not isinstance(results, list) or len(results) != len(some):
                raise wire.Broken("what came was no result")
            found += map(wire.unpack, results)
        return found

    def plain(self, arguments: tuple[Any, ...], how: str) -> dict[str, Any]:
        """A call without networks, and without functions that stay here."""
        file = io.BytesIO()
        Sender(file, [], self.with_torch).dump(arguments)
        return {"call": file.getvalue(), "grads": [], how: True}

    def work(self, *arguments: Any) -> int:
        """How many steps of Python a call takes, counted where it runs."""
        reply = self.ask(self.plain(arguments, "count"), [])
        if type(reply.get("steps")) is not int:
            raise wire.Broken("its steps could not be counted")
        return int(reply["steps"])

    def ask(self, request: Any, kept: list[Any]) -> Any:
        """Send a call, answer what it asks back, and return what came; Broken if nothing came."""
        if self.dead:
            raise wire.Broken(self.dead)
        start = time.monotonic()
        deadline = start + min(self.left, CALL)
        try:
            wire.send(self.channel, request, CALL)
            while True:
                reply = wire.receive(self.channel, deadline)
                if not isinstance(reply, dict):
                    raise wire.Broken("what came was no result")
                if "asks" not in reply:
                    break
                wire.send(self.channel, _asked(kept, reply), CALL)
        except (wire.Broken, OSError) as broken:
            self.dead = (
                str(broken) if isinstance(broken, wire.Broken) else "it ended without a result"
            )
            raise wire.Broken(self.dead) from None
        except BaseException:
            self.dead = "no result in time"
            raise
        finally:
            self.left -= time.monotonic() - start
        return reply

    def again(self) -> None:
        """Make calls again, in other orders; Failed if one comes out differently."""
        rounds = range(-(-AGAIN // max(len(self.calls), 1)))
        calls = [call for _ in rounds for call in random.sample(self.calls, len(self.calls))]
        for request, kept, before in calls[:AGAIN]:
            try:
                now = self.ask(request, kept)
            except wire.Broken as broken:
                raise Failed(f"called again, {broken}") from None
            if not _same(before, now):
                raise Failed("the same call gave another result later on")


def _asked(kept: list[Any], reply: dict[str, Any]) -> dict[str, Any]:
    """What a function of the check says to what the answer gives it."""
    try:
        function = kept[reply["asks"]]
        arguments = [wire.unpack(part) for part in reply["with"]]
        with np.errstate(all="ignore"):
            return {"result": wire.pack(function(*arguments))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def _raised(kind: Any, text: Any) -> BaseException:
    """The exception that the answer has raised; RuntimeError for one that Python does not have."""
    found = getattr(builtins, str(kind), None)
    known = isinstance(found, type) and issubclass(found, Exception)
    try:
        return found(str(text)) if known else RuntimeError(f"{kind}: {text}"[:300])
    except TypeError:  # some take more than a text
        return RuntimeError(f"{kind}: {text}"[:300])


def _same(before: Any, now: Any) -> bool:
    """Do two replies say the same, to the last rounding?"""
    if "error" in before or "error" in now:
        return bool(before.get("error") == now.get("error"))
    try:
        one, other = wire.unpack(before["result"]), wire.unpack(now["result"])
        return _alike(one, other)
    except (KeyError, TypeError):
        return False


def _alike(a: Any, b: Any) -> bool:
    if hasattr(a, "__next__"):
        a, b = list(a), list(b) if hasattr(b, "__next__") else b
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, wire.Odd) or a is None or isinstance(a, str):
        return type(a).__name__ == type(b).__name__
    return close(a, b)


def _networks(arguments: tuple[Any, ...]) -> list[Any]:
    return [a for a in arguments if hasattr(a, "named_parameters")]


def _follow(mine: Any, theirs: Any) -> None:
    """Do to an argument what the answer has done to its copy; Broken if that cannot be."""
    try:
        if isinstance(mine, np.random.Generator):
            mine.bit_generator.state = theirs["generator"]
        elif hasattr(mine, "named_parameters"):
            _follow_network(mine, theirs["network"])
        elif hasattr(mine, "param_groups"):
            state = {k: {n: wire.unpack(v) for n, v in s} for k, s in theirs["optimizer"]}
            mine.load_state_dict({**mine.state_dict(), "state": state})
        elif theirs and isinstance(mine, np.ndarray | list | tuple):
            _copy(mine, wire.unpack(theirs["plain"]))
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise wire.Broken(f"an argument has become something else ({error})"[:200]) from None


def _copy(mine: Any, theirs: Any) -> None:
    """Their numbers into my arrays."""
    if isinstance(mine, np.ndarray):
        if not isinstance(theirs, np.ndarray) or theirs.shape != mine.shape:
            raise TypeError("another shape")
        if not np.array_equal(mine, theirs, equal_nan=mine.dtype.kind in "fc"):
            mine[...] = theirs
    elif isinstance(mine, list | tuple):
        if type(theirs) is not type(mine):
            raise TypeError("another type")
        if isinstance(mine, list) and len(mine) != len(theirs):
            mine[:] = theirs
        else:
            for k, (one, other) in enumerate(zip(mine, theirs, strict=True)):
                if isinstance(one, np.ndarray | list | tuple):
                    _copy(one, other)
                elif isinstance(mine, list) and type(one) is type(other):
                    mine[k] = other


def _follow_network(mine: Any, theirs: dict[str, Any]) -> None:
    """Their numbers, gradients and modes into my network."""
    import torch

    with torch.no_grad():
        for value, other in zip(
            (*mine.parameters(), *mine.buffers()), theirs["values"], strict=True
        ):
            value.copy_(wire.unpack(other))
    for parameter, grad in zip(mine.parameters(), theirs["grads"], strict=True):
        parameter.grad = wire.unpack(grad)
    for module, mode, notes in zip(
        mine.modules(), theirs["training"], theirs["notes"], strict=True
    ):
        module.training = bool(mode)
        for name, note in notes.items():
            if isinstance(getattr(module, name, None), list):
                getattr(module, name)[:] = map(bool, note)


@cache
def warm(exercise: str) -> None:
    """Load what the check of this exercise needs, before an answer's clock runs."""
    result = exercises.check(exercise, exercises.get(exercise).solution)
    if not result.passed:
        raise RuntimeError(str(result))


def judged(bench: Bench, exercise: str, source: str, function: str) -> tuple[bool, str, float]:
    """Does the answer pass; if not, why; and the seconds lost with it if it had to be ended."""
    warm(exercise)
    channel = bench.answer()
    folder = tempfile.mkdtemp(prefix="answer-")
    answer = Answer(channel, exercise)
    try:
        first = {"folder": folder, "source": source, "function": function}
        ready = answer.ask(first, [])
        if "error" in ready:
            raise Failed("its text fails: " + ": ".join(map(str, ready["error"])))
        if ready.get("ready") is not True:
            raise Failed(f"{function} is no function")
        result = exercises.check(exercise, answer)
        if not result.passed:
            raise Failed(answer.dead or _why(result))
        answer.again()
        return True, "", 0.0
    except (Failed, wire.Broken) as failed:
        return False, str(failed), WHOLE - answer.left if answer.dead else 0.0
    finally:
        channel.close()
        bench.end()
        shutil.rmtree(folder, ignore_errors=True)


def _why(result: Any) -> str:
    """The cause that the check gives, or what it expected and what came."""
    parts = {part.label: part.text for part in result.parts}
    if cause := parts.get("Likely cause"):
        return str(cause)
    if came := parts.get("Came"):
        return f"expected {parts.get('Expected', '')}, came {came}"
    return next(iter(parts.values()), result.status)


def main() -> None:
    say = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    limit.SECONDS = 120.0  # an answer has clocks of its own
    benches: dict[bool, Bench] = {}
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        for line in sys.stdin:
            task = json.loads(line)
            chapter = exercises.get(task["exercise"]).chapter
            with_torch = chapter == "pytorch" or "torch" in task["source"]
            try:
                if with_torch not in benches:
                    benches[with_torch] = Bench(Path(folder), with_torch)
                passed, why, lost = judged(benches[with_torch], **task)
            except Exception as error:
                with contextlib.suppress(Exception):
                    benches.pop(with_torch).close()
                passed, why, lost = False, f"not judged ({type(error).__name__}: {error})", 0.0
            said = {"passed": passed, "why": why, "lost": lost}
            print(json.dumps(said), file=say, flush=True)


if __name__ == "__main__":
    main()
