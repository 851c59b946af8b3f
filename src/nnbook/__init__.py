"""The library behind *Introduction to Deep Learning*: neural networks, line for line.
Start with `from nnbook import nn`."""

import sys
from typing import Any

import nnbook.absent as absent


def __getattr__(name: str) -> Any:
    """`nnbook.__version__`, looked up when asked for, which takes a quarter of NumPy's time;
    and the cure, for a name of PyTorch's that is not here."""
    if name != "__version__":
        raise absent.error(sys.modules[__name__], "nnbook", absent.PACKAGE, name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("nnbook")
    except PackageNotFoundError:  # read from a source folder, not installed
        return "0+unknown"
