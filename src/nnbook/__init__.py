"""The library behind *Introduction to Deep Learning*: neural networks, line for line.
Start with `from nnbook import nn`."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import nnbook.absent as absent

try:
    __version__ = version("nnbook")
except PackageNotFoundError:  # read from a source folder, not installed
    __version__ = "0+unknown"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The cure, for a name of PyTorch's that is not here."""
        raise absent.error(sys.modules[__name__], "nnbook", absent.PACKAGE, name)
