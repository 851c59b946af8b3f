"""The experiments of the chapter on gradient descent, small: what they measure is what they say."""

from itertools import islice

import numpy as np
import pytest

from nnbook import nn, optim, peers
from nnbook.experiments import sgd


def test_the_three_parts_of_the_digits_share_no_picture():
    d = sgd.digits()
    assert [len(x) for x in (d.x, d.x_val, d.x_test)] == [1077, 360, 360]
    assert [len(y) for y in (d.y, d.y_val, d.y_test)] == [1077, 360, 360]
    ink = [np.sort(np.concatenate(s[:3]).sum(axis=1)) for s in (d, sgd.digits(1))]
    assert np.array_equal(*ink)  # the same 1,797 pictures, whatever the seed
    assert not np.array_equal(d.y, sgd.digits(1).y)


def test_nudging_finds_the_gradient_and_leaves_the_weights():
    network, x, y = sgd.four_two_one()
    before = [p.value.copy() for p in network.parameters()]
    loss_fn = nn.HalfSquaredLoss()
    slopes = sgd.differences(network, loss_fn, x, y)
    assert np.allclose(slopes, sgd.gradients(network, loss_fn, x, y), rtol=0, atol=1e-8)
    for p, value in zip(network.parameters(), before, strict=True):
        assert np.array_equal(p.value, value)


def test_the_slides_network_makes_the_step_that_was_worked_by_hand():
    network, x, y = sgd.four_two_one()
    optimizer = optim.SGD(network.parameters(), 0.1)
    loss_fn = nn.HalfSquaredLoss()
    assert sgd.descend(network, loss_fn, optimizer, [(x[:1], y[:1])]) == [2]
    stepped = [[0.7, 0.6, 0.9, 1.05], [-1, 0.5, 0.5, 2]]
    assert np.allclose(network[0].weight.value, stepped, atol=1e-12)
    assert loss_fn(network(x[:1]), y[:1]) == pytest.approx(0.928203125)


def test_batches_cover_every_example_once_an_epoch():
    x = np.arange(10.0)[:, None]
    some = sgd.batches(x, np.arange(10), 4, np.random.default_rng(0))
    first = [next(some)[1] for _ in range(3)]
    second = [next(some)[1] for _ in range(3)]
    assert [len(y) for y in first] == [4, 4, 2]
    assert sorted(np.concatenate(first)) == sorted(np.concatenate(second)) == list(range(10))
    assert not np.array_equal(np.concatenate(first), np.concatenate(second))


def test_ten_neurons_learn_and_epoch_zero_is_before_any_update():
    run = sgd.ten_neurons([3], epochs=2)
    assert run["accuracy"].shape == (1, 3)
    d, rng = sgd.digits(), np.random.default_rng(3)
    untrained = nn.Linear(64, 10, rng=rng)
    assert run["train"][0, 0] == pytest.approx(nn.CrossEntropyLoss()(untrained(d.x), d.y))
    assert run["train"][0, 2] < 0.7 * run["train"][0, 0]
    assert run["accuracy"][0, 2] > 0.5


def test_the_noise_of_a_batch_falls_as_one_over_the_root_of_its_size():
    noise = sgd.batch_noise((7,), (1, 16, 256))
    assert noise["slope"] == pytest.approx([-0.5], abs=0.06)
    assert noise["noise"][0, 0] > 3


def test_the_rate_has_a_limit_at_two_over_the_curvature():
    law = sgd.rate_law((3,), (0.9, 1.1), 100)
    grown = law["after"] / law["before"]
    assert grown[0, 0] < 1 < 1e6 < grown[0, 1]


def test_the_sweep_has_four_rates_or_more_in_every_power_of_ten():
    """With one in a half of it, "a factor of three" was the grid's own spacing."""
    rates = np.log10(sgd.RATES)
    assert np.diff(rates).max() <= 0.2501
    assert (rates[0], rates[-1]) == (-3, 1)


def test_between_two_rates_of_the_sweep_that_work_all_work_and_the_band_is_not_three_wide():
    finer = 10 ** np.linspace(-1, -0.25, 5)
    found = sgd.rate_sweep((0, 1), tuple(finer))["val"].mean(axis=0)
    assert (found > 0.8).all()
    assert finer[-1] / finer[0] > 5


def test_with_one_example_a_batch_the_limit_lies_below_two_over_the_curvature():
    assert sgd.noisy_law(len(sgd.digits().x)) < 1 < 10 < sgd.noisy_law(1)


def test_networks_from_other_starts_are_more_alike_when_their_neurons_are_sorted():
    found = sgd.starts((0, 1), updates=300)
    assert abs(found["cosine"][0]) < 0.1 < 0.4 < found["matched"][0] < 0.9
    alike = sgd.starts((0, 0), updates=1)
    assert alike["cosine"] == pytest.approx([1], abs=1e-6)
    assert alike["matched"] == pytest.approx([1], abs=1e-6)


def test_the_templates_end_at_another_accuracy_than_the_random_starts():
    d, model = sgd.digits(), sgd.templates()
    start = sgd.accuracy(model, d.x_val, d.y_val)
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    feed = islice(sgd.batches(d.x, d.y, 64, np.random.default_rng(0)), 510)
    sgd.descend(model, nn.CrossEntropyLoss(), optimizer, feed)
    assert start < 0.89 < 0.92 < sgd.accuracy(model, d.x_val, d.y_val) < 0.96


@pytest.mark.parametrize("kappa", [4, 25])
def test_on_the_floor_of_a_stretched_bowl_the_gradient_points_along_it(kappa):
    gradient = lambda w: np.array([w[0] / kappa, w[1]])  # noqa: E731
    start, floor = gradient([2.0, 1.0]), gradient([2.0, 0.5 / kappa])
    assert abs(start[1]) > abs(start[0])
    assert abs(floor[1]) < abs(floor[0])


def test_the_sweep_chooses_on_the_validation_part():
    sweep = sgd.rate_sweep((1,), (0.001, 0.3), 60)
    assert sweep["val"].shape == sweep["test"].shape == (1, 2)
    assert sweep["best"] == sweep["val"].mean(axis=0).argmax() == 1


def test_random_settings_are_drawn_in_their_ranges_and_the_same_again():
    drawn = sgd.random_settings(1, 6, 10)
    assert len(drawn["accuracy"]) == 6
    assert len(set(drawn["rival"])) > 1  # five starts, and not one of them five times
    assert ((drawn["rate"] >= 1e-4) & (drawn["rate"] <= 10)).all()
    assert ((drawn["width"] >= 8) & (drawn["width"] <= 64)).all()
    assert ((drawn["depth"] >= 1) & (drawn["depth"] <= 6)).all()
    again = sgd.random_settings.__wrapped__(1, 6, 10)
    assert np.array_equal(drawn["accuracy"], again["accuracy"])


def test_an_output_that_is_no_number_is_not_right():
    d = sgd.digits()
    model = nn.Linear(64, 10)
    model.bias.value[:] = np.nan
    right = sgd.accuracy(model, d.x_val, d.y_val)
    assert right == np.mean(d.y_val == 0)  # it says 0, whatever the picture: chance


@pytest.mark.skipif(not peers.available(), reason="PyTorch is not installed here")
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_takes_the_steps_of_pytorch(momentum):
    both = sgd.beside_pytorch(20, momentum=momentum)
    assert np.abs(both["ours"] - both["theirs"]).max() < 1e-10
    assert both["difference"] < 1e-10
    assert both["ours"][-1] < both["ours"][0]
