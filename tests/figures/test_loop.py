"""The five lines: what PyTorch does with each order, and the figure without PyTorch."""

import numpy as np
import pytest
from traitlets import TraitError

from nnbook import figures, peers
from nnbook.figures.kit.pack import unpack
from nnbook.figures.loop import compute

needs_torch = pytest.mark.skipif(not peers.available(), reason="PyTorch is not installed here")


def test_there_are_326_orders_of_some_of_five_lines():
    assert len(compute.ORDERS) == len(set(compute.ORDERS)) == 326
    assert compute.RIGHT in compute.ORDERS
    assert "" in compute.ORDERS


@needs_torch
@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (compute.RIGHT, "learns"),
        ("forward,zero_grad,loss,backward,step", "learns"),
        ("step,zero_grad,forward,loss,backward", "learns"),
        ("forward,loss,backward,step", "falls faster, then swings up"),
        ("forward,loss,backward,zero_grad,step", "learns nothing"),
        ("zero_grad,step,forward,loss,backward", "learns nothing"),
        ("", "learns nothing"),
        ("zero_grad,forward,backward", "stops in batch 1"),
        ("forward,loss,step,backward", "stops in batch 2"),
    ],
)
def test_an_order_does_what_pytorch_does_with_it(order, kind):
    assert compute.kind(compute.outcome(order)) == kind


@needs_torch
def test_the_exceptions_are_pythons_own_and_name_their_line():
    losses, batch, line, error = compute.outcome("loss,forward")
    assert (batch, line, error) == (1, 0, "NameError: name 'pred' is not defined")
    assert np.isfinite(losses[:, 0]).all()
    assert np.isnan(losses[:, 1:]).all()
    _, batch, line, error = compute.outcome("zero_grad,forward,backward")
    assert (batch, line, error) == (1, 2, "NameError: name 'loss' is not defined")
    _, batch, line, error = compute.outcome("forward,loss,step,backward")
    assert (batch, line) == (2, 3)
    assert "modified by an inplace operation" in error


@needs_torch
def test_orders_that_are_alike_at_one_start_are_alike_at_another():
    for order in ("forward,loss,zero_grad,backward,step", "step,forward,loss,zero_grad,backward"):
        np.testing.assert_array_equal(
            compute.outcome(order)[0][3], compute.run.__wrapped__(order, 3).losses
        )


@needs_torch
def test_equal_curves_are_kept_once():
    one = figures.Loop()
    curves = unpack(one.curves)
    assert len(curves) < 10
    assert curves.shape[1:] == (5, compute.LAST + 1)
    for order in compute.ORDERS[::25]:
        kept = curves[one.outcomes[order][0]]
        np.testing.assert_allclose(kept, figures.Loop.losses(order), atol=1e-3)


def test_an_order_that_is_none_is_refused_with_its_reason():
    for order in ("forward,again", "loss,loss"):
        with pytest.raises(TraitError, match=f"order='{order}': give some of zero_grad, .* once"):
            figures.Loop(order=order)


@pytest.mark.parametrize(
    ("figure", "settings"),
    [(figures.Loop, {"order": "forward"}), (figures.Grad, {"calls": 3})],
    ids=["loop", "grad"],
)
def test_without_pytorch_the_figures_say_so(monkeypatch, figure, settings):
    monkeypatch.setattr(peers, "_torch", lambda: None)
    one = figure()
    assert one.questions == []
    assert "nn-predict" not in one._html
    assert {cell for row in one.rows() for cell in row[1:]} == {"–"}
    assert figure(**settings).still().picture != one.still().picture
    assert "PyTorch is not installed" in one.still().say


@needs_torch
def test_most_orders_of_all_five_lines_stop_as_the_deck_says():
    whole = [key for key in compute.ORDERS if key.count(",") == 4]
    failing = [key for key in whole if compute.run(key, compute.SEEDS[0]).error]
    assert len(whole) == 120
    assert len(failing) > 60
    assert "forward,loss,backward,zero_grad,step" not in failing
