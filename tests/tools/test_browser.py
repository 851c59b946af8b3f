"""tools/browser.py: which browser tests the site, and what is tried where there is none."""

import os

import browser
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

APT_INSTALL = "apt-get -q -y install --no-install-recommends {} fonts-liberation"


class Machine:
    """A machine with no browser; programs are added to its folder, and note their calls."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = folder / "calls"
        self.playwrights = folder / "playwrights"

    def add(self, name, does="exit 0", file=None):
        path = file or self.folder / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >> "{self.calls}"\n{does}\n')
        path.chmod(0o755)
        return str(path)

    def making(self, path):
        """A line of shell that installs a browser there."""
        return f'printf "#!/bin/sh\\n" > "{path}"; /bin/chmod +x "{path}"'

    def said(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("NNBOOK_BROWSER", raising=False)
    monkeypatch.setattr(browser, "APPS", [])
    monkeypatch.setattr(browser, "LOG", tmp_path / "log")
    monkeypatch.setattr(browser, "playwrights", lambda: str(machine.playwrights))
    monkeypatch.setattr(browser, "PLAYWRIGHT", [machine.add("playwright", "exit 1")])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return machine


def test_the_browser_named_by_hand_goes_before_all(machine, monkeypatch):
    machine.add("chromium")
    monkeypatch.setenv("NNBOOK_BROWSER", machine.add("mine"))
    assert browser.find() == str(machine.folder / "mine")


def test_a_browser_named_by_hand_must_exist(machine, monkeypatch):
    machine.add("chromium")
    monkeypatch.setenv("NNBOOK_BROWSER", "/no/browser")
    with pytest.raises(SystemExit, match="NNBOOK_BROWSER=/no/browser is not a program"):
        browser.find()


def test_browsers_are_tried_in_the_order_of_their_names(machine, monkeypatch):
    app = machine.add("app")
    monkeypatch.setattr(browser, "APPS", ["/no/app", app])
    machine.add("playwrights")
    for name in reversed(browser.NAMES):
        machine.add(name)
    order = [*browser.NAMES, "app", "playwrights"]
    for name in order:
        assert browser.find() == str(machine.folder / name)
        (machine.folder / name).unlink()
    assert browser.find() is None


def test_a_browser_that_does_not_start_is_passed_over(machine):
    machine.add("chromium-browser", "echo install the snap; exit 1")
    chrome = machine.add("google-chrome")
    assert browser.find() == chrome


def test_root_gets_debians_package_after_one_update(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    shell = machine.folder / browser.SHELL
    machine.add("apt-get", f'[ "$3" = update ] || {machine.making(shell)}')
    assert browser.install() == str(shell)
    assert machine.said() == ["apt-get -q -y update", APT_INSTALL.format(browser.SHELL)]


def test_a_release_without_the_small_package_gives_the_whole_browser(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chromium = machine.folder / "chromium"
    machine.add("apt-get", f'[ "$5" != chromium ] || {machine.making(chromium)}')
    assert browser.install() == str(chromium)
    packages = [APT_INSTALL.format(package) for package in (browser.SHELL, "chromium")]
    assert machine.said() == ["apt-get -q -y update", *packages]


def test_apt_never_asks(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.add("apt-get", 'echo "$DEBIAN_FRONTEND"; read answer && exit 1')
    browser.install()
    assert "\nnoninteractive\n" in browser.LOG.read_text()


def test_without_root_apt_is_left_alone_and_playwright_asked(machine):
    machine.add("apt-get")
    machine.add("playwright", machine.making(machine.playwrights))
    assert browser.install() == str(machine.playwrights)
    assert machine.said() == ["playwright install --no-shell chromium"]


def test_root_without_apt_asks_playwright_with_and_then_without_libraries(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.add("playwright", f"[ $# = 3 ] && {machine.making(machine.playwrights)}")
    assert browser.install() == str(machine.playwrights)
    without = "playwright install --no-shell chromium"
    assert machine.said() == [f"{without} --with-deps", without]


def test_where_debian_fails_playwright_is_asked(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.add("apt-get", "exit 100")
    machine.add("playwright", machine.making(machine.playwrights))
    assert browser.install() == str(machine.playwrights)


def test_a_browser_that_is_there_installs_nothing(machine, capsys):
    chromium = machine.add("chromium")
    browser.main()
    assert capsys.readouterr() == (f"{chromium}\n", "")
    assert machine.said() == ["chromium --version"]


def test_where_none_can_be_had_one_sentence_says_what_to_do(machine, capsys):
    with pytest.raises(SystemExit) as stop:
        browser.main()
    assert "\n" not in stop.value.code
    assert "install Chromium or Chrome" in stop.value.code
    assert "make test NNBOOK_BROWSER=/path/to/chrome" in stop.value.code
    assert capsys.readouterr().out == ""  # where make looks for the path
