"""Which cells a cell needs: those above it that set its names, or may have changed what they hold.
Found by reading the code, without running it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Names(ast.NodeVisitor):
    """The names of a cell: what it needs from above, sets and uses.

    fixed: those of modules, functions and classes, which using does not change; used_by: what the
    functions and classes of the cell use themselves.
    """

    needs: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    used_by: dict[str, set[str]] = field(default_factory=dict)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.sets.add(node.id)
        else:
            self._use({node.id})

    def visit_Assign(self, node: ast.Assign) -> None:
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        for part in filter(None, (node.value, node.target)):
            self.visit(part)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use({node.target.id})
        for part in (node.value, node.target):
            self.visit(part)

    def visit_For(self, node: ast.For) -> None:
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        self.sets |= names
        self.fixed |= names

    visit_ImportFrom = visit_Import

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef)):
            inside = _of_scope(node)
            self._use(inside)
            if not isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
                self.sets.add(node.name)
                self.fixed.add(node.name)
                self.used_by[node.name] = inside
        else:
            super().visit(node)

    def _use(self, names: set[str]) -> None:
        self.needs |= names - self.sets
        self.uses |= names


def _of_scope(node: ast.AST) -> set[str]:
    """The names that a function, class or comprehension takes from outside."""
    inside = Names()
    for child in ast.walk(node):
        if isinstance(child, ast.arg):
            inside.sets.add(child.arg)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            inside.sets.add(child.id)
    for part in ast.iter_child_nodes(node):
        inside.visit(part)
    return inside.needs


@cache
def names(code: str) -> Names:
    """Of a cell; none, if it is no Python."""
    found = Names()
    try:
        found.visit(ast.parse(code))
    except SyntaxError:
        return Names()
    return found


def above(cells: Sequence[str], at: int) -> list[int]:
    """The cells that cell `at` needs, in their order: from below, what is still wanted.

    A cell that uses a wanted name may have changed what it holds, be it through a function.
    """
    known = [names(code) for code in cells[: at + 1]]
    loose = set().union(*(cell.sets - cell.fixed for cell in known))
    used_by: dict[str, set[str]] = {}
    for cell in known:
        for name, inside in cell.used_by.items():
            used_by[name] = used_by.get(name, set()) | inside
    wanted, found = _through(known[at].needs, used_by), []
    for i in range(at - 1, -1, -1):
        cell = known[i]
        if wanted & cell.sets or wanted & loose & _through(cell.uses, used_by):
            found.append(i)
            wanted = (wanted - (cell.sets - cell.needs)) | _through(cell.needs, used_by)
    return found[::-1]


def may_change(code: str, held: set[str]) -> bool:
    """Does a cell use one of the names, so that it may have changed what they hold?"""
    return bool(names(code).uses & held)


def _through(wanted: set[str], used_by: dict[str, set[str]]) -> set[str]:
    """The names, and those that functions among them use."""
    found, new = set(wanted), set(wanted)
    while new:
        new = set().union(*(used_by.get(name, set()) for name in new)) - found
        found |= new
    return found
