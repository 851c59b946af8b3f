"""The page of this build names every notebook that was executed, and its seconds."""

import build_status
import trial


def test_each_executed_notebook_stands_there_with_its_seconds_and_all_together(tmp_path):
    pages = {
        "index.md": "# Status\n\n```{build-status}\n```\n\n```{toctree}\none\ntext\n```\n",
        "one.ipynb": trial.notebook(trial.text("t", "# The one"), trial.code("c")),
        "text.md": "# Not a notebook\n",
    }
    book = trial.build(tmp_path, pages, ["build_status"], nb_execution_mode="force")
    assert not book.failed, book.messages
    table = book.page("index").split("<table", 1)[1].split("</table>")[0]
    assert 'href="one.html"' in table
    assert "The one" in table
    assert "Not a notebook" not in table
    numbers = [cell.split("<")[0] for cell in table.split("<p>") if cell[:1].isdigit()]
    assert len(numbers) == 2
    assert float(numbers[0]) == float(numbers[1]) > 0


def test_the_table_is_written_again_when_a_notebook_was_executed_and_no_other_page(tmp_path):
    def build(cell):
        pages = {
            "index.md": "# Book\n\n```{toctree}\none\nstatus\ntext\n```\n",
            "one.ipynb": trial.notebook(trial.text("t", "# The one"), trial.code("c", cell)),
            "status.md": "# Status\n\n```{build-status}\n```\n",
            "text.md": "# Not a notebook\n",
        }
        book = trial.build(
            tmp_path,
            pages,
            ["build_status", "incremental"],
            nb_execution_mode="cache",
            nb_execution_cache_path=str(tmp_path / "_build/cache"),
        )
        assert not book.failed, book.messages
        return book

    out = build("1").out
    status, text = out / "status.html", out / "text.html"
    for cell, is_written in (("1", False), ("2", True)):
        status.write_text("written before")
        text.write_text("written before")
        build(cell)
        assert ("The one" in status.read_text()) == is_written
        assert text.read_text() == "written before"


def test_what_there_is_is_counted(tmp_path):
    for name, text in {
        "src/nnbook/nn/layers.py": "a = 1\n\nb = 2\n",
        "src/nnbook/optim.py": "c = 3\n",
        "src/nnbook/figures/bowl/figure.js": "let d;\n",
        "tests/nn/test_layers.py": "def test_one(): ...\n\n\ndef helper(): ...\n",
        "chapters/why.ipynb": '["assert a\\n",\n "assert b"]\n',
        "benchmarks/faults.md": "| fault |\n|---|\n| a | b.py | `tests/c.py` |\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    library, figures, tests = build_status.size(tmp_path)
    assert library.startswith("The mathematics: 2 lines")
    assert library.endswith("experiments: 3")
    assert figures.endswith(": 1 lines")
    assert tests.startswith("Tests: 1 functions")
    assert " 1 assertions" in tests
    assert " 1 planted faults" in tests


def test_the_counts_are_made_anew_at_each_build(tmp_path, monkeypatch):
    pages = {"index.md": "# Status\n\n```{build-size}\n```\n"}
    for text in ("the first", "the second"):
        monkeypatch.setattr(build_status, "size", lambda root, text=text: [text])
        assert text in trial.build(tmp_path, pages, ["build_status", "incremental"]).page("index")
