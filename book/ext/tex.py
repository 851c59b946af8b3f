"""TeX to MathML by Temml, which runs in V8 by mini-racer; called by mathml.py.

`inline` and `display` give the `<math>` element of a formula; one that stands by itself has its TeX
inside as annotation.
"""

from __future__ import annotations

import atexit
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

from py_mini_racer import MiniRacer

TEMML = Path(__file__).parent / "temml" / "temml.min.js"
# Equations are numbered by Sphinx, which knows the references to them, and never by Temml.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather)\}")
ENVIRONMENT = re.compile(r"\\begin\{([^}]+)\}.*?\\end\{\1\}", re.DOTALL)
CIRCLED = {"⊕", "⊖", "⊗", "⊙"}  # of which Firefox draws the large form, meant for sums
SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
LONG = 16  # a formula of more characters may be wider than a phone's screen

CONVERT = """(tex, options) => {
  try { return { mathml: temml.renderToString(tex, { throwOnError: true, ...options }) }; }
  catch (error) { return { error: error.message.replaceAll("\\u0332", "") }; }
}"""


class FormulaError(ValueError):
    """The TeX of a formula that does not convert, and why."""


@cache
def _temml() -> MiniRacer:
    racer = MiniRacer()
    atexit.register(racer.close)  # otherwise Python waits for V8's thread and never ends
    racer.eval(TEMML.read_text(encoding="utf-8"))
    return racer


def convert(tex: str, **options: object) -> str:
    answer = _temml().call(f"({CONVERT})", tex, options)
    if "error" in answer:
        tex, why = " ".join(tex.split()), " ".join(answer["error"].split())
        raise FormulaError(f"formula does not convert: {tex} ({why})")
    root = ET.fromstring(answer["mathml"])
    _alike_everywhere(root)
    _space_as_tex(root)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _alike_everywhere(root: ET.Element) -> None:
    """A bar is the border of a row, since engines draw a menclose twice, once, or far away."""
    for element in root.iter():
        if element.tag == "menclose" and element.attrib.pop("notation", "") == "top":
            element.tag = "mrow"
        elif element.tag == "mo" and element.text in CIRCLED:
            element.set("largeop", "false")


def _space_as_tex(parent: ET.Element, in_script: bool = False) -> None:
    """No room around operators in scripts, as in i=1 under a sum; a thin space before y_k's log."""
    for i, child in reversed(list(enumerate(parent))):
        child_in_script = in_script or (parent.tag in SCRIPTED and i > 0)
        if child_in_script and child.tag == "mo" and parent.tag == "mrow":
            child.attrib |= {"lspace": "0em", "rspace": "0em"}
        _space_as_tex(child, child_in_script)
        word = next((leaf for leaf in child.iter() if leaf.tag not in {"mrow", *SCRIPTED}), child)
        is_function = parent.tag == "mrow" and word.tag == "mi" and len(word.text or "") > 1
        if is_function and i > 0 and parent[i - 1].tag in {"msub", "msup", "msubsup"}:
            parent.insert(i, ET.Element("mspace", width="0.1667em"))


def is_long(formula: str) -> bool:
    """Whether the MathML `formula` may be too wide for a phone: a generous guess by its length."""
    visible = re.sub(r"<annotation.*?</annotation>", "", formula, flags=re.DOTALL)
    return len(re.sub(r"<[^>]+>", "", visible.replace("<mspace", "  <mspace"))) > LONG


@cache
def inline(tex: str) -> str:
    """The MathML of a formula in a line of text; a long one may break after its operators."""
    formula = convert(tex)
    return convert(tex, wrap="tex") if is_long(formula) else formula


@cache
def display(tex: str) -> str:
    """The MathML of a formula that stands by itself; several lines are aligned at their `&`."""
    tex = NUMBERED.sub(r"\\\1{\2*}", tex)
    tex = r" \\ ".join(part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip())
    if re.search(r"\\\\|(?<!\\)&", ENVIRONMENT.sub("", tex)):
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return convert(tex, displayMode=True, annotate=True)
