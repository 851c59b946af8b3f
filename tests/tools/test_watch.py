"""tools/watch.py: pages are built as files change, and a browser that shows one loads it anew."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import build
import pytest
import watch


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    for file in ("index.html", "chapters/sgd.html", "_static/book.css"):
        (tmp_path / "_build/html" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "_build/html" / file).write_text("<p>Ü</p></html>\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def builds():
    return watch.Builds()


@pytest.fixture
def get(site, builds):
    """Asks the server for an address."""
    server = watch.serve(builds, port=0)

    def get(path):
        return urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=60)

    yield get
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/index.html", "/chapters/sgd.html", "/chapters/sgd.html?q=1"])
def test_a_page_waits_for_the_next_build_and_its_file_does_not(site, get, builds, path):
    text = get(path).read().decode()
    file = site / "_build/html" / path.strip("/").partition("?")[0]
    assert text.startswith(file.read_text(encoding="utf-8"))
    assert f'fetch("/next-build?{builds.count}")' in text
    assert "script" not in file.read_text(encoding="utf-8")


def test_other_files_come_as_they_are_and_nothing_is_kept_by_the_browser(site, get):
    answer = get("/_static/book.css")
    assert answer.read() == (site / "_build/html/_static/book.css").read_bytes()
    assert answer.headers["Cache-Control"] == "no-store"
    with pytest.raises(HTTPError, match="404"):
        get("/chapters/nowhere.html")


def test_who_waits_is_told_of_a_build_and_who_comes_late_too(get, builds):
    seen = builds.count
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(get, f"/next-build?{seen}")
        builds.add()
        assert waiting.result().status == 205
    assert get(f"/next-build?{seen}").status == 205


def test_without_a_build_the_browser_is_told_to_ask_again(get, builds, monkeypatch):
    monkeypatch.setattr(watch, "WAIT", 0.01)
    assert get(f"/next-build?{builds.count}").status == 204


def test_a_file_that_is_written_new_or_gone_is_a_change(site):
    page = Path("book/page.md")
    page.parent.mkdir()
    page.write_text("one")
    seen = watch.changes(pause=0)
    next(seen)
    for change in (lambda: os.utime(page, (1, 1)), lambda: page.rename("book/b.md")):
        change()
        next(seen)


def test_a_page_that_fails_is_complained_of_and_the_next_change_built(site, monkeypatch, capsys):
    outcomes = iter([SystemExit("page.md: WARNING: bad"), None, KeyboardInterrupt()])
    counts = []

    def build_what_changed():
        outcome = next(outcomes)
        if outcome:
            raise outcome

    def serve(builds, port):
        monkeypatch.setattr(builds, "add", lambda: counts.append("built"))
        return watch.ThreadingHTTPServer(("127.0.0.1", 0), watch.Site)

    monkeypatch.setattr(build, "build_what_changed", build_what_changed)
    monkeypatch.setattr(watch, "serve", serve)
    monkeypatch.setattr(watch, "changes", lambda: iter([None] * 3))
    with pytest.raises(KeyboardInterrupt):
        watch.main()
    said = capsys.readouterr().out
    assert re.search(r"http://127\.0\.0\.1:\d+/ .*\npage\.md: WARNING: bad\n", said)
    assert counts == ["built"]


def test_a_port_that_is_taken_is_named_with_another_one_to_try(site, monkeypatch):
    with watch.serve(watch.Builds(), port=0) as taken:
        monkeypatch.setenv("PORT", str(taken.server_port))
        with pytest.raises(SystemExit, match=rf"PORT={taken.server_port + 1}"):
            watch.main()
        taken.shutdown()
