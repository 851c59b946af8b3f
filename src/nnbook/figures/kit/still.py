"""A figure's picture without a browser: its own JavaScript draws in V8, as still.js has it.

Pages show it where there is no script and on paper, notebooks where no widget runs. The same call
returns what the figure says there, so that its numbers can be compared with the library's.
"""

from __future__ import annotations

import atexit
import json
import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import Any

from nnbook.figures.kit import front

SVG = "http://www.w3.org/2000/svg"
WIDE, NARROW = 400, 320  # CSS pixels of a stage: beside the controls of a page, on a phone


@dataclass(frozen=True)
class Still:
    """What one drawing gave: the picture's elements, and what the figure says with them."""

    width: float
    height: float
    picture: str  # the elements inside the <svg>
    out: dict[str, str]  # the numbers beside the picture, by key
    say: str  # the sentence under it
    rows: list[list[float | str | None]]  # of the table; null where JavaScript has NaN

    def inline(self, alt: str, kind: str = "") -> str:
        """The picture to stand in a page, whose colors it takes."""
        return self._svg(f"nn-picture {kind}".strip(), alt, self.picture)

    def alone(self, alt: str) -> str:
        """The picture with its colors in it, on white paper, at its own size."""
        sheet = f"<style>{front.read('kit/picture.css')}</style>"
        size = (
            f' xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" height="{self.height:g}"'
        )
        return self._svg("nn-picture nn-alone", alt, sheet + self.picture, size)

    def _svg(self, kind: str, alt: str, inside: str, more: str = "") -> str:
        words = f'class="{kind}" viewBox="0 0 {self.width:g} {self.height:g}" role="img"'
        return f'<svg {words} aria-label="{escape(alt)}"{more}>{inside}</svg>'


def available() -> bool:
    """Is there V8? Pages are built with it; a notebook on Colab has none."""
    return find_spec("py_mini_racer") is not None


def draw(
    figure: str, state: dict[str, Any], ratio: float, *, width: float = WIDE, prefix: str = "still"
) -> Still:
    """The figure of this name with these traits, in a stage of `width` and width / ratio pixels.

    `prefix` begins every id in the picture. ImportError without mini-racer.
    """
    key, height = _loaded(front.module(figure)), round(width / ratio)
    # Nobody is asked on paper; what a reader guessed is his.
    given = {**state, "predict": "", "guess": None, "shown": False}
    call = f"still(figures[{key}], {_json(given)}, {width}, {height}, {json.dumps(prefix)})"
    try:
        found = json.loads(_v8().eval(f"JSON.stringify({call})"))
    except Exception as error:  # mini-racer's own: what JavaScript threw
        why = str(error).strip().splitlines()
        place = f"figures/{front.folder(figure)}/figure.js or a file of the kit"
        raise RuntimeError(f"{place} cannot draw {figure!r}: {' '.join(why)}") from error
    picture = found["picture"]
    for k, image in enumerate(found["images"]):
        picture = picture.replace(f'href="pixels:{k}"', f'href="{png(**image)}"')
    return Still(width, height, picture, found["out"], found["say"], found["rows"])


@cache
def _v8() -> Any:
    from py_mini_racer import MiniRacer

    v8 = MiniRacer()
    atexit.register(v8.close)  # otherwise Python waits for V8's thread and never ends
    v8.eval(f"{front.read('kit/still.js')}\nconst figures = [];")
    return v8


@cache
def _loaded(module: str) -> int:
    """Where V8 keeps the kit and the figure of this text."""
    text = module.replace("export default figure(", "const made = figure(")
    scope = f"(() => {{ {text}\nreturn {{ kit, figure: made }}; }})()"
    return int(_v8().eval(f"figures.push({scope}) - 1"))


def _json(value: Any) -> str:
    def raw(data: Any) -> dict[str, str]:
        return {"bytes": bytes(data).decode("latin-1")}

    return json.dumps(value, default=raw)


def png(width: int, height: int, alpha: list[int]) -> str:
    """White pixels of these opacities, row by row, as the address of an image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (alpha[k : k + width] for k in range(0, width * height, width))
    lines = b"".join(b"\0" + bytes(v for a in row for v in (255, a)) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 4, 0, 0, 0)  # 8 bits of gray, 8 of opacity
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines, 9)), chunk(b"IEND", b"")
    png = b"".join((b"\x89PNG\r\n\x1a\n", *parts))
    return f"data:image/png;base64,{b64encode(png).decode()}"
