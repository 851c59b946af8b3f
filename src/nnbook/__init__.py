"""The library behind *Introduction to Deep Learning*: neural networks, line for line.
Start with `from nnbook import nn`."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("nnbook")
except PackageNotFoundError:  # read from a source folder, not installed
    __version__ = "0+unknown"
