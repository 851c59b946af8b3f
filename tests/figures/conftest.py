"""V8 with the figures' kit and the document of stills in it: no browser is needed."""

import json

import pytest
from py_mini_racer import MiniRacer

from nnbook.figures.kit import front


@pytest.fixture(scope="session")
def kit():
    """`kit(body, argument)`: what a function with this body, of `kit` and `argument`, returns."""
    v8 = MiniRacer()
    v8.eval(f"{front.code('kit/still.js')}\nconst kit = {front.kit()};")

    def run(body, argument=None):
        call = f"((argument) => {{ {body} }})({json.dumps(argument)})"
        return json.loads(v8.eval(f"JSON.stringify({call} ?? null)"))

    yield run
    v8.close()
