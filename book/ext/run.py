"""Python in the page: marks what can be run and checked, and ships what runs it, in html/run/.

The code of an exercise stands in `data-exercise="NAME"` with its buttons, that of a cell which runs
in a page in `data-cell="ID"`. Where _build/runtime has no Pyodide (tools/runtime.py) there is
nothing of this, and pages are as on paper. Before the reader presses a button, a page loads a
script and a style sheet of it.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import bytecode
from asides import raw
from cell_anchors import PREFIX, is_cell, notebook_cells
from docutils import nodes
from sphinx.application import Sphinx

import nnbook
from nnbook import exercises
from nnbook.exercises import Exercise
from nnbook.figures.kit import front

LIBRARY = Path(nnbook.__file__).parent
LEFT_OUT = (  # of nnbook, what needs more than NumPy, or a notebook
    "figures/",
    "quizzes/",
    "notebook/colab.py",
    "notebook/live.py",
    "notebook/plots.py",
    "notebook/svg.py",
)
WHEEL = "nnbook-0-py3-none-any.whl"  # its folder tells which one it is
ASKS = 'data-(exercise|cell|code)=|data-figure="activation"'  # pages with these load start.js
QUIET = {"tag_checks", "tag_remove-cell", "tag_remove-input"}
REASONS = {  # why a cell does not run in a page, by what its code asks for
    r"\bpeers\.|\btorch\b": "needs PyTorch",
    r"\bplt\.|\bplots\.|\bsvg\.|\.plot\(|draw": "draws a picture",
    r"\blive\.": "needs a running notebook",
    r"\bfigures\.": "shows a figure",
    r"\bdownload\b|load_mnist\(|load_fashion": "needs data that no page has",
}
SUPPLIES = "supplies"
OTHERWISE = "may print other digits here, or take too long"


def lock(app: Sphinx) -> Path:
    """The list of Pyodide's files; it is there when they are."""
    return Path(app.confdir, "_build", "runtime", "pyodide-lock.json")


def own_files(app: Sphinx) -> dict[str, bytes]:
    """What this book adds to Pyodide, by name; made once in a build."""
    if not hasattr(app, "nn_run_files"):
        app.nn_run_files = _own_files(app)
    found: dict[str, bytes] = app.nn_run_files
    return found


def _own_files(app: Sphinx) -> dict[str, bytes]:
    folder = Path(app.confdir, "book", "run")
    found = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".js", ".mjs", ".css") or path.name == "LICENSE"
    }
    sent = {k: front.bare(v) if k.endswith("js") else v for k, v in found.items()}
    return {**{name: text.encode() for name, text in sent.items()}, WHEEL: wheel()}


def wheel() -> bytes:
    """nnbook as a wheel, with what runs in a page and nothing else."""
    files = {
        "nnbook-0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: nnbook\nVersion: 0\n",
        "nnbook-0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
        "nnbook-0.dist-info/RECORD": b"",
    }
    for path in sorted(LIBRARY.rglob("*")):
        name = path.relative_to(LIBRARY).as_posix()
        if path.suffix in (".py", ".npz") and not name.startswith(LEFT_OUT):
            files[f"nnbook/{name}"] = path.read_bytes()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            bytecode.add(archive, name, content)
    return held.getvalue()


def version(app: Sphinx) -> str:
    """The name of the folder of `own_files`: another one whenever one of them is."""
    if not hasattr(app, "nn_run_version"):
        app.nn_run_version = sha256(repr(own_files(app)).encode()).hexdigest()[:12]
    return str(app.nn_run_version)


def runnable(app: Sphinx, docname: str) -> dict[str, str]:
    """The cells that run in a page, and of each the seconds if it takes long; "supplies" where it
    prints other than the book, and runs only for the cells below that need it.

    tests/everywhere/test_runnable.py finds them.
    """
    lines = Path(app.confdir, "book", "run", "runnable.txt").read_text("utf-8").splitlines()
    found = [line.split() for line in lines]
    return {cell: "".join(note) for page, cell, *note in found if page == docname}


