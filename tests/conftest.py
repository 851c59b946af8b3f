"""Which tests `make test` runs, and which come first: a process gets one file after the other."""

import pytest
from sample import SAMPLE

# What takes minutes; files of seconds then fill what is left of either process's time.
LONG = ("tests/site/", "chapters/", "tests/figures/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((k for k, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))

    items.sort(key=place)
    for item in items:
        if item.get_closest_marker("sweep"):
            given = getattr(item, "callspec").params  # noqa: B009  (of functions alone)
            swept = {given[key] for key in ("name", "address", "chapter") if key in given}
            assert swept, f"{item.nodeid} sweeps over nothing"
            if not swept <= SAMPLE:
                item.add_marker("slow")
