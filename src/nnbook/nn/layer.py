"""What all layers have in common: `Layer`. You call it, and go back through it; inside, `forward`
and the two questions of backpropagation get clean arrays, and are the mathematics."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self
from warnings import warn

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

import nnbook.absent as absent
from nnbook.nn import doors
from nnbook.nn import state as states
from nnbook.nn.activations import Array, floats, is_plain
from nnbook.nn.calls import QUESTIONS, RUNNING, Calls, way_back
from nnbook.nn.checks import float_dtype, shown, switch
from nnbook.nn.doors import Room, door
from nnbook.nn.parameter import Parameter
from nnbook.nn.state import HOLDERS, parts

NOTES = frozenset(("_output", "_calls", "_kept"))  # what is noted of the last forward


class Layer:
    """`y = layer(x)`, then `∂L/∂x = layer.backward(∂L/∂y)`.

    A layer of your own defines `forward`. If that calls layers, one
    after the other, and does nothing else, it learns. If not, define
    `input_gradient` too, and `parameter_gradients` if it learns; or
    `backward` for both. Its layers and parameters are its attributes,
    or in lists, tuples and dicts among them, made in `__init__`.
    A class below nn.ReLU, say, goes back as nn.ReLU does, also with a
    forward of its own: gradient_check tells whether that is right.
    Gradients belong to the last y, overwrite `grad`, and have the
    dtype of their value. x and y are kept, not copied: leave them as
    they are until then. Copies and pickles keep neither.
    RuntimeError for backward before forward, or where there is no way
    back; TypeError for a class that defines one of the two below one
    with its own `backward`, which would not ask it, and for weights
    that all its objects would share; ValueError for an empty batch,
    or a gradient that has not the shape of y.
    """

    training = True  # set by train() and eval()
    _output: tuple[tuple[int, ...], np.dtype[Any]] | None = None  # shape and dtype of the last y
    _kept: frozenset[str] = frozenset()  # attributes that forward or backward first set
    _rooms: Mapping[str, Room] = {}  # the class's own answers to QUESTIONS
    _recorded = False  # does it go back through the layers that its forward calls?
    _calls: Calls | None = None  # which those were, the last time

    def __init_subclass__(cls) -> None:
        """Note what a class answers itself, and put doors in front."""
        own = {**vars(cls)}
        answers = [name for name in QUESTIONS if name in own]
        if answers and "backward" not in own and cls.backward is not Layer.backward:
            got = f"defines {' and '.join(answers)} below a class that has its own backward"
            raise TypeError(f"{cls.__name__} {got}: define backward instead")
        if "__call__" in own:
            raise TypeError(f"{cls.__name__} defines __call__: define forward, which it calls")
        if shared := [name for name, x in own.items() if learns(x)]:
            cure = f"in __init__, self.{shared[0]} = …"
            raise TypeError(f"{cls.__name__} has one {shared[0]} for all its objects: {cure}")
        cls._rooms = {**cls._rooms, **{name: own[name] for name in answers}}
        recorded = not cls._rooms and ("forward" in own or cls._recorded)
        cls._recorded = own.get("_recorded", recorded)
        for name in (*QUESTIONS, "backward"):
            if name in own:
                setattr(cls, name, door(own[name]))
            elif "backward" in own:
                setattr(cls, name, doors.by_backward)

    def __call__(self, x: ArrayLike) -> Array:
        """`y = layer(x)`: forward, with x checked and y noted."""
        y = self._noted_forward(self._checked_input(x))
        y = y if is_plain(y) else floats(f"{self._title} output", y)
        self._output = y.shape, y.dtype  # for backward
        if caller := RUNNING.get():
            caller.note(self, x, y)
        return y

    def forward(self, x: Array) -> Array:
        """`x → y`; keeps what the gradients need."""
        raise NotImplementedError(f"{self!r} has no forward: define it")

    @door
    def parameter_gradients(self, grad: Array) -> None:
        """`∂L/∂y → ∂L/∂parameter`, written into each `grad`."""
        if not self._learns():
            return
        layers = [*self._way_back()]
        while not layers[0]._learns():
            del layers[0]
        for layer in reversed(layers[1:]):
            grad = layer.backward(grad)
        layers[0].parameter_gradients(grad)  # and not for its input

    @door
    def input_gradient(self, grad: Array) -> Array:
        """`∂L/∂y → ∂L/∂x`."""
        for layer in reversed(self._way_back()):
            grad = layer.input_gradient(grad)
        return grad

    @door
    def backward(self, grad: Array) -> Array:
        """`∂L/∂y → ∂L/∂x`, with each `∂L/∂parameter` on the way."""
        if self._rooms:
            self._room("parameter_gradients")(self, grad)
            x_grad: Array = self._room("input_gradient")(self, grad)
            return x_grad
        for layer in reversed(self._way_back()):
            grad = layer.backward(grad)
        return grad

    def named_children(self) -> list[tuple[str, "Layer"]]:
        """The layers among its attributes, with their names."""
        return [*parts(vars(self), Layer)]

    def named_modules(self) -> list[tuple[str, "Layer"]]:
        """Itself, "", and every layer in it, however deep: "0", "0.1" …"""
        found: dict[int, tuple[str, Layer]] = {}

        def walk(prefix: str, layer: Layer) -> None:
            if id(layer) not in found:
                found[id(layer)] = prefix, layer
                for name, child in layer.named_children():
                    walk(f"{prefix}.{name}".lstrip("."), child)

        walk("", self)
        return [*found.values()]

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """Its own, then those of its layers, by name: "weight", "0.weight" …

        ValueError for one parameter in two places: its gradient would
        be that of the second alone. TypeError for a layer with arrays
        instead of parameters, which defines parameter_gradients; if it
        defines backward, which may be right, a warning.
        """
        named: dict[int, tuple[str, Parameter]] = {}
        for prefix, layer in self.named_modules():
            for own, _ in states.buffers(layer) if not layer._learns() else ():
                cure = f"self.{own} = nn.Parameter(…) lets it learn, or define input_gradient"
                told = f"{layer._title} {own} is no Parameter: {cure} alone"
                if "parameter_gradients" in layer._rooms:
                    raise TypeError(told)
                if type(layer).backward is not Layer.backward:
                    warn(told, stacklevel=2)
            for own, p in parts(vars(layer), Parameter):
                name = f"{prefix}.{own}".lstrip(".")
                if id(p) in named:
                    got = f"one parameter in two places, {named[id(p)][0]} and {name}"
                    raise ValueError(f"{self._title} has {got}: give each layer its own")
                named[id(p)] = name, p
        return [*named.values()]

    def parameters(self) -> list[Parameter]:
        """All that an optimizer is to move."""
        return [p for _, p in self.named_parameters()]

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of all its numbers by name, to save: np.savez(file, **model.state_dict()).

        Parameters, and the other arrays that layers have, such as
        BatchNorm1d's running_mean. Names are PyTorch's: "0.weight" …
        """
        return {name: array.copy() for name, array in states.arrays(self).items()}

    def load_state_dict(
        self, state_dict: Mapping[str, ArrayLike], strict: bool = True
    ) -> states.Mismatch:
        """Copy in what `state_dict` gave, here or in PyTorch; np.load(file) will do, too.

        All, or with an error nothing. strict=False leaves out what has
        no counterpart; returns missing_keys and unexpected_keys.
        PyTorch's num_batches_tracked counts as neither.
        ValueError for other names or shapes, TypeError for no numbers.
        """
        return states.load(states.arrays(self), state_dict, switch("strict", strict))

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
            for _, p in parts(vars(layer), Parameter):
                p.to(dtype)
            for name, x in states.buffers(layer):
                if x.dtype.kind == "f":
                    vars(layer)[name] = x.astype(dtype)
        return self

    def summary(self) -> str:
        """A table of its layers: shapes of y, after a forward, and of parameters, and how many."""
        rows = [("", "layer", "y", "parameters", "numbers")]
        for name, layer in self.named_modules():
            own = [p for _, p in parts(vars(layer), Parameter)]
            if own or not layer.named_children():
                y = str(layer._output[0]) if layer._output else ""
                shapes = ", ".join(str(p.shape) for p in own)
                rows.append((name, layer._title, y, shapes, f"{sum(p.size for p in own):,}"))
        rows.append(("", "together", "", "", f"{sum(p.size for p in self.parameters()):,}"))
        a, b, c, d, e = (max(map(len, column)) for column in zip(*rows, strict=True))
        form = f"{{:{a}}}  {{:{b}}}  {{:{c}}}  {{:{d}}}  {{:>{e}}}"
        return "\n".join(form.format(*row) for row in rows)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __getstate__(self) -> dict[str, Any]:
        """For copies and pickles: without what the last forward has kept."""
        mine = {name: x for name, x in vars(self).items() if name not in NOTES}
        for name in self._kept & mine.keys():  # what is called or learned stays
            if not (callable(mine[name]) or isinstance(mine[name], Parameter)):
                mine[name] = None
        return mine

    def __setattr__(self, name: str, new: Any) -> None:
        """A parameter is not replaced by its value; nothing here asks for requires_grad."""
        if name == "requires_grad":
            raise absent.error(self, type(self).__name__, absent.LAYER, name)
        if type(self.__dict__.get(name)) is Parameter and not isinstance(new, Parameter | None):
            cure = f"write into it, {name}.value[:] = …"
            raise TypeError(f"{self._title} {name} is a Parameter, got {shown(new)}: {cure}")
        if RUNNING.get() is None and name in self._kept and new is not None:  # by hand
            object.__setattr__(self, "_kept", self._kept - {name})
        object.__setattr__(self, name, new)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise absent.error(self, type(self).__name__, absent.LAYER, name)

    @property
    def _title(self) -> str:
        """What errors call it: its repr, if that is one line."""
        return repr(self).partition("\n")[0].rstrip("(")

    def _room(self, question: str) -> Room:
        """The class's own answer to a question; without one, that of all layers."""
        return self._rooms.get(question) or getattr(Layer, question)

    def _learns(self) -> bool:
        """Whether there are parameters in it: what named_parameters() would say, but faster."""
        return any(learns(part) for name, part in vars(self).items() if name not in NOTES)

    _way_back = way_back
    _noted_forward = doors.noted_forward
    _checked_input = doors.checked_input
    _checked_gradient = doors.checked_gradient


def learns(x: Any) -> bool:
    """Whether x is a parameter, or holds one."""
    if isinstance(x, HOLDERS):
        return any(map(learns, x.values() if isinstance(x, dict) else x))
    return isinstance(x, Parameter) or (isinstance(x, Layer) and x._learns())