def by_cell(chapter: str) -> dict[str, Exercise]:
    """The exercises of a chapter by their cell."""
    own = [e for e in map(exercises.get, exercises.names()) if e.chapter == chapter]
    return {f"try-{exercise.name.replace('_', '-')}": exercise for exercise in own}


def elsewhere(app: Sphinx, docname: str) -> str:
    """Where the chapter's notebook runs: on Colab."""
    address: str = app.config.myst_url_schemes["colab"]["url"]  # of launch_links.py
    return address.replace("{{path}}", f"{docname}.ipynb")


def mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put containers around what can be checked or run, and buttons below its code."""
    if app.builder.format != "html" or not lock(app).exists():
        return
    cells = notebook_cells(app, docname)
    answers = by_cell(Path(docname).name) if cells else {}
    running = runnable(app, docname) if cells else {}
    for node in list(doctree.findall(is_cell)):
        name = next((id[len(PREFIX) :] for id in node["ids"] if id.startswith(PREFIX)), "")
        if name in answers and answers[name].missing:
            node.parent.insert(node.parent.index(node) + 1, raw(no_torch(elsewhere(app, docname))))
        elif name in answers:
            wrap(node, exercise_opening(answers[name]), exercise_tools(answers[name]), folded(node))
        elif running.get(name, SUPPLIES) != SUPPLIES:
            opening = f'<div class="nn-run" data-cell="{escape(name)}">'
            wrap(node, opening, cell_tools(running[name]), [])
        elif running and (reason := why_not(node)):  # on a page where others run
            node.insert(1, raw(not_here(reason, elsewhere(app, docname), name in running)))


def why_not(node: nodes.Element) -> str:
    """Why a cell whose code is shown does not run in a page; "" for figures and checks."""
    inputs = [part for part in node.children if "cell_input" in part.get("classes", [])]
    if not inputs or QUIET & {*node["classes"]}:
        return ""
    code = inputs[0].astext()
    if re.match(r"figures\.\w+\([^\n]*\)$|exercises\.report", code.strip()):
        return ""
    return next((why for word, why in REASONS.items() if re.search(word, code)), OTHERWISE)


def not_here(reason: str, address: str, supplies: bool) -> str:
    """A line below the code of a cell that a page cannot run; `supplies`: unless others need it."""
    link = f'<a href="{escape(address)}">Colab runs it</a>'
    data = " data-supplies" if supplies else ""
    return f'<p class="nn-why"{data}>Does not run on this page: it {reason}. {link}.</p>'


def wrap(node: nodes.Element, opening: str, tools: str, behind: list[nodes.Node]) -> None:
    """A container around a cell and what stands behind it, with tools below the cell's code."""
    home, at = node.parent, node.parent.index(node)
    node.insert(1, raw(tools))
    home[at : at + 1 + len(behind)] = [raw(opening), node, *behind, raw("</div>")]


def folded(node: nodes.Element) -> list[nodes.Node]:
    """The folded solution behind an exercise's cell."""
    found: list[nodes.Node] = []
    for sibling in node.parent[node.parent.index(node) + 1 :]:
        found.append(sibling)
        if isinstance(sibling, nodes.raw) and "</details>" in sibling.astext():
            return found
    return []


def exercise_opening(exercise: Exercise) -> str:
    """The container of an exercise: what its editor is called, its hints, and which task it is."""
    task = sha256(repr((exercise.task, exercise.stub)).encode()).hexdigest()[:12]
    title, hints = escape(exercise.title), escape(json.dumps(list(hints_of(exercise))))
    data = f'data-task="{task}" data-title="{title}" data-hints="{hints}"'
    return f'<div class="nn-run" data-exercise="{exercise.name}" {data}>'


def exercise_tools(exercise: Exercise) -> str:
    """What the check will try, buttons, and a place for the answer."""
    labels = [case.label for case in exercise.cases]
    tries = escape(f"The check tries: {', '.join(labels)}.")
    return (
        f'<p class="nn-tries">{tries}</p>'
        f"{buttons(check='Check', hint='Hint', solution='Solution', restore='Start over')}"
        '<div class="nn-said" role="status"></div>'
    )


