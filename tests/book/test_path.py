"""The path of ninety minutes can be read alone: what it uses, it has explained."""

import json
import re
from functools import cache
from pathlib import Path

from glossary_links import pattern

ROOT = Path(__file__).parents[2]
READ = re.compile(r"\]\((?:\.\./chapters/(\w+)\.ipynb)?#([\w-]+)\)")
# What the glossary does not link: code, formulas, other links, tables, quotations.
APART = re.compile(
    r"```.*?```|\$\$.*?\$\$|`[^`]*`|\$[^$]*\$|\[[^]]*\]\([^)]*\)|^[|>].*?$",
    re.DOTALL | re.MULTILINE,
)


def address(heading):
    """Of a section, as MyST makes it."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")


@cache
def sections(chapter):
    """A chapter's sections in order, each its address, its level and its text, without code."""
    notebook = json.loads((ROOT / f"chapters/{chapter}.ipynb").read_text("utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    parts = re.split(r"^(#+) (.*)$", "\n\n".join(cells), flags=re.MULTILINE)[1:]
    triples = zip(parts[1::3], parts[::3], parts[2::3], strict=True)
    return [(address(heading), len(marks), text) for heading, marks, text in triples]


def span(chapter, first, last=None):
    """The sections from one to the end of another (of itself), with all that is below it."""
    every = sections(chapter)
    names = [name for name, _, _ in every]
    start, end = names.index(first), names.index(last or first)
    level = every[end][1]
    after = [k for k in range(end + 1, len(every)) if every[k][1] <= level]
    return every[start : min(after, default=len(every))]


def taken(text, chapter=None):
    """What a row of the path's table, or a chapter's line about it, tells to read."""
    links = [(found[1] or chapter, found[2]) for found in READ.finditer(text)]
    if " to the end of " in text:
        [(chapter, first), (_, last)] = links
        return [(chapter, *one) for one in span(chapter, first, last)]
    return [(chapter, *one) for chapter, name in links for one in span(chapter, name)]


def path():
    """The path's sections in order: chapter, address, level, text."""
    index = (ROOT / "book/index.md").read_text("utf-8").split("## Ninety minutes")[1]
    rows = [row.split("|")[2] for row in index.splitlines() if re.match(r"\| \d+ \|", row)]
    return [section for row in rows for section in taken(row)]


def glossary():
    """Each term's places: where the glossary says to look."""
    text = (ROOT / "book/glossary.md").read_text("utf-8").split("```{glossary}")[1]
    entries = re.findall(r"^(\S.*(?:\n\S.*)*)\n((?:  .*\n|\n)+)", text, re.MULTILINE)
    see = re.compile(r"chapters/(\w+)\.ipynb(?:#([\w-]+))?")
    return {term: see.findall(told) for names, told in entries for term in names.splitlines()}


def test_a_chapter_says_the_same_of_the_path_as_the_first_page():
    said = []
    for chapter in dict.fromkeys(chapter for chapter, *_ in path()):
        notebook = json.loads((ROOT / f"chapters/{chapter}.ipynb").read_text("utf-8"))
        cells = ("".join(cell["source"]) for cell in notebook["cells"])
        line = next(
            line for cell in cells for line in cell.splitlines() if "90-minute path" in line
        )
        said += taken(line.split("minutes:*")[1], chapter)
    assert said == path()


def test_each_term_on_the_path_is_introduced_on_it():
    """Where the glossary leads for it, or in bold, before it is used or where it is first used."""
    terms = {term.lower(): places for term, places in glossary().items()}
    words, on_path = pattern(terms), {(chapter, name) for chapter, name, *_ in path()}
    known, missing = set(), []
    for chapter, name, _, text in path():
        bold = {match.lower() for match in re.findall(r"\*\*([^*]+)\*\*", text)}
        known |= {word[1].lower() for one in bold for word in words.finditer(one)}
        known |= {term for term, places in terms.items() if (chapter, name) in places}
        for found in words.finditer(APART.sub(" ", text)):
            term = found[1].lower()
            if term not in known | {one for one, *_ in missing}:
                where = "later" if on_path & {*terms[term]} else "nowhere"
                missing.append((term, f"{chapter}#{name}", where))
    assert not missing, "\n".join(map(str, missing))
