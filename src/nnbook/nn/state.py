"""What is in a layer, by name; and its numbers by name, as PyTorch has them, to save and load."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnbook.nn.activations import as_array
from nnbook.nn.checks import shown
from nnbook.nn.parameter import Parameter

Kind = TypeVar("Kind")
HOLDERS = (list, tuple, dict)


class Mismatch(NamedTuple):
    """Names that `load_state_dict` missed, or had no place for."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def parts(of: Any, kind: type[Kind], prefix: str = "") -> Iterator[tuple[str, Kind]]:
    """Those of a kind in a list, tuple or dict, however deep, with their names."""
    for name, part in of.items() if isinstance(of, dict) else enumerate(of):
        if isinstance(part, kind):
            yield f"{prefix}{name}", part
        elif isinstance(part, HOLDERS):
            yield from parts(part, kind, f"{prefix}{name}.")


def buffers(layer: Any) -> list[tuple[str, NDArray[Any]]]:
    """A layer's own arrays that forward has not made, such as running_mean."""
    mine = ((name, x) for name, x in vars(layer).items() if name not in layer._kept)
    return [(n, x) for n, x in mine if isinstance(x, np.ndarray) and x.dtype.kind in "fiub"]


def arrays(model: Any) -> dict[str, NDArray[Any]]:
    """All that is saved, layer by layer: the values of parameters, then buffers."""
    model.parameters()  # refuses one in two places
    found = {}
    for prefix, layer in model.named_modules():
        values = [(name, p.value) for name, p in parts(vars(layer), Parameter)]
        for name, array in values + buffers(layer):
            found[f"{prefix}.{name}".lstrip(".")] = array
    return found


def load(places: Mapping[str, NDArray[Any]], state: Mapping[str, Any], strict: bool) -> Mismatch:
    """Write each array of the state into the place of its name; all of them, or none.

    PyTorch's num_batches_tracked is passed over: nothing here depends on it.
    """
    if not isinstance(state, Mapping):
        cure = "give model.state_dict(), or np.load(file) of an npz"
        raise TypeError(f"load_state_dict takes names and arrays, got {shown(state)}: {cure}")
    names = [name for name in state if not _counts_batches(name, places)]
    missing = [name for name in places if name not in state]
    unexpected = [str(name) for name in names if name not in places]
    if strict and (missing or unexpected):
        wrong = [f"misses {', '.join(missing)}"] * bool(missing)
        wrong += [f"has no place for {', '.join(unexpected)}"] * bool(unexpected)
        cure = "is it of another network? strict=False loads the rest"
        raise ValueError(f"load_state_dict {' and '.join(wrong)}: {cure}")
    new = {name: _fitting(name, state[name], places[name]) for name in places if name in state}
    for name, array in new.items():
        places[name][...] = array
    return Mismatch(missing, unexpected)


def _counts_batches(name: object, places: Mapping[str, NDArray[Any]]) -> bool:
    prefix, found, rest = str(name).rpartition("num_batches_tracked")
    return bool(found) and not rest and f"{prefix}running_mean" in places


def _fitting(name: str, given: Any, place: NDArray[Any]) -> NDArray[Any]:
    """What was given for a place, if it has the shape and the kind."""
    array = as_array(f"load_state_dict {name}", given)
    if array.shape != place.shape:
        got = f"of shape {array.shape}, must be {place.shape}"
        raise ValueError(f"load_state_dict got {name} {got}: is it of another network?")
    if not np.can_cast(array.dtype, place.dtype, "same_kind"):
        raise TypeError(f"load_state_dict got {name} of {array.dtype}, must be {place.dtype}")
    return array
