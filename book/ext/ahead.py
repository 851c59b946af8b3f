"""Executes the notebooks that the cache does not have, several at a time, before they are read.

myst-nb would execute one after the other, each when it reads it. One that fails stays out of the
cache: myst-nb then executes it again, and says what is wrong. What a cell prints comes in pieces,
and where they end depends on the machine's load; here they are put together as they were printed,
where myst-nb would put a line's end between them.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

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


def execute_stale(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    if env.mystnb_config.execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    stale = {}
    for path in (Path(env.doc2path(page)) for page in pages):
        notebook = read(env, path)
        if notebook and not is_kept(cache, notebook):
            stale[path] = notebook
    if stale:
        logger.info("executing %d notebooks, %d at a time", len(stale), AT_A_TIME)
        work = execute(stale, cache, env.mystnb_config.execution_timeout)
        with ThreadPoolExecutor(1) as pool:  # this thread may have an event loop that runs
            pool.submit(asyncio.run, work).result()


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


async def execute(
    notebooks: dict[Path, NotebookNode], cache: JupyterCacheAbstract, timeout: int
) -> None:
    """Put those that run into the cache, with the processor's seconds that they took."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def run(path: Path, notebook: NotebookNode, manager: type[AsyncKernelManager]) -> None:
        async with gate:
            seconds = 0.0

            def spent(**_: Any) -> None:
                nonlocal seconds
                seconds = sum(psutil.Process(client.km.provisioner.pid).cpu_times()[:4])

            folder = {"metadata": {"path": str(path.parent)}}
            client = NotebookClient(
                notebook,
                timeout=timeout,
                resources=folder,
                record_timing=False,
                coalesce_streams=True,
                on_cell_executed=spent,
                kernel_manager_class=manager,
            )
            await client.async_execute()
            data = {"execution_seconds": seconds}
            cache.cache_notebook_bundle(
                CacheBundleIn(notebook, str(path), data=data), check_validity=False, overwrite=True
            )

    longest_first = sorted(notebooks.items(), key=lambda item: -len(item[1].cells))
    with forking(imports(notebooks.values())) as manager:
        work = (run(*item, manager) for item in longest_first)
        ends = await asyncio.gather(*work, return_exceptions=True)
    for (path, _), end in zip(longest_first, ends, strict=True):
        if end:
            logger.info("%s runs again, by myst-nb: %.400r", path.name, end)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-before-read-docs", execute_stale)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
