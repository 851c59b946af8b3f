"""From one core to many: every rung makes the same updates, shards have the batch's gradient, the
ring sends what the formula says, and the predictions keep their promises in extreme cases."""

import numpy as np
import pytest

from nnbook import nn, optim
from nnbook.experiments import rungs, scale
from nnbook.experiments.backprop import multiplications
from nnbook.experiments.sgd import four_two_one

TINY = scale.Task((64, 5, 10), batch=6, updates=4)


def final(ready, task):
    update, weights = ready
    for x, y in task.batches():
        update(x, y)
    return weights()


@pytest.mark.parametrize("product", [scale.by_loops, scale.by_compiled_loops])
def test_every_way_to_multiply_gives_the_same_weights(product):
    ours = final(rungs.ours(TINY), TINY)
    assert np.abs(final(rungs.ours(TINY, product), TINY) - ours).max() < 1e-6
    assert np.abs(rungs.ours(TINY)[1]() - ours).max() > 0.01  # they did move


def test_pytorch_takes_the_same_steps_and_keeps_its_velocities():
    pytest.importorskip("torch")
    ours = final(rungs.ours(TINY), TINY)
    assert np.abs(final(rungs.theirs(TINY), TINY) - ours).max() < 1e-6
    other = TINY._replace(momentum=0.0)
    assert np.abs(final(rungs.ours(other), other) - ours).max() > 1e-3


@pytest.mark.parametrize("product", [scale.by_loops, scale.by_compiled_loops])
def test_the_products_are_matrix_products(product):
    a, b = np.random.default_rng(0).normal(size=(3, 4)), np.arange(20.0).reshape(4, 5)
    assert np.allclose(product(a, b), a @ b)
    assert product(a, b).dtype == a.dtype


def test_a_task_is_the_same_each_time_and_sees_each_digit_once_a_round():
    x, y = TINY.examples()
    again, _ = TINY.examples()
    assert x.shape == (24, 64)
    assert (x == again).all()
    assert sum(len(labels) for _, labels in TINY.batches()) == len(y) == 24
    rounds, _ = TINY._replace(batch=1797, updates=2).examples()
    assert (np.sort(rounds[:1797], axis=0) == np.sort(rounds[1797:], axis=0)).all()
    assert TINY.model()[0].weight.value.tolist() == TINY.model()[0].weight.value.tolist()


def test_the_products_of_an_update_are_those_that_are_counted_elsewhere():
    for task in (TINY, scale.WIDE, scale.Task((64, 10))):
        counts = multiplications(task.model())
        assert task.products == task.batch * (counts["forward"] + counts["backward"])
        assert task.parameters == sum(p.value.size for p in task.model().parameters())


def test_the_ladder_is_timed_in_other_processes(monkeypatch):
    """Two of them, which are told how many threads they have."""
    asked = []

    def timed(what, threads, *options):
        asked.append((what, threads, *options))
        name = f"rung {threads}"
        return {f"{name}/time": np.array([2.0, 3.0]), f"{name}/weights": np.ones(3) * threads}

    monkeypatch.setattr(scale, "timed", timed)
    found = scale.ladder(compiled=True)
    assert asked == [("ladder", 1, "--compiled"), ("ladder", 2, "--compiled")]
    assert found == {"rung 1": (2.0, 3.0, 0.0), "rung 2": (2.0, 3.0, 1.0)}


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match=r"timing stars failed: .*only costs and ladder"):
        scale.timed("stars", 1)


def test_times_come_from_a_process_with_the_threads_that_were_asked(monkeypatch):
    monkeypatch.setattr(scale, "COSTS", {"width": [TINY]})
    found = scale.timed("costs", 1)
    assert set(found) == {"width", "batch"}  # the program's own
    assert all((times > 0).all() for times in found.values())


def test_the_line_is_found_and_bends_where_both_parts_are_equal():
    products = np.array([1e3, 1e5, 1e7])
    line = scale.fitted(products, 0.2 + 4e-7 * products)
    assert line == pytest.approx((0.2, 4e-7))
    assert line.bend == pytest.approx(5e5)
    assert line(np.array([line.bend]))[0] == pytest.approx(0.4)


def mean_gradient(model, x, y):
    return scale.gradients(model, nn.HalfSquaredLoss(), x, y)


def test_two_workers_with_an_example_each_have_the_gradient_of_both():
    models = [four_two_one()[0] for _ in range(2)]
    model, x, y = four_two_one()
    got = scale.averaged(models, nn.HalfSquaredLoss(), x, y, [1, 1])
    assert scale.distance(got, mean_gradient(model, x, y)) < 1e-15


