"""Lists the sentences that someone should try to overturn: they compare, generalize, explain a
cause, or give a number with a unit. `ATTACKS.md` says what became of them.

    python tests/experiments/sentences.py                    every page and every figure
    python tests/experiments/sentences.py sgd bowl claims    a chapter, a figure, a page
    python tests/experiments/sentences.py --left sgd         only places that ATTACKS.md lacks
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
ATTACKS = Path(__file__).with_name("ATTACKS.md")
BOLD = re.compile(
    r"""\b(?:
      more | most | mostly | less | least | fewer | better | best | worse | worst | larger | largest
    | smaller | smallest | higher | highest | lower | lowest | longer | longest | shorter | shortest
    | faster | fastest | slower | steeper | steepest | flatter | nearer | nearest | easier | harder
    | cheaper | wider | simpler | simplest | \w+er\ than | beats? | wins? | twice | half | doubles?
    | triples? | times | factor | equal | same | nearly | almost | hardly | barely | exactly
    | as\ (?:good|well|much|many|long|far|large|close)\ as | worth | further | narrow | well
    | always | never | every | all | any | none | nothing | nobody | only | alone | whatever
    | wherever | however | cannot | must | impossible | enough | anything | everything | no\ \w+
    | usually | often | rarely | because | therefore | so\ that | why | reason | causes?
    | leads?\ to | due\ to | prevents? | reduces? | proves? | holds | supported
    | not\ as\ stated | free
    | grows? | shrinks? | settles? | loses? | keeps? | costs? | needs?
    )\b | \d\s*% | \b\d[\d,.]*\s(?:points?|degrees|updates|steps|seconds)\b""",
    re.VERBOSE | re.IGNORECASE,
)


def places() -> Iterator[tuple[str, str, str]]:
    """(page, place on it, its text): of chapters, quizzes, other pages, slides, figures."""
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                yield path.stem, cell["id"], source
            else:
                record = re.search(r'claims\.record\(\s*"(\w+)".*says="([^"]+)"', source, re.DOTALL)
                yield path.stem, cell["id"], "{}: {}.".format(*record.groups()) if record else ""
    for path in sorted(ROOT.glob("src/nnbook/quizzes/*.yaml")):
        for question in yaml.safe_load(path.read_text("utf-8")).get("questions", ()):
            yield path.stem, f"quiz-{question['key']}", "\n\n".join(texts(question))
    for path in sorted(ROOT.glob("book/*.md")):
        text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.DOTALL)
        for part in re.split(r"^(?=#+ )", text, flags=re.MULTILINE):
            title = re.match(r"#+ (.*)", part)
            slug = re.sub(r"\W+", "-", title[1].lower()).strip("-") if title else "top"
            yield path.stem, slug, part
    plan = yaml.safe_load((ROOT / "book/slides.yml").read_text("utf-8"))
    for slide in (slide for lecture in plan["lectures"] for slide in lecture["slides"]):
        yield "slides", slide["name"], "\n\n".join(texts(slide))
    for path in sorted(ROOT.glob("src/nnbook/figures/*/*.py")):
        if path.parent.name != "kit":
            yield path.parent.name, path.stem, "\n\n".join(strings(path))
    for path in sorted(ROOT.glob("src/nnbook/figures/*/*.js")):
        if path.parent.name != "kit":
            said = re.findall(r'[`"]((?:[^`"\n]*\w ){3}[^`"\n]*)[`"]', path.read_text("utf-8"))
            yield path.parent.name, path.name, "\n\n".join(said)


def texts(part: object) -> Iterator[str]:
    """All texts in a question of a quiz."""
    if isinstance(part, str):
        yield " ".join(part.split())
    elif isinstance(part, dict | list):
        if isinstance(part, dict):
            part = [part[key] for key in part if key != "misconception"]
        for inner in part:
            yield from texts(inner)


def strings(path: Path) -> Iterator[str]:
    """The texts in a figure's Python: what it asks, answers and says, without docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(v) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for v in node.values
    }
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(v.value if isinstance(v, ast.Constant) else "0" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield "" if id(node) in inside | docs else node.value


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text that are worth an attack; code and formulas in display are not."""
    text = re.sub(r"^```(?!\{).*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    text = re.sub(r"</?\w+[^>]*>|\{cite\w*(?::\w+)?\}`[^`]*`", "", text)
    for paragraph in re.split(r"\n\s*\n|\n(?=[-*|>:] |#|\d+\. )", text):
        line = " ".join(paragraph.split())
        plain = re.sub(r"\]\([^)]*\)", "]", line)
        for sentence in re.split(r"(?<=[.!?])[)*\"”]*\s+(?=[\"“*(\[$A-Z])", plain):
            if sentence.count(" ") > 2 and BOLD.search(sentence):
                yield sentence


def attacks() -> dict[str, list[tuple[str, str]]]:
    """By heading of ATTACKS.md, the places attacked and what became of them: "held" or "fell"."""
    found: dict[str, list[tuple[str, str]]] = {}
    for part in re.split(r"^## ", ATTACKS.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        lines = re.findall(r"^- `([^`]+)` (held|fell): \S", part, flags=re.MULTILINE)
        found[part.split("\n")[0].strip()] = lines
    return found


def main(arguments: list[str]) -> None:
    left, wanted = "--left" in arguments, {a for a in arguments if not a.startswith("-")}
    done = {page: {place for place, _ in lines} for page, lines in attacks().items()}
    count = 0
    for page, place, text in places():
        known = left and place in done.get(page, ())
        if known or (wanted and page not in wanted):
            continue
        for sentence in sentences(text):
            print(f"{page}  {place}  {sentence}")
            count += 1
    print(f"{count} sentences", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
