"""Figures on a page without a kernel: their HTML, their state, and each front-end text once.

myst-nb leaves a script tag where a widget stood and the state of all widgets in the page's head,
for html-manager to restore. Here each figure's place gets its HTML with the still picture and its
own state as JSON; `book/static/figures.js` brings it to life. The program, its style and a quiz's
texts are the library's as they are now: no notebook executes because they have changed.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from base64 import b64decode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from budgets import BUDGETS
from cache_key import digest
from docutils import nodes
from figure_bytes import packed
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from nnbook import figures
from nnbook.figures.kit import front
from nnbook.figures.kit.front import CSS_KIT_END, FIGURES, KIT_END
from nnbook.figures.kit.widget import Widget

VIEW = "application/vnd.jupyter.widget-view+json"
HEAVIEST_FIGURE, HEAVIEST_PAGE = BUDGETS["figure"]["state"], BUDGETS["page"]["state"]
NOTE = "This control needs a running kernel: open the chapter in JupyterLab, Binder or Colab."


def take_state(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the widgets' states from the page's head, where myst-nb would put them.

    Figures are made now, while other notebooks execute, and put in their places in the end.
    """
    docname = app.env.docname
    metadata = app.env.nb_metadata.get(docname, {})
    files = metadata.get("js_files", {})
    if "ipywidgets_state" in files:
        _, attributes = files.pop("ipywidgets_state")
        metadata["widgets"] = json.loads(attributes["body"])["state"]
        if app.builder.format == "html":
            for model in page_figures(app, docname):
                kept_html(app, widgets(app, docname)[model])


def widgets(app: Sphinx, docname: str) -> dict[str, Any]:
    """What myst-nb recorded of a page's widgets, by model id."""
    found: dict[str, Any] = app.env.nb_metadata.get(docname, {}).get("widgets", {})
    return found


def page_figures(app: Sphinx, docname: str) -> dict[str, dict[str, Any]]:
    """The figures of a page: their traits by model id."""
    return {
        model: record["state"]
        for model, record in widgets(app, docname).items()
        if record["state"].get("_anywidget_id", "").startswith("nnbook.figures.")
    }


def put_figures(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each widget view by the figure's HTML, its still picture and its state."""
    if app.builder.format != "html":
        return
    records, weight, names = widgets(app, docname), 0, []
    for node in list(doctree.findall(nodes.raw)):
        if VIEW not in node.astext():
            continue
        model = json.loads(node.astext().split(">", 1)[1].rsplit("<", 1)[0])["model_id"]
        if model not in page_figures(app, docname):
            text = f'<p class="nn-note">{NOTE}</p>'
        else:
            text, size, name = kept_html(app, records[model])
            weight += size
            names.append(name)
        node.replace_self(nodes.raw(text, text, format="html"))
    for name in names:
        if names.count(name) > 1:
            raise SphinxError(f"{docname}: two figures are called {name!r}; give one name=…")
    if weight > HEAVIEST_PAGE:
        raise SphinxError(f"{docname}: its figures weigh {weight} bytes, over {HEAVIEST_PAGE}")


def class_of(state: dict[str, Any]) -> type[Widget]:
    """The class that a state is of, by its last name: figures export it."""
    found: type[Widget] = getattr(figures, state["_anywidget_id"].rsplit(".", 1)[1])
    return found


def kept_html(app: Sphinx, record: dict[str, Any]) -> tuple[str, int, str]:
    """`figure_html`, kept in _build/figures for each library by what the figure holds."""
    folder = Path(app.doctreedir).with_name("figures") / _program()
    key = sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:24]
    kept = folder / f"{key}.json"
    if not kept.exists():
        for old in {*folder.parent.glob("*")} - {folder}:
            shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(figure_html(record)), "utf-8")
    text, size, name = json.loads(kept.read_text("utf-8"))
    return text, size, name


@cache
def _program() -> str:
    """A name for all that makes a figure's HTML: the whole library, and what is written here."""
    here = Path(__file__)
    texts = [path.read_text("utf-8") for path in (here, here.with_name("figure_bytes.py"))]
    return sha256(repr((digest(here.parents[2], ()), texts)).encode()).hexdigest()[:12]


