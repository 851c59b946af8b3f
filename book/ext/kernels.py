"""Kernels that fork from one process, which has imported what the notebooks import: a third of a
notebook's seconds is Python reading PyTorch, Matplotlib and the library.

`forking` gives NotebookClient its manager of kernels, where processes can fork; the program below
it is that one process.
"""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from subprocess import Popen
from typing import Any

import psutil
from jupyter_client import AsyncKernelManager
from nbformat import NotebookNode

CAN_FORK = sys.platform == "linux"  # elsewhere libraries do not outlive it
LATE = "nnbook.exercises"  # notes what IPython has put in the place of Python's own, such as `exit`
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as a kernel sets it


def imports(notebooks: Iterable[NotebookNode]) -> list[str]:
    """The import statements of their cells, each once."""
    found: dict[str, None] = {}
    for cell in (cell for notebook in notebooks for cell in notebook.cells):
        if cell.cell_type == "code":
            with suppress(SyntaxError):  # what only IPython reads
                for node in ast.parse(cell.source).body:
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        found[ast.unparse(node)] = None
    return [*found]


@contextmanager
def forking(statements: list[str]) -> Iterator[type[AsyncKernelManager]]:
    """A manager whose kernels begin with these imports done, as long as the block lasts."""
    if not CAN_FORK:
        yield AsyncKernelManager
        return
    ours, theirs = Pipe()
    command = [sys.executable, "-P", __file__, str(theirs.fileno())]
    with Popen(command, pass_fds=[theirs.fileno()], env=INLINE | os.environ), ours:
        theirs.close()
        ours.send(statements)

        class Manager(AsyncKernelManager):
            async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
                ours.send((kernel_cmd[2:], kw["env"], str(kw["cwd"])))
                place: Any = self.provisioner
                place.process = Forked(ours.recv())
                place.pid = place.pgid = place.process.pid
                self._reconcile_connection_info(place.connection_info)

        yield Manager


class Forked(psutil.Process):
    """A process that is not our child, with what Popen has for a kernel's manager."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        return None if self.is_running() else 0


def serve(pipe: Connection) -> None:
    """Do the imports; then fork a kernel for each (arguments, environment, folder) that comes."""
    parent = {"JPY_PARENT_PID": str(os.getpid())}  # a kernel ends when this process does
    os.environ.update(parent)
    gc.disable()  # what modules make while they are read, they keep
    from ipykernel.kernelapp import launch_new_instance

    for statement in pipe.recv():
        with suppress(Exception):  # the cell will say what is wrong
            exec(statement, {})
    if "torch" in sys.modules:
        import_module("torch._dynamo")  # as its first optimizer does, for two seconds
    forget(LATE)
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, reap)
    with suppress(EOFError):
        while True:
            sys.argv, env, folder = pipe.recv()
            if pid := os.fork():
                pipe.send(pid)
                continue
            pipe.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgrp()  # not a session of its own: those share the time, whatever their nice
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(env | parent)
            return launch_new_instance()


def reap(*_: object) -> None:
    """Wait for what has ended: its seconds then count as this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def forget(package: str) -> None:
    """Have a package imported anew."""
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]
    above, _, name = package.rpartition(".")
    if hasattr(sys.modules.get(above), name):
        delattr(sys.modules[above], name)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
