"""What all layers have in common, `Layer`: its doors, and what is behind them.
The doors check; the methods behind them get clean arrays, and are the mathematics."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from itertools import dropwhile
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

import nnbook.absent as absent
from nnbook.nn import state as states
from nnbook.nn.activations import Array, floats, is_plain
from nnbook.nn.calls import RUNNING, Calls, run
from nnbook.nn.checks import float_dtype, shown, switch
from nnbook.nn.parameter import Parameter

Method = TypeVar("Method", bound=Callable[..., Any])
Kind = TypeVar("Kind")

QUESTIONS = ("parameter_gradients", "input_gradient")  # of backpropagation
NOTES = frozenset(("_output", "_calls", "_kept", "_in_backward"))  # attributes of Layer's own


def door(method: Method) -> Method:
    """A method of ∂L/∂y, which gets it checked."""

    @wraps(method)
    def checked(self: "Layer", grad: Any) -> Any:
        same = type(grad) is np.ndarray and (grad.shape, grad.dtype) == self._output
        if not (same and grad.flags.c_contiguous):
            grad = self._checked_gradient(grad)
        result = method(self, grad) if RUNNING.get() else run(method, self, grad, True)
        if result is None and method.__name__ != "parameter_gradients":
            raise TypeError(f"{self._title} {method.__name__} returned None: return ∂L/∂x")
        return result

    return cast(Method, checked)


def by_backward(inherited: Method) -> Method:
    """A question to a layer that has a `backward` of its own: that answers it.

    Within that backward, the question is answered as it was inherited.
    """

    @wraps(inherited)
    def method(self: "Layer", grad: Any) -> Any:
        return inherited(self, grad) if self._in_backward else self.backward(grad)

    return cast(Method, method)


def own_backward(backward: Method) -> Method:
    """A layer's own `backward`, noted while it runs."""

    @wraps(backward)
    def method(self: "Layer", grad: Array) -> Any:
        outer, self._in_backward = self._in_backward, True
        try:
            return backward(self, grad)
        finally:
            self._in_backward = outer

    return cast(Method, method)


