"""What chapters import and a page has not: it can be imported, and says so when it is used.
Of SciPy there is Φ, of IPython what shows a thing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from nnbook.nn.activations import normal_cdf
from nnbook.page import output

NEEDS = {
    "matplotlib": "Matplotlib",
    "nnbook.figures": "the book's figures",
    "nnbook.notebook.live": "a running notebook",
    "nnbook.notebook.plots": "Matplotlib",
}


class NotHere(ImportError):
    """Something was used that Python in the page does not have."""


class Absent(ModuleType):
    """A module that is not here. `plots.use_style()` may be called: nothing is drawn."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if (self.__name__, name) == ("nnbook.notebook.plots", "use_style"):
            return lambda: None
        needs = next(need for root, need in NEEDS.items() if _belongs(self.__name__, root))
        raise NotHere(f"{self.__name__}.{name} needs {needs}, which Python in the page has not")


class Finder:
    """Gives Python the modules that NEEDS names, and all below them."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        if any(_belongs(name, root) for root in NEEDS):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def install() -> None:
    """Put the stand-ins where `import` looks."""
    normal_cdf(0.0)  # finds that there is no SciPy, before there seems to be one
    for name, found in (
        ("scipy.special", {"ndtr": normal_cdf}),
        ("IPython.display", {"Markdown": output.Markdown, "display": output.display}),
    ):
        root, _, child = name.partition(".")
        sys.modules[root], sys.modules[name] = ModuleType(root), ModuleType(name)
        setattr(sys.modules[root], child, sys.modules[name])
        vars(sys.modules[name]).update(found)
    sys.meta_path.append(Finder())


def _belongs(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")
