"""What a playground asks of the page's worker, and what that answers, whatever comes."""

import inspect
import json
from dataclasses import replace

import numpy as np
import pytest

from nnbook.experiments import playground, small_network
from nnbook.experiments.playground import SPIRAL, Run
from nnbook.page import trainer

CODE = "\n\n".join(inspect.getsource(f) for f in small_network.SHOWN)


def ask(one, settings=SPIRAL, *, number=1, code="", what="go", updates=20, heard=None):
    message = {
        "number": number, "settings": settings.controls(), "code": code, "what": what,
        "updates": updates, "side": 8, "every": 2,
    }  # fmt: skip
    return one.train(message, (heard if heard is not None else []).append)


def array(packed):
    data = np.frombuffer(packed["data"].encode("latin-1"), "<f4")
    return data.reshape(packed["shape"])


def test_slices_add_up_to_one_run():
    one, whole = trainer.Trainer(), Run(SPIRAL)
    answers = [ask(one) for _ in range(3)]
    whole.advance(60)
    assert [a["updates"] for a in answers] == [20, 40, 60]
    assert [a.get("fresh", False) for a in answers] == [True, False, False]
    assert np.array_equal(array(answers[-1]["map"]), whole.state(8, 2)["map"].astype("<f4"))


def test_the_shown_code_trains_as_the_library_does_and_a_changed_one_otherwise():
    plain = ask(trainer.Trainer())
    shown = ask(trainer.Trainer(), code=CODE)
    assert shown["weights"] == plain["weights"]
    slow = CODE.replace(
        "optim.SGD(model.parameters(), lr)", "optim.SGD(model.parameters(), lr / 9)"
    )
    assert slow != CODE
    assert ask(trainer.Trainer(), code=slow)["weights"] != plain["weights"]


def test_a_new_number_begins_anew_from_the_same_weights():
    one = trainer.Trainer()
    first = ask(one, updates=0)
    ask(one)
    again = ask(one, number=2, updates=0)
    assert again["fresh"]
    assert again["weights"] == first["weights"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("opt.step()", "opt.stepp()"), 'File "<training code>", line'),
        (("def update(", "def update("[:-1]), "SyntaxError"),
        (("    return loss", "    return None"), "update must return the batch's loss"),
        (("opt.step()", "exit()"), "SystemExit"),
    ],
)
def test_what_is_wrong_with_the_readers_code_is_said_and_the_next_one_trains(change, says):
    one = trainer.Trainer()
    assert says in ask(one, code=CODE.replace(*change))["stopped"]
    assert ask(one)["updates"] == 20


def test_the_librarys_own_functions_call_those_of_the_reader():
    layer = "nn.Linear(inputs, width, rng=rng, dtype=float)"
    own = f"def linear(inputs, width, first, rng):\n    return {layer}"
    he = replace(SPIRAL, first="he")
    plain, own = (ask(trainer.Trainer(), he, code=code, updates=0) for code in ("", own))
    assert own["weights"] != plain["weights"]
    says = ask(trainer.Trainer(), code="def linear(*given): return 1")["stopped"]
    assert "Sequential takes layers, got 1" in says


def test_what_the_code_prints_is_heard():
    heard = []
    ask(trainer.Trainer(), code="print('hello')", heard=heard)
    assert "".join(heard) == "hello\n"


def test_a_loss_that_is_no_number_ends_the_slice_and_is_told():
    wild = CODE.replace("model.parameters(), lr", "model.parameters(), 1e200")
    answer = ask(trainer.Trainer(), playground.XOR, code=wild, updates=400)
    assert answer["diverged"]
    assert answer["updates"] < 400
    assert not answer["solved"]


def test_one_step_and_the_gradients_come_in_lines_through_json():
    one = trainer.Trainer()
    assert len(ask(one, what="explain")["lines"]) == 8
    assert ask(one, what="check")["lines"][0].startswith("passed")
    message = {"number": 1, "settings": {}, "code": "", "what": "go", "updates": 1}
    text = trainer.train(json.dumps({**message, "side": 4, "every": 1}), print)
    assert json.loads(text)["updates"] == 1
