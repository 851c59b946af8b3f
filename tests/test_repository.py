"""What the repository promises as a whole."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from test_mypy import MYPY

ROOT = Path(__file__).parents[1]


def files(*patterns):
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]


def test_ci_runs_the_readmes_test_command_and_nothing_less():
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert re.search(r"^exec make test$", script, re.MULTILINE)
    assert re.search(r"^make test-everywhere PROOF=rest$", script, re.MULTILINE)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^make book  .*\nmake test  ", readme, re.MULTILINE)


def test_every_page_of_the_table_of_contents_exists_and_every_chapter_is_in_it():
    toc = (ROOT / "_toc.yml").read_text("utf-8")
    pages = re.findall(r"(?:root|file): (\S+)", toc)
    for page in pages:
        assert any((ROOT / f"{page}{ending}").exists() for ending in (".md", ".ipynb")), page
    assert {f"chapters/{path.stem}" for path in files("chapters/*.ipynb")} <= set(pages)


@pytest.mark.parametrize("path", files("src/nnbook/**/*.py"), ids=lambda p: p.name)
def test_the_floors_of_the_house_stand_on_those_below(path):
    """nn knows nothing above it, and nothing knows Sphinx."""
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    if "/nn/" in path.as_posix():
        assert not {
            name
            for name in imported
            if re.match(r"nnbook(?!\.nn\b|\.absent$)|matplotlib|ipy", name)
        }
    assert not any(name.startswith("sphinx") for name in imported)


@pytest.mark.parametrize(
    "path", files("src/nnbook/**/*.py", "book/ext/*.py", "tools/*.py"), ids=lambda p: p.name
)
def test_a_file_says_at_its_top_what_it_is_for(path):
    text = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(text))
    assert doc
    assert len(doc) > 40


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """A way along the arrows that comes back to where it began; empty if there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        found = next(filter(None, (walk(n, [*path, name]) for n in sorted(arrows[name]))), [])
        done.add(name)
        return found

    return next(filter(None, (walk(name, []) for name in sorted(arrows))), [])


def python_imports() -> dict[str, set[str]]:
    """By module of nnbook, the modules that it imports when it is read or for its types alone."""
    modules = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts): path
        for path in files("src/nnbook/**/*.py")
    }
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    arrows = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text("utf-8"))
        deferred = {
            node
            for f in ast.walk(tree)
            if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(f)
        }
        found = [
            target if (target := f"{node.module}.{alias.name}") in modules else node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node not in deferred
            for alias in node.names
        ]
        found += [
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import) and node not in deferred
            for alias in node.names
        ]
        arrows[name] = {target for target in found if target in modules} - {name}
    return arrows


def front_end_imports() -> dict[str, set[str]]:
    """By JavaScript file of the figures, the files that it imports or passes on."""
    return {
        path.as_posix(): {
            (path.parent / source).resolve().as_posix()
            for source in re.findall(r' from "(\.[^"]+)";', path.read_text("utf-8"))
        }
        for path in files("src/nnbook/figures/**/*.js")
    }


def test_no_import_leads_back_to_where_it_began():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not circle(python_imports())
    assert not circle(front_end_imports())


def test_no_file_of_the_library_hides_behind_an_underscore():
    names = [path.name for path in files("src/nnbook/**/*.py", "src/nnbook/**/*.js")]
    assert len(names) > 100
    assert not [name for name in names if name.startswith("_") and not name.startswith("__")]


def test_the_version_is_the_same_everywhere_and_the_changelog_has_it():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    released = re.findall(
        r"^## (\d+\.\d+\.\d+) – (\d{4}-\d\d-\d\d)$",
        (ROOT / "CHANGELOG.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert citation["version"] == version
    assert released[0] == (version, str(citation["date-released"]))


def test_the_hooks_before_a_commit_call_what_make_test_calls():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0][
        "hooks"
    ]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for hook in hooks:
        assert (ROOT / hook["entry"].split()[0]).exists(), hook["id"]
        if hook["id"] == "ruff":
            assert "-m ruff" in makefile
        if hook["id"] == "mypy":
            assert hook["entry"].split()[1:] == MYPY[1:]


def test_no_file_is_large():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        assert not path.exists() or path.stat().st_size < 400_000, name


def test_code_and_text_have_their_licenses():
    assert "BSD 3-Clause License" in (ROOT / "LICENSE").read_text("utf-8")
    assert "(CC BY 4.0)" in (ROOT / "LICENSE-TEXT.md").read_text("utf-8")


def test_the_citation_says_what_the_package_says():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert {"title", "message", "authors", "date-released", "abstract"} <= citation.keys()
    assert citation["license"] == [project["license"], "CC-BY-4.0"]


def test_the_badges_open_a_chapter_that_is_there():
    links = re.findall(
        r"\]\((https://(?:mybinder|colab)\S+)\)", (ROOT / "README.md").read_text("utf-8")
    )
    opened = [re.search(r"chapters/\w+\.ipynb$", unquote(link)) for link in links]
    assert len(opened) == 2
    assert all(found and (ROOT / found[0]).exists() for found in opened)