@pytest.mark.parametrize("sizes", [[4, 4], [1, 7], [3, 3, 2], [8]])
def test_weighted_by_their_sizes_shards_have_the_batchs_gradient(sizes):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 5)), rng.normal(size=(8, 2))
    build = lambda: nn.Sequential(  # noqa: E731
        nn.Linear(5, 6, rng=np.random.default_rng(2), dtype=np.float64),
        nn.Tanh(),
        nn.Linear(6, 2, rng=np.random.default_rng(3), dtype=np.float64),
    )
    whole, loss_fn = mean_gradient(build(), x, y), nn.HalfSquaredLoss()
    got = scale.averaged([build() for _ in sizes], loss_fn, x, y, sizes)
    plain = scale.averaged([build() for _ in sizes], loss_fn, x, y, sizes, weighted=False)
    assert scale.distance(got, whole) < 1e-14
    assert (scale.distance(plain, whole) < 1e-14) == (len(set(sizes)) == 1)


@pytest.mark.parametrize(("n", "size"), [(2, 10), (3, 10), (4, 2), (5, 1000), (1, 7)])
def test_the_ring_adds_up_and_sends_what_the_formula_says(n, size):
    rng = np.random.default_rng(n)
    vectors = [rng.normal(size=size).astype(np.float32) for _ in range(n)]
    before = [v.copy() for v in vectors]
    sums, sent = scale.ring_all_reduce(vectors)
    for one in sums:
        assert np.allclose(one, np.sum(before, axis=0), atol=1e-5)
    assert all((a == b).all() for a, b in zip(vectors, before, strict=True))
    whole = scale.ring_bytes(size, n)
    assert whole <= sent <= whole + 4 * 2 * (n - 1)  # parts differ by one number at most


PLACE = scale.Place(fixed=1e-3, product=1e-10, latency=1e-4, bandwidth=1e9)


def test_one_worker_sends_nothing_and_is_once_as_fast():
    assert scale.seconds(PLACE, 1e6, 64, 1) == pytest.approx(1e-3 + 3 * 64 * 1e6 * 1e-10)
    assert scale.speed_up(PLACE, 1e6, 64, [1, 1]).tolist() == [1, 1]
    assert scale.speed_up(PLACE, 1e6, 64, 1, shared=False) == 1


@pytest.mark.parametrize(("parameters", "batch"), [(1e4, 64), (1e6, 4096), (1e8, 1e5)])
def test_no_other_number_of_workers_is_done_sooner(parameters, batch):
    best = scale.most_useful(PLACE, parameters, batch)
    times = scale.seconds(PLACE, parameters, batch, np.geomspace(1, 100 * best, 4001))
    assert scale.seconds(PLACE, parameters, batch, best) <= times.min() * (1 + 1e-9)


def test_where_sending_twice_takes_longer_than_computing_no_second_worker_pays():
    slow = PLACE._replace(bandwidth=1e8, latency=0.0001)
    even = 2 * scale.BYTES / 1e8 / (3 * 1e-10)  # the batch at which both are equal, for every P
    for parameters in (1e5, 1e7, 1e9):
        assert scale.most_useful(slow, parameters, 0.9 * even) == 1
        times = scale.seconds(slow, parameters, 0.9 * even, np.arange(1, 50))
        assert times.argmin() == 0


def test_a_link_is_found_from_its_times():
    sizes = np.array([1e4, 1e5, 1e6])
    for n in (2, 8):
        times = 2 * (n - 1) * 3e-5 + scale.ring_bytes(sizes, n) / 2e9
        assert scale.link(sizes, times, n) == pytest.approx((3e-5, 2e9))


def test_larger_batches_are_fewer_updates_and_each_takes_its_best_rate():
    found = scale.large_batches((64, 512), [0], epochs=2, rates=(0.1, 1.0))
    assert [int(found[size]["updates"]) for size in (64, 512)] == [33, 4]
    for run in found.values():
        assert run["loss"].shape == (1, 2)
        assert run["best"][0] == (0.1, 1.0)[run["loss"][0].argmin()]
    assert found[64]["right"][0] > found[512]["right"][0]


def test_a_rate_that_throws_the_weights_about_is_never_the_best():
    found = scale.large_batches((64,), [0], epochs=1, rates=(1e30, 0.3))
    assert found[64]["best"].tolist() == [0.3]
    assert found[64]["loss"][0, 0] == np.inf


def test_a_recorded_run_says_how_where_and_when_it_was_made():
    for run in scale.recorded():
        assert run["command"] == "python -m nnbook.experiments.record"
        assert np.datetime64(run["date"]) > np.datetime64("2026-01-01")
        assert {"python", "numpy", "torch"} == set(run["versions"])
        assert run["machine"]
        assert "card" in run  # None: without a graphics card, and no rung of one
        assert any(name.startswith(rungs.CARD) for name in run["rungs"]) == bool(run["card"])
        assert all(rung["off"] < 1e-5 for rung in run["rungs"].values())


def test_an_update_of_the_library_is_the_step_that_is_shown():
    model, (x, y) = TINY.model(), TINY.batches()[0]
    other = TINY.model()
    scale.step(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), 0.1), x, y)
    for p, q, g in zip(
        model.parameters(),
        other.parameters(),
        scale.gradients(other, nn.CrossEntropyLoss(), x, y),
        strict=True,
    ):
        assert np.allclose(p.value, q.value - 0.1 * g, atol=1e-7)
