"""What an exercise is: a solution, mistakes known by name, cases that tell them apart, hints.
The stub in the notebook and the solution on the page are cut from the solution's own source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from nnbook.exercises.kit.draw import KINDS, Draw

Function: TypeAlias = Callable[..., Any]

ALL: dict[str, Exercise] = {}  # by name, in the order of the book


@dataclass(frozen=True, eq=False)
class Case:
    """One call to try, with arguments made anew each time.

    label: what is special about it, "large numbers". make: the arguments, or a function that makes
    them. single: a batch of one, which is tried when all else is right. again: of a call that was
    right before.
    """

    label: str
    make: tuple[Any, ...] | Callable[[], tuple[Any, ...]]
    single: bool = False
    again: bool = False

    def fresh(self) -> tuple[Any, ...]:
        """The arguments, for one call: whatever it does to them, the next one has its own."""
        if not callable(self.make):
            return deepcopy(self.make)
        return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in self.make())


@dataclass(frozen=True)
class Law:
    """Something that must be 0 in a right answer, and says more than a wrong number does.

    zero(values, args): the numbers that must be 0, from the outputs by name; None: not here.
    """

    name: str
    zero: Callable[[dict[str, Any], tuple[Any, ...]], Any]
    cause: str
    step: str


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that learners write; an answer that acts like it gets its words.

    What the cause quotes in backticks must stand in the answer, or its words are not used.
    """

    function: Function
    cause: str
    step: str


@dataclass(kw_only=True, eq=False)
class Exercise:
    """All that is known about one exercise; `solve` and `wrong` add its functions.

    first: the first step, for whoever has not begun. reference: the right answer, from the library
    where it has one. returns: names of the outputs, if there are several. numeric: the gradients by
    differences, of the same arguments. observe(f, result, args): what to compare instead of the
    result, by name. tolerance: (relative, absolute) by name. structured: the result is numbers and
    arrays. ready: False where something is missing, which `missing` then says.
    """

    title: str
    task: str
    first: str
    reference: Function
    cases: Sequence[Case]
    draw: Callable[[Draw], tuple[Any, ...]]
    hints: Sequence[str]
    skip: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    numeric: Function | None = None
    observe: Callable[[Function, Any, tuple[Any, ...]], dict[str, Any]] | None = None
    tolerance: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    laws: Sequence[Law] = ()
    also: Sequence[Callable[[Function, np.random.Generator], None]] = ()
    structured: bool = True
    ready: Callable[[], bool] = lambda: True
    missing: str = ""
    solution: Function = field(init=False)
    because: str = field(init=False)
    known: dict[str, Mistake] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.cases, self.tolerance = tuple(self.cases), MappingProxyType(dict(self.tolerance))

    def solve(self, because: str) -> Callable[[Function], Function]:
        """A decorator: this is the solution, with one sentence why."""

        def keep(f: Function) -> Function:
            self.solution, self.because = f, because
            ALL[self.name] = self
            return f

        return keep

    def wrong(self, cause: str, step: str) -> Callable[[Function], Function]:
        """A decorator: this is a mistake, with what is wrong in it and one step to take."""

        def keep(f: Function) -> Function:
            self.known[f.__name__] = Mistake(f, cause, step)
            return f

        return keep

    def drawn(self, seed: int) -> list[Case]:
        """Cases that nobody has seen, one of each kind; last the first fixed one, once more."""
        found = []
        for k, (kind, special) in enumerate(KINDS.items()):
            if kind in self.skip:
                continue
            draw = Draw((seed, k), special)
            args = self.draw(draw)
            if draw.asked >= special.keys():
                whole = any(hasattr(a, "parameters") for a in args)  # a network: no copy has it all
                found.append(Case(kind, partial(self._again, draw) if whole else args))
        return [*found, replace(self.cases[0], again=True)]

    def _again(self, draw: Draw) -> tuple[Any, ...]:
        return self.draw(Draw(draw.origin, draw.special))

    @property
    def name(self) -> str:
        return self.solution.__name__

    @property
    def chapter(self) -> str:
        """The notebook that it belongs to: its module's name."""
        return self.solution.__module__.rpartition(".")[2]

    @property
    def parameters(self) -> list[str]:
        """The names of what it takes."""
        return list(inspect.signature(self.solution).parameters)

    @property
    def signature(self) -> str:
        """How it is called: "gelu(x)"."""
        return f"{self.name}{inspect.signature(self.solution)}"

    @property
    def mistakes(self) -> dict[str, Function]:
        """The wrong implementations, by name."""
        return {name: mistake.function for name, mistake in self.known.items()}

    @property
    def source(self) -> str:
        """The solution's source, without its decorator."""
        return "\n".join(self._lines()[0])

    @property
    def stub(self) -> str:
        """The notebook's cell: signature, docstring, "...", and the check."""
        lines, end = self._lines()
        return self._cell("\n".join(lines[:end]) + "\n    ...")

    @property
    def solved(self) -> str:
        """The notebook's cell, solved."""
        return self._cell(self.source)

    def _cell(self, code: str) -> str:
        return f'{code}\n\n\nexercises.check("{self.name}", {self.name})'

    def _lines(self) -> tuple[list[str], int]:
        """The solution's lines from its def on, and how many of them end with the docstring."""
        text = inspect.getsource(self.solution)
        node = ast.parse(text).body[0]
        assert isinstance(node, ast.FunctionDef)
        lines = text.rstrip().splitlines()[node.lineno - 1 :]
        return lines, (node.body[0].end_lineno or node.lineno) - node.lineno + 1