def figure_html(record: dict[str, Any]) -> tuple[str, int, str]:
    """One figure as HTML, the bytes of its gzipped state, and its name."""
    kind = class_of(record["state"])
    state = kind.current(record["state"])
    name = state["name"]
    body = kind.from_state(with_buffers(record)).on_page(state["_html"])
    kept = {key: state[key] for key in sorted(kind.own_traits())}
    data = json.dumps(
        {"modules": list(parts(kind)), "state": kept, "bytes": packed(record.get("buffers", []))},
        separators=(",", ":"),
    ).replace("</", "<\\/")
    size = len(gzip.compress(data.encode()))
    if size > HEAVIEST_FIGURE:
        raise SphinxError(f"figure {name!r}: its state weighs {size} bytes, over {HEAVIEST_FIGURE}")
    script = f'<script type="application/json">{data}</script>'
    return f'<div class="nn-host">{body}{script}</div>', size, name


def with_buffers(record: dict[str, Any]) -> dict[str, Any]:
    """The state with its binary values put back where they were."""
    state = json.loads(json.dumps(record["state"]))
    for buffer in record.get("buffers", []):
        holder = state
        for key in buffer["path"][:-1]:
            holder = holder[key]
        holder[buffer["path"][-1]] = b64decode(buffer["data"])
    return state


def parts(kind: type[Widget]) -> dict[str, str]:
    """The kit and the figure's own program, by names made from their texts."""
    texts = front.module(kind.figure).split(KIT_END)
    return {sha256(text.encode()).hexdigest()[:12]: text for text in texts}


def script(name: str, text: str) -> str:
    """The kit, or a figure's own program, as a classic script that leaves it in `nnFront`.

    A page opened from a disk may not import modules from it.
    """
    if "export default " not in text:
        body = f"(() => {{\n{text}\nreturn kit;\n}})()"
    else:
        own = text.replace("export default ", "const widget = ", 1)
        own = re.sub(r"^export ", "", own, flags=re.MULTILINE)
        body = f"(kit) => {{\n{own}\nreturn widget;\n}}"
    return f'"use strict";\n(window.nnFront ??= {{}})["{name}"] = {body};\n'


def sheets(kind: type[Widget]) -> dict[str, str]:
    """The kit's style sheet, and the figure's own by its class's name, if it has one."""
    kit, *own = front.style(kind.figure).split(CSS_KIT_END)
    return {"kit": kit, **{kind.__name__.lower(): text for text in own}}


def write_programs(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write what the figures of all pages run to files of its own; tell the pages to write anew.

    Those are the pages whose figures, or what draws them here, have another text than before.
    """
    if app.builder.format != "html":
        return []
    folder = Path(app.outdir, "_static", "figures")
    shutil.rmtree(folder, ignore_errors=True)  # what no figure runs any more
    folder.mkdir(parents=True)
    kit = [file for file in (FIGURES / "kit").iterdir() if file.name.endswith((".js", ".css"))]
    shared = {file.read_text("utf-8") for file in kit}
    before, now = getattr(env, "figure_programs", {}), {}
    for page in sorted(env.found_docs):
        for kind in {class_of(state) for state in page_figures(app, page).values()}:
            for name, text in sheets(kind).items():
                (folder / f"{name}.css").write_text(text, "utf-8")
            for name, text in parts(kind).items():
                (folder / f"{name}.js").write_text(script(name, text), "utf-8")
            texts = {*parts(kind).values(), *sheets(kind).values()}
            now[page] = now.get(page, shared) | texts
    env.figure_programs = {page: stamp(texts) for page, texts in now.items()}
    return [page for page in now if before.get(page) != env.figure_programs[page]]


def stamp(texts: set[str]) -> str:
    return sha256(repr(sorted(texts)).encode()).hexdigest()


def link_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the host and the parts that this page's figures need."""
    found = [class_of(state) for state in page_figures(app, pagename).values()]
    if not found:
        return
    for name in sorted({name for kind in found for name in sheets(kind)}, key=after_the_kit):
        app.add_css_file(f"figures/{name}.css")
    for name in sorted({name for kind in found for name in parts(kind)}):
        app.add_js_file(f"figures/{name}.js", loading_method="defer")
    app.add_js_file("figures.js", loading_method="defer")


def after_the_kit(sheet: str) -> tuple[bool, str]:
    """The order of style sheets: a figure's own rules stand behind those that all share."""
    return sheet != "kit", sheet


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", take_state)
    app.connect("env-updated", write_programs)
    app.connect("doctree-resolved", put_figures)
    app.connect("html-page-context", link_files)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
