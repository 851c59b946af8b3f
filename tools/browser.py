"""Finds a browser for the tests, or installs one, and prints its path.

The first that runs of: $NNBOOK_BROWSER; a Chromium, Chrome or Edge on the machine, one without
windows before others, since it opens a page in half the time; Debian's Chromium, where we are root;
Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = [SHELL, "chromium", "chromium-browser"]
NAMES += ["google-chrome", "google-chrome-stable", "microsoft-edge"]
APPS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]
PLAYWRIGHT = [sys.executable, "-m", "playwright"]
CURE = (
    "The tests need a browser, and none could be found or installed: install Chromium or Chrome, "
    "or name one, as in `make test NNBOOK_BROWSER=/path/to/chrome`. What was tried: {}"
)
LOG = Path(sys.prefix) / "browser.log"


def main() -> None:
    print(find() or install() or sys.exit(CURE.format(LOG)))


def find() -> str | None:
    """The browser on this machine; None if there is none."""
    if named := os.environ.get("NNBOOK_BROWSER"):
        return shutil.which(named) or sys.exit(
            f"NNBOOK_BROWSER={named} is not a program: give the path of Chromium, Chrome or Edge."
        )
    return next(filter(runs, candidates()), None)


def candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from APPS
    yield playwrights()


def playwrights() -> str:
    """Where Playwright's own Chromium is, or would be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def runs(path: str) -> bool:
    """Whether it starts: Ubuntu's chromium-browser may be only a hint to install a snap."""
    if sys.platform == "win32":  # there, `--version` would open a window
        return Path(path).exists()
    return succeeds([path, "--version"])


def install() -> str | None:
    """A browser that was not there before; None if none can be had."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        say("Installing Debian's Chromium (about 150 MB)")
        apt = ["apt-get", "-q", "-y"]
        succeeds([*apt, "update"])
        for package in (SHELL, "chromium"):  # some releases have no package of the first
            succeeds([*apt, "install", "--no-install-recommends", package, "fonts-liberation"])
            if path := find():
                return path
    say("Installing Playwright's Chromium (about 200 MB)")
    chromium = [*PLAYWRIGHT, "install", "--no-shell", "chromium"]
    if not (root and succeeds([*chromium, "--with-deps"])):
        succeeds(chromium)
    return find()


def succeeds(command: list[str]) -> bool:
    """Whether the command exists and ends well; what it says goes into LOG."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        try:
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, timeout=1800
            )
            return result.returncode == 0
        except (OSError, subprocess.TimeoutExpired) as error:
            log.write(f"{error}\n")
            return False


def say(text: str) -> None:
    print(f"  {text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
