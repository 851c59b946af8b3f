"""Which tests `make test` runs, and which come first: a process gets one file after the other."""

from typing import Any

import pytest
from sample import SAMPLE
from xdist.scheduler import LoadFileScheduling

# What takes longest comes first; the rest, of seconds, fills what is left of either process's time.
LONG = ("tests/site/", "chapters/", "tests/figures/", "tests/tools/", "tests/test_", "tests/book/")
LONG += ("tests/exercises/", "tests/experiments/")
# These compute all figures, for half a minute: one process does that, once for all of them.
ALL_FIGURES = {
    *(f"tests/site/test_{name}.py" for name in ("figures", "figures_met", "stills")),
    *(f"tests/figures/test_{name}.py" for name in ("figure", "still", "types", "constants")),
    "tests/test_sample.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((k for k, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))

    items.sort(key=place)
    for item in items:
        if item.get_closest_marker("sweep"):
            given = getattr(item, "callspec").params  # noqa: B009  (of functions alone)
            keys = {"name", "address", "chapter", "figure"} & given.keys()
            swept = {getattr(given[key], "figure", given[key]) for key in keys}
            assert swept, f"{item.nodeid} sweeps over nothing"
            if not swept <= SAMPLE:
                item.add_marker("slow")


class Files(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "all figures" if file in ALL_FIGURES else file


@pytest.hookimpl(optionalhook=True)  # where the tests run in one process
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    return Files(config, log)
