"""Firefox and WebKit, driven as W3C WebDriver says: Firefox by its own Marionette, which takes the
same commands, so that no driver need be installed; WebKit (GTK) by WebKitWebDriver, on an X server
without a screen. Chromium is what all other tests run in.

    apt-get install firefox-esr webkit2gtk-driver xvfb
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from fresh import free_port

Send = Callable[..., Any]  # Send(command, **parameters): the command's answer
WIDE, HIGH = 1280, 900
PATIENCE = 300  # seconds for what takes long on a machine that has other things to do
QUIET = {  # what Firefox would otherwise do at its start
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
KEYS = {  # as WebDriver writes those that have no letter
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class Failed(Exception):
    """The browser has refused a command."""


def webkit_programs() -> dict[str, str | None]:
    browsers = sorted(Path("/usr").glob("lib*/*/webkit2gtk-*/MiniBrowser"))
    return {
        "WebKitWebDriver": shutil.which("WebKitWebDriver"),
        "MiniBrowser": str(browsers[-1]) if browsers else None,
        "Xvfb": shutil.which("Xvfb"),
    }


def firefox_programs() -> dict[str, str | None]:
    return {"firefox": shutil.which("firefox-esr") or shutil.which("firefox")}


@contextmanager
def process(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    started = subprocess.Popen(command, **quiet)
    try:
        yield started
    finally:
        started.terminate()
        started.wait()


def soon(look: Callable[[], Any], what: str) -> Any:
    """What `look` finds, which may not be there at once."""
    for _ in range(PATIENCE * 10):
        if found := look():
            return found
        time.sleep(0.1)
    raise Failed(f"{what} has not come within {PATIENCE} s")


@contextmanager
def firefox() -> Iterator[Send]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in QUIET.items())
        Path(folder, "user.js").write_text("".join(settings), encoding="utf-8")
        port = Path(folder, "MarionetteActivePort")
        program = str(firefox_programs()["firefox"])
        size = [f"--width={WIDE}", f"--height={HIGH}"]
        flags = ["--headless", "--marionette", "--no-remote", "--profile", folder, *size]
        with process(program, *flags):
            number = int(soon(lambda: port.exists() and port.read_text(), "Firefox's port"))
            with closing(socket.create_connection(("127.0.0.1", number))) as line:
                yield marionette(line)


def marionette(line: socket.socket) -> Send:
    """A message is its length, a colon, and JSON: [0, number, command, parameters], and back
    [1, number, error, answer]."""
    file, number = line.makefile("rb"), 0

    def receive() -> Any:
        digits = b""
        while (one := file.read(1)) != b":":
            if not one:
                raise Failed("Firefox has ended")
            digits += one
        return json.loads(file.read(int(digits)))

    def send(command: str, **parameters: Any) -> Any:
        nonlocal number
        number += 1
        text = json.dumps([0, number, f"WebDriver:{command}", parameters]).encode()
        line.sendall(b"%d:%s" % (len(text), text))
        _, _, error, answer = receive()
        if error:
            raise Failed(f"{command}: {error['message']}")
        return answer["value"] if isinstance(answer, dict) and "value" in answer else answer

    receive()  # who is there
    send("NewSession", capabilities={})
    return send


@contextmanager
def webkit() -> Iterator[Send]:
    programs = {name: str(path) for name, path in webkit_programs().items()}
    reading, writing = os.pipe()
    screen = ["-screen", "0", f"{WIDE + 100}x{HIGH + 200}x24", "-nolisten", "tcp"]
    with ExitStack() as opened:
        opened.enter_context(
            process(programs["Xvfb"], "-displayfd", str(writing), *screen, pass_fds=[writing])
        )
        display = os.read(reading, 20).decode().strip()
        port = free_port()
        env = {**os.environ, "DISPLAY": f":{display}", "GDK_BACKEND": "x11"}
        opened.enter_context(process(programs["WebKitWebDriver"], f"--port={port}", env=env))
        soon(lambda: answers(port), "WebKitWebDriver")
        options = {"binary": programs["MiniBrowser"], "args": ["--automation"]}
        always = {"webkitgtk:browserOptions": options}
        root = f"http://127.0.0.1:{port}/session"
        session = http("POST", root, {"capabilities": {"alwaysMatch": always}})["sessionId"]

        def send(command: str, **parameters: Any) -> Any:
            method, path = ROUTES[command]
            return http(method, f"{root}/{session}/{path}", parameters)

        yield send
        http("DELETE", f"{root}/{session}", {})


ROUTES = {
    "Navigate": ("POST", "url"),
    "ExecuteAsyncScript": ("POST", "execute/async"),
    "PerformActions": ("POST", "actions"),
    "SetTimeouts": ("POST", "timeouts"),
    "SetWindowRect": ("POST", "window/rect"),
    "TakeScreenshot": ("GET", "screenshot"),
}


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def http(method: str, address: str, parameters: dict[str, Any]) -> Any:
    body = json.dumps(parameters).encode() if method == "POST" else None
    request = Request(address, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urlopen(request, timeout=2 * PATIENCE) as response:
            return json.load(response)["value"]
    except HTTPError as error:
        raise Failed(f"{address}: {json.load(error)['value']['message']}") from None


STARTS = {"firefox": (firefox, firefox_programs), "webkit": (webkit, webkit_programs)}


class Engine:
    """A browser and the page in it."""

    def __init__(self, name: str, send: Send):
        self.name, self._send = name, send
        send("SetTimeouts", script=1000 * PATIENCE, pageLoad=1000 * PATIENCE)
        # The window's own frame counts, so that the page gets what is left: ask for more.
        inner = [WIDE, HIGH]
        for _ in range(2):
            send("SetWindowRect", x=0, y=0, width=inner[0], height=inner[1])
            seen = self.run("() => [innerWidth, innerHeight]")
            inner = [inner[0] + WIDE - seen[0], inner[1] + HIGH - seen[1]]

    def open(self, address: str) -> None:
        self._send("Navigate", url=address)

    def run(self, function: str, *args: Any) -> Any:
        """What a function of JavaScript returns, or its promise."""
        script = f"""
          const [given, done] = arguments;
          (async () => ({function})(...given))().then(
            (value) => done([value ?? null]),
            (error) => done([null, `${{error}} ${{error.stack}}`]),
          );
        """
        answer = self._send("ExecuteAsyncScript", script=script, args=[list(args)])
        if len(answer) > 1:
            raise Failed(answer[1])
        return answer[0]

    def until(self, function: str, *args: Any, seconds: float = PATIENCE) -> Any:
        """Wait until it returns something true, and give that."""
        waiting = f"""async (...given) => {{
          for (const start = Date.now(); Date.now() - start < {1000 * seconds};) {{
            const found = await ({function})(...given);
            if (found) return found;
            await new Promise((done) => setTimeout(done, 30));
          }}
          return null;
        }}"""
        found = self.run(waiting, *args)
        assert found, f"still not so: {function} {args}"
        return found

    def keys(self, *keys: str) -> None:
        """Press keys one after the other; a text is typed, a name of KEYS is that key."""
        letters = [k for key in keys for k in ([KEYS[key]] if key in KEYS else key)]
        deeds = [
            {"type": kind, "value": letter} for letter in letters for kind in ("keyDown", "keyUp")
        ]
        self._send("PerformActions", actions=[{"type": "key", "id": "keys", "actions": deeds}])

    def drag(self, *points: tuple[float, float]) -> None:
        """Press at the first point of the window, go to the others, and let go; one is a click."""
        moves = [
            {
                "type": "pointerMove",
                "x": round(x),
                "y": round(y),
                "duration": 30,
                "origin": "viewport",
            }
            for x, y in points
        ]
        down, up = ({"type": f"pointer{what}", "button": 0} for what in ("Down", "Up"))
        deeds = [moves[0], down, *moves[1:], up]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self._send("PerformActions", actions=[{**mouse, "actions": deeds}])

    def screenshot(self) -> bytes:
        return base64.b64decode(self._send("TakeScreenshot"))


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    start, _ = STARTS[name]
    with start() as send:
        yield Engine(name, send)


def lacking(name: str) -> list[str]:
    """The programs of an engine that are not installed."""
    return [program for program, path in STARTS[name][1]().items() if not path]
