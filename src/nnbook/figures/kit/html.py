"""A figure's HTML, written from its declaration: the page shows it, the kit's JavaScript binds it.

The same text serves the static page (before any script has run) and a live notebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Protocol

from nnbook.figures.kit.controls import waits
from nnbook.notebook.numbers import number

Spec = dict[str, Any]


class Declared(Protocol):
    """What the HTML is written from: a figure's words, its controls, its questions, its numbers."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def ratio(self) -> float: ...
    @property
    def folded(self) -> tuple[str, ...]: ...
    @property
    def readouts(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def coded(self) -> bool: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def controls(self) -> dict[str, Spec]: ...
    @property
    def questions(self) -> list[Spec]: ...
    @property
    def predict(self) -> str: ...
    def rows(self) -> list[tuple[float | str, ...]]: ...
    def more(self) -> str: ...


def tag(element: str, /, *children: str, **attributes: Any) -> str:
    """An element. `class_` gives class, `data_x` gives data-x; True stands alone, None is left."""
    parts = [element]
    for key, value in attributes.items():
        if value is not None and value is not False:
            key = key.rstrip("_").replace("_", "-")
            parts.append(key if value is True else f'{key}="{escape(str(value))}"')
    start = f"<{' '.join(parts)}>"
    return start if element == "input" else f"{start}{''.join(children)}</{element}>"


def figure(fig: Declared, table: str = "") -> str:
    """The whole figure: its question; the picture with its words and numbers; beside that the
    prediction and the controls; the description, with the rows of `table` where it is given."""
    title = tag("strong", escape(fig.title)) + " " + tag("span", escape(fig.question))
    stage = tag("div", class_="nn-stage", style=f"--nn-ratio: {fig.ratio:g}")
    words = tag("p", class_="nn-sentence", aria_live="polite")
    words += fig.more()
    playing = next((name for name, spec in fig.controls.items() if "wait" in spec), None)
    controls, typed = (
        [_control(fig, name, fig.controls[name], name == playing) for name in names]
        for names in ([name for name in fig.controls if name not in fig.folded], fig.folded)
    )
    view = tag("div", tag("div", stage, words, class_="nn-scene"), class_="nn-view")
    side = tag(
        "div",
        _prediction(fig) if fig.questions else "",
        tag("div", *controls, _typed(typed), class_="nn-panel"),
        class_="nn-side",
    )
    return tag(
        "figure",
        tag("figcaption", title, class_="nn-title"),
        tag("div", view, side, _numbers(fig), class_="nn-body"),
        _foot(fig, table or _table(fig)),
        class_="nnfig",
        id=f"fig-{fig.name}",
        data_figure=fig.name,
        aria_label=fig.title,
    )


def _typed(controls: list[str]) -> str:
    """What can be dragged in the picture, as numbers: folded."""
    summary = tag("summary", "Type values")
    return tag("details", summary, *controls, class_="nn-folded") if controls else ""


def _numbers(fig: Declared) -> str:
    pairs = [
        tag("div", tag("dt", escape(what)), tag("dd", data_out=key)) for key, what in fig.readouts
    ]
    return tag("dl", *pairs, class_="nn-numbers nn-coded" if fig.coded else "nn-numbers")


def _control(fig: Declared, name: str, spec: Spec, plays: bool) -> str:
    label, inert = escape(spec["label"]), waits(fig, spec)
    if spec["kind"] == "slider":
        field = tag(
            "input", type="range", data_trait=name, aria_label=spec["label"], **_limits(spec)
        )
        value = tag("span", class_="nn-value", aria_hidden="true")
        words = tag("span", label, aria_hidden="true")
        row = tag("label", words, field, value, class_="nn-row", inert=inert)
        return tag("div", row, _player(name, label)) if plays else row
    if spec["kind"] == "switch":
        field = tag("input", type="checkbox", data_trait=name)
        return tag("label", field, label, class_="nn-switch", inert=inert)
    if spec["kind"] == "points":
        clear = tag("button", "Clear", type="button", data_trait=name, data_value="")
        return tag("div", tag("span", label), clear, class_="nn-row", inert=inert)
    if spec["kind"] == "drawn":
        return tag("input", type="hidden", data_trait=name, data_label=spec["label"])
    if spec["kind"] == "order":
        return _lines(name, spec, getattr(fig, name))
    options = spec["options"].items()
    return _radios(label, f"{fig.name}-{name}", options, inert, data_trait=name)


def _lines(name: str, spec: Spec, value: str) -> str:
    """Lines to put in an order: row k shows the k-th of them, those left out stand below."""
    lines, chosen = dict(spec["lines"]), [key for key in value.split(",") if key]
    rows = []
    for key in [*chosen, *(key for key in lines if key not in chosen)]:
        out = key not in chosen
        buttons = [
            tag("button", text, type="button", data_by=by)
            for text, by in (("↑", "-1"), ("↓", "1"), ("+" if out else "✕", "0"))
        ]
        row = [tag("code", escape(lines[key])), *buttons]
        rows.append(tag("li", *row, data_key=key, class_="nn-out" if out else None))
    legend = tag("legend", escape(spec["label"]))
    return tag("fieldset", legend, tag("ol", *rows, data_trait=name), class_="nn-order")


def _player(name: str, label: str) -> str:
    """Play, which becomes Pause, and Step."""
    buttons = [
        tag("button", text, type="button", data_action=action, data_of=name, aria_label=words)
        for text, action, words in (
            ("Play", "play", f"Play: {label}"),
            ("Step", "step", f"Step: {label}"),
        )
    ]
    return tag("div", *buttons, class_="nn-buttons")


def _limits(spec: Spec) -> Spec:
    return {key: spec[key] for key in ("min", "max", "step")}


def _prediction(fig: Declared) -> str:
    asks = [
        _ask(fig, f"Predict {k} of {len(fig.questions)}", question)
        for k, question in enumerate(fig.questions, start=1)
    ]
    buttons = [tag("button", "Show", type="button", data_action="show")]
    if len(asks) > 1:
        buttons.append(tag("button", "Next question", type="button", data_action="next"))
    return tag(
        "section",
        *asks,
        tag("div", *buttons, class_="nn-buttons"),
        tag("p", class_="nn-answer", role="status"),
        class_="nn-predict",
        aria_label=f"Predict: {fig.title}",
    )


def _ask(fig: Declared, count: str, question: Spec) -> str:
    key = question["key"]
    text = tag("b", count) + " " + tag("span", escape(question["ask"]))
    if question["kind"] == "position":
        guess = _typed_guess(question["control"])
    elif question["kind"] == "number":
        guess = _typed_guess(question["label"])
    else:
        options = [(str(k), option) for k, (option, _) in enumerate(question["options"])]
        guess = _radios("Your guess", f"{fig.name}-{key}", options, data_guess=True)
    hidden = key != fig.predict
    return tag("div", tag("p", text), guess, class_="nn-ask", data_ask=key, hidden=hidden)


def _typed_guess(name: str) -> str:
    """A field of text: one of type number leaves out what it does not take, and 0,5 becomes 05."""
    field = tag("input", type="text", inputmode="decimal", autocomplete="off", data_guess=True)
    return tag("label", f"Your guess: {name} =", field, class_="nn-number")


def _radios(
    legend: str, name: str, options: Iterable[tuple[str, str]], inert: bool = False, **data: Any
) -> str:
    """A group of radio buttons from (value, text)."""
    labels = [
        tag("label", tag("input", type="radio", name=name, value=value, **data), escape(text))
        for value, text in options
    ]
    return tag("fieldset", tag("legend", legend), *labels, class_="nn-choice", inert=inert)


def _table(fig: Declared) -> str:
    """The numbers behind the picture."""
    head = tag("tr", *(tag("th", escape(name), scope="col") for name in fig.columns))
    body = [
        tag("tr", tag("th", number(first), scope="row"), *(tag("td", number(v)) for v in rest))
        for first, *rest in fig.rows()
    ]
    return tag("table", tag("thead", head), tag("tbody", *body))


def _foot(fig: Declared, table: str) -> str:
    """Reset, and the picture's description with its numbers as a table."""
    details = tag(
        "details",
        tag("summary", "Describe this figure"),
        tag("p", escape(fig.about)),
        tag(
            "div",
            table,
            class_="nn-table",
            tabindex=0,
            role="region",
            aria_label=f"Numbers: {fig.title}",
        ),
        class_="nn-describe",
    )
    reset = tag("button", "Reset", type="button", data_action="reset")
    return tag("div", details, reset, class_="nn-foot")