def no_torch(address: str) -> str:
    """Below an exercise that no page can check."""
    link = f'<a href="{escape(address)}">open this chapter in Colab</a>'
    return f'<p class="nn-note">PyTorch does not run in a page: {link} to check your answer.</p>'


def hints_of(exercise: Exercise) -> Iterator[str]:
    """What exercises.hint says, time after time."""
    exercises._hints_given.pop(exercise.name, None)
    for _ in range(len(exercise.hints) + 1):
        yield str(exercises.hint(exercise.name))


def cell_tools(seconds: str) -> str:
    """Buttons, and of a cell that runs long a word before the press."""
    note = f'<span class="nn-takes">takes about {seconds} s here</span>' if seconds else ""
    return buttons(note, run="Run", edit="Edit", restore="Restore")


def buttons(note: str = "", **texts: str) -> str:
    """A row of buttons: what they do, and what stands on them."""
    row = [f'<button type="button" data-do="{do}">{text}</button>' for do, text in texts.items()]
    return f'<div class="nn-tools">{"".join(row)}{note}</div>'


def link_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the script that waits for a press, and the style of what is pressed."""
    if not lock(app).exists() or not re.search(ASKS, context.get("body", "")):
        return
    folder = context["pathto"](f"run/{version(app)}", 1)
    address = escape(elsewhere(app, pagename))
    context["metatags"] = context.get("metatags", "") + (
        f'<link rel="stylesheet" href="{folder}/run.css">'
        f'<script defer src="{folder}/start.js" data-elsewhere="{address}"></script>'
    )


def begin(app: Sphinx, *_: object) -> None:
    """Compile in a process of its own while notebooks execute and pages are written."""
    if app.builder.format == "html" and lock(app).exists():
        app.nn_run_compiling = bytecode.begin(lock(app).parent, archives(app).values())


def archives(app: Sphinx) -> dict[str, bytecode.Archive]:
    """Pyodide's archives and the book's own, by their names."""
    runtime, listed = lock(app).parent, json.loads(lock(app).read_text("utf-8"))
    found = {WHEEL: bytecode.Archive(own_files(app)[WHEEL], bytecode.SITE, True)}
    for entry in [*listed["core"], *listed["packages"].values()]:
        name = entry["file_name"]
        if name.endswith((".zip", ".whl")):
            home = bytecode.SITE if "install_dir" in entry else bytecode.STDLIB
            found[name] = bytecode.Archive((runtime / name).read_bytes(), home)
    return found


def ship(app: Sphinx, exception: Exception | None) -> None:
    """Write html/run/: Pyodide's files, in a folder of their version this book's, and the lock."""
    target = Path(app.outdir, "run")
    shutil.rmtree(target, ignore_errors=True)
    if exception or app.builder.format != "html" or not lock(app).exists():
        return
    own, listed = own_files(app), json.loads(lock(app).read_text("utf-8"))
    for name, content in own.items():
        file = target / version(app) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    if app.nn_run_compiling:
        app.nn_run_compiling.wait()
    runtime = lock(app).parent
    made = {name: bytecode.compiled(runtime, one) for name, one in archives(app).items()}
    for entry in [*listed["core"], *listed["packages"].values()]:
        name = entry["file_name"]
        content = made.get(name) or (runtime / name).read_bytes()
        entry |= {"made_of": entry["sha256"]} | described(content)
        (target / name).write_bytes(content)
    (target / version(app) / WHEEL).write_bytes(made[WHEEL])
    listed["packages"]["nnbook"] = listed["packages"]["numpy"] | {
        "name": "nnbook",
        "version": "0",
        "file_name": f"{version(app)}/{WHEEL}",
        "imports": ["nnbook"],
        "depends": ["numpy"],
        **described(made[WHEEL]),
    }
    (target / "pyodide-lock.json").write_text(json.dumps(listed), encoding="utf-8")


def described(content: bytes) -> dict[str, Any]:
    """What the lock says of a file: a page compares it with what has come."""
    return {"bytes": len(content), "sha256": sha256(content).hexdigest()}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-before-read-docs", begin)
    app.connect("doctree-resolved", mark)
    app.connect("html-page-context", link_files)
    app.connect("build-finished", ship)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
