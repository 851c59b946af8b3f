"""The panel that trains in a running notebook: what it records, its buttons, its still form."""

import re

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments.sgd import digits
from nnbook.notebook import live


def ten_neurons(rng, f="none"):
    return nn.Sequential(nn.Linear(64, 10, rng=rng), *[nn.ReLU()] * (f == "ReLU"))


def some(n=64):
    d = digits()
    return (d.x[:n], d.y[:n]), (d.x_val[:30], d.y_val[:30])


@pytest.fixture
def panel():
    settings = {"lr": 0.5, "batch_size": 16, "epochs": 2, "seeds": 2}
    return live.Training(ten_neurons, *some(), **settings, f=["none", "ReLU"])


def wait(panel):
    panel.thread.join(60)
    assert not panel.thread.is_alive()


def test_a_record_fills_up_epoch_by_epoch_and_start_by_start():
    settings = {"lr": 0.5, "batch_size": 16, "epochs": 2, "seeds": 2}
    filled = [
        np.isfinite(found["train"]).sum(axis=1).tolist()
        for found, _ in live.record(ten_neurons, *some(), **settings)
    ]
    assert filled == [[2, 0], [3, 0], [3, 2], [3, 3]]


def test_training_lowers_the_loss_and_two_starts_differ(panel):
    *_, (found, said) = panel.record()
    assert (found["train"][:, -1] < found["train"][:, 0]).all()
    assert found["train"][0, 0] != found["train"][1, 0]
    assert said.startswith("Start 2: after epoch 2, ")


def test_a_rate_that_is_too_large_ends_its_start_and_says_so():
    def doubled(rng):
        return nn.Sequential(nn.Linear(64, 8, rng=rng), nn.ReLU(), nn.Linear(8, 10, rng=rng))

    settings = {"lr": 1e30, "batch_size": 16, "epochs": 2, "seeds": 2}
    found, said = list(live.record(doubled, *some(), **settings))[-1]
    assert said.startswith("Start 2: epoch 1, ")
    assert "learning rate" in said
    assert np.isnan(found["train"][:, 1:]).all()


def test_the_button_trains_in_the_background_and_draws(panel):
    panel.train.click()
    wait(panel)
    assert panel.progress.value == 1
    assert "<svg" in panel.picture.value
    assert "after epoch 2" in panel.said.value
    assert (panel.train.disabled, panel.stop.disabled) == (False, True)


def test_stop_ends_it_after_the_epoch_and_says_so(panel, monkeypatch):
    panel.epochs.value, record = 50, panel.record

    def one_by_one():
        for k, step in enumerate(record()):
            if k == 1:
                panel.stop.click()
            yield step

    monkeypatch.setattr(panel, "record", one_by_one)
    panel.train.click()
    wait(panel)
    assert panel.said.value.startswith("Stopped. Start 1: after epoch 2")
    assert panel.progress.value == pytest.approx(2 / 100), "the bar stays where it stopped"


def test_a_panel_whose_cell_is_run_again_stops(panel):
    panel.epochs.value = 50
    panel.train.click()
    live.Training(ten_neurons, *some())
    wait(panel)
    assert panel.said.value.startswith("Stopped.")
    assert panel.progress.value < 1
    assert panel not in live.Training.running


def test_its_curves_have_colors_for_the_dark_where_no_page_has(panel):
    *_, (found, _) = panel.record()
    drawn = live.draw(found)
    assert "var(--nn-blue, light-dark(#0067b9, #79bbff))" in drawn
    assert not re.search(r"var\(--[\w-]+, #", drawn)


def test_choices_reach_the_readers_own_function_and_its_error_is_shown(panel):
    seen = []

    def build(rng, f):
        seen.append(f)
        raise ValueError("no such <network>")

    panel.build = build
    panel.choices["f"].value = "ReLU"
    panel.train.click()
    wait(panel)
    assert seen == ["ReLU"]
    assert panel.said.value == "ValueError: no such &lt;network&gt;"
    assert not panel.train.disabled


def test_without_a_kernel_it_is_its_recorded_run_and_says_how_to_run_it(panel, monkeypatch):
    saved = panel._repr_mimebundle_()
    assert saved["text/plain"].endswith("run this cell to have it.")
    assert "application/vnd.jupyter.widget-view+json" in saved
    monkeypatch.setenv(live.STATIC, "1")
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "2 random starts: learning rate 0.5, batches of 16, f none." in bundle["text/plain"]
    assert "<svg" in bundle["text/html"]
    assert "as a notebook" in bundle["text/html"]
    assert bundle == panel._repr_mimebundle_()
