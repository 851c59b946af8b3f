"""Which tests come first: `make test` gives each process one file after the other."""

import pytest

# What takes minutes; files of seconds then fill what is left of either process's time.
LONG = ("tests/site/", "chapters/", "tests/figures/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((k for k, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))

    items.sort(key=place)