class Layer:
    """`y = layer(x)`, then `∂L/∂x = layer.backward(∂L/∂y)`.

    A layer of your own defines `forward`. If that calls layers, one
    after the other, and does nothing else, it learns. If not, define
    `input_gradient` too, and `parameter_gradients` if it learns; or
    `backward` for both. Its layers and parameters are its attributes,
    or in lists, tuples and dicts among them.
    Gradients belong to the last y, overwrite `grad`, and have the
    dtype of their value. x and y are kept, not copied: leave them as
    they are until then. Copies and pickles keep neither.
    RuntimeError for backward before forward, or where there is no way
    back; ValueError for an empty batch, or a gradient that has not the
    shape of y.
    """

    training = True  # set by train() and eval()
    _output: tuple[tuple[int, ...], np.dtype[Any]] | None = None  # shape and dtype of the last y
    _calls: Calls | None = None  # which layers the last forward called
    _kept: frozenset[str] = frozenset()  # attributes that forward was the first to set
    _in_backward = False  # does a backward of the class's own run?
    _defines: frozenset[str] = frozenset()  # which of QUESTIONS the class answers itself
    _recorded = False  # is a forward recorded, to go back through the layers that it calls?

    def __init_subclass__(cls) -> None:
        """Find out which gradients a class defines, and give them doors."""
        own = {**vars(cls)}
        cls._defines = cls._defines.union(name for name in QUESTIONS if name in own)
        if "_recorded" not in own:
            cls._recorded = not cls._defines and (cls._recorded or "forward" in own)
        for name in QUESTIONS:
            if name in own:
                setattr(cls, name, door(own[name]))
            elif "backward" in own:
                setattr(cls, name, by_backward(getattr(cls, name)))
        if "backward" in own:
            setattr(cls, "backward", door(own_backward(own["backward"])))  # noqa: B010

    def __call__(self, x: ArrayLike) -> Array:
        """`y = layer(x)`: forward, with x checked and y noted."""
        clean = self._checked_input(x)
        if self._recorded or RUNNING.get() is not True:
            y = self._recorded_forward(clean, x)
        else:  # within a network
            y = self._kept_forward(clean)
        self.__dict__["_output"] = y.shape, y.dtype  # for backward
        return y

    def forward(self, x: Array) -> Array:
        """`x → y`; keeps what the gradients need."""
        raise NotImplementedError(f"{self!r} has no forward")

    @door
    def parameter_gradients(self, grad: Array) -> None:
        """`∂L/∂y → ∂L/∂parameter`, written into each `grad`."""
        if not learns(self):
            return
        layers = dropwhile(lambda f: not learns(f), self._way_back())
        first, *others = layers
        for layer in reversed(others):
            grad = layer.backward(grad)
        first.parameter_gradients(grad)  # and not for its input

    @door
    def input_gradient(self, grad: Array) -> Array:
        """`∂L/∂y → ∂L/∂x`."""
        for layer in reversed(self._way_back()):
            grad = layer.input_gradient(grad)
        return grad

    @door
    def backward(self, grad: Array) -> Array:
        """`∂L/∂y → ∂L/∂x`, with each `∂L/∂parameter` on the way."""
        if self._defines:
            if "parameter_gradients" in self._defines or learns(self):
                self.parameter_gradients(grad)
            return self.input_gradient(grad)
        for layer in reversed(self._way_back()):
            grad = layer.backward(grad)
        return grad

    def named_children(self) -> list[tuple[str, "Layer"]]:
        """The layers among its attributes, with their names."""
        return [*self._attributes(Layer)]

    def named_modules(self) -> list[tuple[str, "Layer"]]:
        """Itself, "", and every layer in it, however deep: "0", "0.1" …"""
        return [*self._modules("", set())]

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """Its own, then those of its layers, by name: "weight", "0.weight" …

        ValueError for one parameter in two places: its gradient would
        be that of the second alone.
        """
        named: list[tuple[str, Parameter]] = [*self._parameters()]
        names: dict[int, str] = {}
        for name, p in named:
            if id(p) in names:
                got = f"one parameter in two places, {names[id(p)]} and {name}"
                raise ValueError(f"{self._title} has {got}: give each layer its own")
            names[id(p)] = name
        return named

    def parameters(self) -> list[Parameter]:
        """All that an optimizer is to move."""
        return [p for _, p in self.named_parameters()]

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of all its numbers by name, to save: np.savez(file, **model.state_dict()).

        Parameters, and the other arrays that layers have, such as
        BatchNorm1d's running_mean. Names are PyTorch's: "0.weight" …
        """
        return {name: array.copy() for name, array in self._arrays().items()}

    def load_state_dict(
        self, state_dict: Mapping[str, ArrayLike], strict: bool = True
    ) -> states.Mismatch:
        """Copy in what `state_dict` gave, here or in PyTorch; np.load(file) will do, too.

        All, or with an error nothing. strict=False leaves out what has
        no counterpart; returns missing_keys and unexpected_keys.
        PyTorch's num_batches_tracked counts as neither.
        ValueError for other names or shapes, TypeError for no numbers.
        """
        return states.load(self._arrays(), state_dict, switch("strict", strict))

    def train(self, mode: bool = True) -> Self:
        """Behave as in training, children too; returns the layer."""
        switch(f"{self._title} train(mode)", mode)
        for _, layer in self.named_modules():
            layer.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Behave as in use, children too; returns the layer."""
        return self.train(False)

    def to(self, dtype: DTypeLike) -> Self:
        """Turn its numbers into np.float32 or np.float64, in place; returns the layer.

        The last x and y are forgotten: call it again before backward.
        """
        dtype = float_dtype(self._title, dtype)
        for _, layer in self.named_modules():
            vars(layer).update(layer.__getstate__(), _output=None)
            for _, p in layer._attributes(Parameter):
                p.to(dtype)
            for name, x in layer._buffers():
                if x.dtype.kind == "f":
                    vars(layer)[name] = x.astype(dtype)
        return self

    def summary(self) -> str:
        """A table of its layers: shapes of y, after a forward, and of parameters, and how many."""
        rows = [("", "layer", "y", "parameters", "numbers")]
        for name, layer in self.named_modules():
            own = [p for _, p in layer._attributes(Parameter)]
            if own or not layer.named_children():
                y = str(layer._output[0]) if layer._output else ""
                shapes = ", ".join(str(p.shape) for p in own)
                rows.append((name, layer._title, y, shapes, f"{sum(p.size for p in own):,}"))
        rows.append(("", "together", "", "", f"{sum(p.size for p in self.parameters()):,}"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        texts = (
            [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
            + [row[-1].rjust(widths[-1])]
            for row in rows
        )
        return "\n".join("  ".join(row) for row in texts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __getstate__(self) -> dict[str, Any]:
        """For copies and pickles: without what the last forward has kept."""
        state = {name: None if name in self._kept else x for name, x in vars(self).items()}
        return {name: x for name, x in state.items() if name not in NOTES}

    def __setattr__(self, name: str, new: Any) -> None:
        """A parameter is not replaced by its value."""
        if type(self.__dict__.get(name)) is Parameter and not isinstance(new, Parameter | None):
            cure = f"write into it, {name}.value[:] = …"
            raise TypeError(f"{self._title} {name} is a Parameter, got {shown(new)}: {cure}")
        object.__setattr__(self, name, new)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise absent.error(self, type(self).__name__, absent.LAYER, name)

    @property
    def _title(self) -> str:
        """What errors call it: its repr, if that is one line."""
        return repr(self).partition("\n")[0].rstrip("(")

    def _attributes(self, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
        """The things of a kind among its attributes, with their names."""
        for name, x in vars(self).items():
            if name not in NOTES:
                yield from _within(name, x, kind)

    def _buffers(self) -> list[tuple[str, NDArray[Any]]]:
        """Its arrays that forward has not made, such as running_mean."""
        mine = ((name, x) for name, x in vars(self).items() if name not in self._kept)
        return [(n, x) for n, x in mine if isinstance(x, np.ndarray) and x.dtype.kind in "fiub"]

    def _parameters(self) -> Iterator[tuple[str, Parameter]]:
        for prefix, layer in self._modules("", set()):
            for name, p in layer._attributes(Parameter):
                yield f"{prefix}.{name}".lstrip("."), p

    def _modules(self, prefix: str, seen: set[int]) -> Iterator[tuple[str, "Layer"]]:
        if id(self) not in seen:
            seen.add(id(self))
            yield prefix, self
            for name, layer in self.named_children():
                yield from layer._modules(f"{prefix}.{name}".lstrip("."), seen)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """All that is saved: parameters, and arrays that forward has not made."""
        self.parameters()  # refuses one in two places
        arrays = {}
        for prefix, layer in self.named_modules():
            own = [(name, p.value) for name, p in layer._attributes(Parameter)]
            for name, array in own + layer._buffers():
                arrays[f"{prefix}.{name}".lstrip(".")] = array
        return arrays

    def _kept_forward(self, x: Array) -> Array:
        """forward; which attributes it is the first to set is noted: it keeps them for backward."""
        names, count = self.__dict__, len(self.__dict__)
        empty = [] if self._output else [name for name in names if names[name] is None]
        y = self.forward(x)
        if empty or len(names) > count:
            new = [name for name in empty + [*names][count:] if name not in NOTES]
            stay = Parameter | Layer | None
            self._kept = self._kept.union(n for n in new if not isinstance(names[n], stay))
        if type(y) is np.ndarray and y.dtype.char in "efd":
            return y
        return floats(f"{self._title} output", y)

    def _recorded_forward(self, x: Array, given: ArrayLike) -> Array:
        """forward; the layers that it calls are recorded, and this call in the caller's record."""
        caller, calls = RUNNING.get(), Calls(x) if self._recorded else True
        y = run(type(self)._kept_forward, self, x, calls)
        if isinstance(calls, Calls):
            self._calls = calls.end(y)
        if isinstance(caller, Calls):
            caller.note(self, given, y)
        return y

    def _way_back(self) -> Sequence["Layer"]:
        """The layers that the last forward called, if gradients can go back through them."""
        needed = [*QUESTIONS[not learns(self) :]]
        define = "define " + " and ".join(q for q in needed if q not in self._defines)
        if not self._recorded or self._calls is None:
            raise NotImplementedError(f"{self._title} has no way back: {define}")
        layers, why = self._calls.layers, self._calls.broken
        if why and not layers:
            cure = f"{define}, or make its forward of layers, such as nn.ReLU()"
            raise NotImplementedError(f"{self._title} has no way back: {cure}")
        parts = [layer for called in layers for _, layer in called.named_modules()]
        twice = [part for part in parts if sum(part is other for other in parts) > 1]
        if twice and not why:
            why = f"it calls {twice[0]._title} twice, which keeps one call at a time: make two"
        learned = {id(p) for layer in layers for p in layer.parameters()}
        idle = [name for name, p in self.named_parameters() if id(p) not in learned]
        if idle and not why:
            why = f"it does not use {', '.join(idle)}, which then cannot learn"
        if why:
            cure = f"call layers one after the other, such as nn.ReLU(), or {define}"
            raise NotImplementedError(f"{self._title} has no way back: in forward, {why}: {cure}")
        return layers

    def _checked_input(self, x: ArrayLike) -> Array:
        """x as floats, C-contiguous, not empty; a list takes the dtype of the weights."""
        if not is_plain(x):
            given, x = x, floats(f"{type(self).__name__} input", x)
            if not isinstance(given, np.ndarray):
                dtypes = (p.value.dtype for _, p in self._parameters())
                x = x.astype(next(dtypes, x.dtype), copy=False)
        if x.size == 0:
            cure = "give at least one example"
            raise ValueError(f"{self._title} got an empty batch, shape {x.shape}: {cure}")
        return x if x.flags.c_contiguous else np.ascontiguousarray(x)

    def _checked_gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y, of the shape and dtype of y, C-contiguous."""
        if self._output is None:
            cure = "backward before forward: call y = layer(x) first"
            raise RuntimeError(f"{self._title}: {cure}")
        shape, dtype = self._output
        if not is_plain(grad):
            grad = floats(f"{type(self).__name__} gradient", grad)
        if grad.shape != shape:
            got = f"a gradient of shape {grad.shape} for y of {shape}"
            raise ValueError(f"{self._title} got {got}")
        return np.asarray(grad, dtype, order="C")


HOLDERS = (Layer, list, tuple, dict)


def learns(x: Any) -> bool:
    """Whether there are parameters in it: what `named_parameters` would say, but faster."""
    if isinstance(x, Layer):
        for name, part in x.__dict__.items():
            if isinstance(part, Parameter):
                return True
            if isinstance(part, HOLDERS) and name not in NOTES and learns(part):
                return True
        return False
    parts = x.values() if isinstance(x, dict) else x
    return any(isinstance(p, Parameter) or (isinstance(p, HOLDERS) and learns(p)) for p in parts)


def _within(name: str, x: object, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
    """x, or what is in it, if of the kind: lists, tuples and dicts are looked through."""
    if isinstance(x, kind):
        yield name, x
    elif isinstance(x, list | tuple | dict):
        for key, part in x.items() if isinstance(x, dict) else enumerate(x):
            yield from _within(f"{name}.{key}", part, kind)
