"""The answer's side: `python -I answer.py FD [torch]`, in a folder that holds nnbook without its
exercises, its quizzes and whatever builds on them.

It loads what answers use, and then makes a process for each answer that it is sent, which binds
itself, runs the answer's text, and from then on calls its function with what the judge sends.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import signal
import socket
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parent


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    prepare("torch" in sys.argv[2:])
    import wire

    wire.send(control, "ready")
    control.settimeout(None)  # from here on it waits as long as it takes
    while True:
        try:
            _, [end], _, _ = socket.recv_fds(control, 1, 1)
        except (OSError, ValueError):  # the judge is gone
            return
        child = os.fork()
        if not child:
            control.close()
            try:
                answer(socket.socket(fileno=end))
            finally:
                os._exit(0)
        os.close(end)
        control.recv(1)  # the judge has heard enough, or is gone
        for kill, who in ((os.killpg, child), (os.kill, child)):
            with suppress(OSError):
                kill(who, signal.SIGKILL)
        os.waitpid(child, 0)


def prepare(with_torch: bool) -> None:
    """Load what answers import, and use it once: what is bound later can load nothing new."""
    sys.dont_write_bytecode = True
    sys.meta_path[:] = [
        f for f in sys.meta_path if "editable" not in str(getattr(f, "__module__", f))
    ]
    sys.path[:] = [str(HOUSE), *(p for p in sys.path if not Path(p, "nnbook").exists())]
    import collections, fractions, functools, itertools, math, operator, random, statistics  # noqa
    import typing  # noqa: F401

    import numpy as np
    import scipy.special  # type: ignore[import-untyped]  # noqa: F401
    import wire  # noqa: F401

    from nnbook import data, gradient_check, nn, optim, training  # noqa: F401

    np.random.default_rng(0).normal(size=3) @ np.linalg.inv(np.eye(3))
    pickle.loads(pickle.dumps(np.random.default_rng(0)))
    with suppress(ModuleNotFoundError):
        if with_torch:
            import torch

            torch.set_num_threads(1)
            w = torch.nn.Linear(2, 2)
            optimizer = torch.optim.SGD(w.parameters(), lr=0.1, momentum=0.5)
            optimizer.zero_grad()
            torch.nn.CrossEntropyLoss()(w(torch.ones(1, 2)), torch.tensor([0])).backward()
            optimizer.step()
            set_ = torch.utils.data.TensorDataset(torch.ones(2, 1))
            next(iter(torch.utils.data.DataLoader(set_, shuffle=True)))
    gc.freeze()


def bind() -> None:
    """Into a group of its own, where nothing can be done but to compute and to import."""
    import guard

    os.setsid()
    places = sysconfig.get_paths()
    readable = {os.path.realpath(places[n]) for n in ("stdlib", "platstdlib", "purelib", "platlib")}
    readable |= {str(HOUSE / "nnbook"), os.getcwd(), "/dev/null", "/dev/urandom"}
    guard.alone()
    guard.limits()
    guard.landlock(readable)
    guard.seccomp()
    guard.audited(readable)


def answer(channel: socket.socket) -> None:
    """Run the answer's text, then answer one call after the other."""
    import wire

    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.closerange(3, channel.fileno())
    os.closerange(channel.fileno() + 1, 1024)
    first = wire.receive(channel)
    os.chdir(first["folder"])
    bind()
    names: dict[str, Any] = {"__name__": "answer"}
    try:
        exec(compile(first["source"], "answer.py", "exec", dont_inherit=True), names)
        function = names[first["function"]]
    except BaseException as error:
        wire.send(channel, told(error))
        return
    wire.send(channel, {"ready": callable(function)})
    while True:
        wire.send(channel, called(function, channel, wire.receive(channel)))


def called(function: Any, channel: socket.socket, request: dict[str, Any]) -> dict[str, Any]:
    """One call: the result, and what has become of the arguments."""
    import numpy as np
    import wire

    arguments = Arguments(io.BytesIO(request["call"]), channel).load()
    for module, grads in zip(modules(arguments), request["grads"], strict=True):
        for parameter, grad in zip(module.parameters(), grads, strict=True):
            parameter.grad = wire.unpack(grad)
    before = [plain(part) for part in arguments]
    try:
        with np.errstate(all="ignore"):
            if request.get("count"):
                return {"steps": steps(function, arguments)}
            if request.get("each"):
                return {"results": [wire.pack(function(*call)) for call in arguments]}
            result = function(*arguments)
            changed = [after(*pair) for pair in zip(arguments, before, strict=True)]
            return {"result": wire.pack(result), "after": changed}
    except BaseException as error:
        return told(error)


def steps(function: Any, arguments: tuple[Any, ...]) -> int:
    """How many instructions Python goes through in a call."""
    count = 0

    def watch(frame: Any, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return watch

    sys.settrace(watch)
    try:
        function(*arguments)
    finally:
        sys.settrace(None)
    return count


def told(error: BaseException) -> dict[str, Any]:
    """An exception, as texts."""
    try:
        text = str(error)[:300]
    except BaseException:
        text = ""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    return {"error": [kinds[0], text]}


class Arguments(pickle.Unpickler):
    """What the judge has pickled. Functions that stay there are called from here."""

    def __init__(self, file: io.BytesIO, channel: socket.socket) -> None:
        super().__init__(file)
        self.channel = channel

    def persistent_load(self, pid: Any) -> Any:
        import wire

        kind, name, text = pid
        if kind == "source":
            import numpy as np

            names: dict[str, Any] = {"np": np, "torch": sys.modules.get("torch")}
            exec(text, names)
            return names[name]

        def far(*arguments: Any) -> Any:
            wire.send(self.channel, {"asks": name, "with": [wire.pack(a) for a in arguments]})
            reply = wire.receive(self.channel)
            if "error" in reply:
                raise ValueError(reply["error"])
            return wire.unpack(reply["result"])

        return far


def modules(arguments: tuple[Any, ...]) -> list[Any]:
    """The networks among the arguments."""
    return [a for a in arguments if hasattr(a, "named_parameters")]


def plain(part: Any) -> Any:
    """Numbers, packed; None for all that is more than numbers."""
    import numpy as np
    import wire

    return wire.pack(part) if isinstance(part, np.ndarray | list | tuple) else None


def after(part: Any, before: Any) -> Any:
    """What has become of an argument, if it has changed: numbers, a state, a network's inside."""
    import numpy as np
    import wire

    if isinstance(part, np.random.Generator):
        return {"generator": part.bit_generator.state}
    if hasattr(part, "named_parameters"):
        return {
            "network": {
                "values": [wire.pack(p) for p in (*part.parameters(), *part.buffers())],
                "grads": [wire.pack(p.grad) for p in part.parameters()],
                "training": [bool(m.training) for m in part.modules()],
                "notes": [notes(m) for m in part.modules()],
            }
        }
    if hasattr(part, "param_groups"):
        state = part.state_dict()["state"]
        return {
            "optimizer": [[k, [[n, wire.pack(v)] for n, v in s.items()]] for k, s in state.items()]
        }
    now = plain(part)
    return {} if now == before else {"plain": now}


def notes(module: Any) -> dict[str, list[bool]]:
    """The lists of True and False that a network has kept."""
    return {
        name: value
        for name, value in vars(module).items()
        if type(value) is list and all(type(v) is bool for v in value)
    }


if __name__ == "__main__":
    main()
