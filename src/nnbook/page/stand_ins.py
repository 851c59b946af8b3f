"""What chapters import and a page has not: it can be imported, and says so when it is used.
Of SciPy there is Φ, of IPython what shows a thing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from nnbook.nn.activations import normal_cdf
from nnbook.page import output

NEEDS = {
    "IPython": "a notebook",
    "matplotlib": "Matplotlib",
    "scipy": "SciPy",
    "torch": "PyTorch",
    "nnbook.figures": "the book's figures",
    "nnbook.notebook.live": "a running notebook",
    "nnbook.notebook.plots": "Matplotlib",
}
HERE: dict[str, dict[str, Any]] = {  # what there is of them
    "IPython.display": {"Markdown": output.Markdown, "display": output.display},
    "nnbook.notebook.plots": {"use_style": lambda: None},  # nothing is drawn
    "scipy.special": {"ndtr": normal_cdf},
    "torch": {"Tensor": ()},  # of which nothing is an instance
}


class NotHere(ImportError):
    """Something was used that Python in the page does not have."""


class Missing:
    """A thing of a module that is not here: it can be named, and no more."""

    def __init__(self, name: str, needs: str) -> None:
        self._why = f"{name} needs {needs}, which Python in the page has not"

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotHere(self._why)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(name) if name.startswith("__") else NotHere(self._why)


class Absent(ModuleType):
    """A module that is not here."""

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self.__name__}.{name}", NEEDS[_root(self.__name__)])


class Finder:
    """Gives Python the modules that NEEDS names, and all below them."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        return ModuleSpec(name, self, is_package=True) if _root(name) else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(HERE.get(module.__name__, {}))


def install() -> None:
    """Have `import` find the stand-ins, where it finds nothing else."""
    normal_cdf(0.0)  # sees that there is no SciPy, before there seems to be one
    sys.meta_path.append(Finder())


def strictly(name: str, *rest: Any) -> ModuleType:
    """`import` as an answer has it: PyTorch has a stand-in for what chapters import, not for this.

    ModuleNotFoundError for `torch` where it is not installed.
    """
    found = __import__(name, *rest)
    if name.split(".")[0] == "torch" and isinstance(sys.modules["torch"], Absent):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return found


def _root(name: str) -> str:
    """Which of NEEDS a module belongs to; "" for none."""
    return next((root for root in NEEDS if f"{name}.".startswith(f"{root}.")), "")
