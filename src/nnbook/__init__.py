"""The library behind *Introduction to Deep Learning*: neural networks, line for line.
Start with `from nnbook import nn`."""


def __getattr__(name: str) -> str:
    """`nnbook.__version__`, looked up when asked for, which takes a quarter of NumPy's time."""
    if name != "__version__":
        raise AttributeError(f"nnbook has no {name!r}: start with `from nnbook import nn`")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("nnbook")
    except PackageNotFoundError:  # read from a source folder, not installed
        return "0+unknown"
