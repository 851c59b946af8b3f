"""Executes the notebooks that the cache does not have, several at a time, while others are read.

myst-nb would execute one after the other, each when it reads it; here it finds it in the cache. One
that fails stays out of it: myst-nb then executes it again, and says what is wrong. What a cell
prints comes in pieces, and where they end depends on the machine's load; here they are put together
as they were printed, where myst-nb would put a line's end between them.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

import psutil
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_client import AsyncKernelManager
from kernels import forking, imports
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

AT_A_TIME = min(4, os.cpu_count() or 1)  # each is a process of 300 MB
logger = logging.getLogger(__name__)


class Stale(NamedTuple):
    """A notebook that the cache does not have."""

    path: Path
    notebook: NotebookNode
    ended: Event  # it is there now, or has failed


def begin(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Begin to execute; pages that need not wait are read first, and the others as they begin."""
    app.nn_stale = {}
    if env.mystnb_config.execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    found = {}
    for page in pages:
        path = Path(env.doc2path(page))
        notebook = read(env, path)
        if notebook and not is_kept(cache, notebook):
            found[page] = Stale(path, notebook, Event())
    longest_first = sorted(found, key=lambda page: -len(found[page].notebook.cells))
    app.nn_stale = {page: found[page] for page in longest_first}
    pages[:] = [page for page in pages if page not in found] + longest_first
    if found:
        logger.info("executing %d notebooks, %d at a time", len(found), AT_A_TIME)
        work = execute([*app.nn_stale.values()], cache, env.mystnb_config.execution_timeout)
        Thread(target=asyncio.run, args=[work], daemon=True).start()  # a failed build ends it


def wait(app: Sphinx, page: str, source: list[str]) -> None:
    """Read no page before its notebook has ended."""
    if page in app.nn_stale:
        app.nn_stale[page].ended.wait()


def read(env: BuildEnvironment, path: Path) -> NotebookNode | None:
    """The notebook as myst-nb reads it, from a page of Markdown too; None for other pages."""
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
    return reader.read(text) if reader else None


def is_kept(cache: JupyterCacheAbstract, notebook: NotebookNode) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


async def execute(stale: list[Stale], cache: JupyterCacheAbstract, timeout: int) -> None:
    """Put those that run into the cache, with the processor's seconds that they took."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def run(one: Stale, manager: type[AsyncKernelManager]) -> None:
        seconds = 0.0

        def spent(**_: Any) -> None:
            nonlocal seconds
            seconds = sum(psutil.Process(client.km.provisioner.pid).cpu_times()[:4])

        client = NotebookClient(
            one.notebook,
            timeout=timeout,
            resources={"metadata": {"path": str(one.path.parent)}},
            record_timing=False,
            coalesce_streams=True,
            on_cell_executed=spent,
            kernel_manager_class=manager,
        )
        async with gate:
            await client.async_execute()
        data = {"execution_seconds": seconds}
        bundle = CacheBundleIn(one.notebook, str(one.path), data=data)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    async def tried(one: Stale, manager: type[AsyncKernelManager]) -> None:
        try:
            await run(one, manager)
        except Exception as error:
            logger.info("%s runs again, by myst-nb: %.400r", one.path.name, error)
        finally:
            one.ended.set()

    try:
        with forking(imports(one.notebook for one in stale)) as manager:
            await asyncio.gather(*(tried(one, manager) for one in stale))
    finally:  # if not one kernel could begin
        for one in stale:
            one.ended.set()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-before-read-docs", begin)
    app.connect("source-read", wait)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
