"""The slides' loops and `fit`: the same losses as PyTorch, honest averages, clear ends."""

import copy
import math
import pickle
import threading
from contextlib import suppress

import numpy as np
import pytest
import torch

from nnbook import nn, optim, peers, training
from nnbook.data import ArrayDataset, DataLoader, load_digits, train_test_split
from nnbook.training import Diverged, History, Metrics, fit, train_loop


def generator(seed=0):
    return np.random.default_rng(seed)


def blobs(n=10, classes=3, dtype=np.float32):
    """x (n, 4) and labels (n,), a cloud of points for each class."""
    rng = generator(7)
    y = np.arange(n) % classes
    return (rng.standard_normal((n, 4)) + 2 * np.eye(classes, 4)[y]).astype(dtype), y


def network(*between, dtype=np.float32, seed=0):
    rng = generator(seed)
    first, last = nn.Linear(4, 5, rng=rng, dtype=dtype), nn.Linear(5, 3, rng=rng, dtype=dtype)
    return nn.Sequential(first, *(between or (nn.ReLU(),)), last)


def sgd(model, lr=0.1, momentum=0.0):
    return optim.SGD(model.parameters(), lr, momentum)


def loader(n=10, batch_size=4, dtype=np.float32, seed=None):
    shuffled = {} if seed is None else {"shuffle": True, "rng": generator(seed)}
    return DataLoader(ArrayDataset(*blobs(n, dtype=dtype)), batch_size, **shuffled)


def weights(model):
    return np.concatenate([p.value.ravel() for p in model.parameters()])


def quiet(*arguments, **options):
    return fit(*arguments, progress=False, **options)


# ---- the slides' loops --------------------------------------------------------------------------


def slides_train_loop(dataloader, model, loss_fn, optimizer):
    """As on the slide, but that it returns the losses."""
    losses = []
    for X, y in dataloader:
        # Compute prediction and loss
        pred = model(X)
        loss = loss_fn(pred, y)

        # Backpropagation
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def slides_test_loop(dataloader, model, loss_fn):
    """As on the slide, but that it returns the loss."""
    num_batches = len(dataloader)
    test_loss = 0

    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()

    return test_loss / num_batches


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_five_epochs_give_the_losses_of_the_slides_loops(dtype, tolerance, momentum):
    ours = network(nn.BatchNorm1d(5, dtype=dtype), nn.Tanh(), dtype=dtype)
    theirs, batches = peers.twin(ours), loader(12, dtype=dtype)
    optimizer = sgd(ours, momentum=momentum)
    pairs = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in batches]
    their_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=momentum)
    loss_fn, their_loss_fn = nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
    for _ in range(5):
        train = train_loop(batches, ours, loss_fn, optimizer)
        test = training.test_loop(batches, ours, loss_fn)
        losses = slides_train_loop(pairs, theirs.train(), their_loss_fn, their_optimizer)
        assert train.loss == pytest.approx(np.mean(losses), abs=tolerance)
        theirs.eval()  # which the slides forget
        assert test.loss == pytest.approx(
            slides_test_loop(pairs, theirs, their_loss_fn), abs=tolerance
        )
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a.value, b.detach().numpy(), atol=10 * tolerance)


def test_digits_are_learned():
    x, y = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(x, y, 0.2, rng=generator(1))
    rng = generator()
    hidden, last = nn.Linear(64, 32, rng=rng), nn.Linear(32, 10, rng=rng)
    model = nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), last)
    batches = DataLoader(ArrayDataset(x_train, y_train), 32, shuffle=True, rng=rng)
    test = DataLoader(ArrayDataset(x_test, y_test), 100)
    history = quiet(model, nn.CrossEntropyLoss(), sgd(model), batches, 6, test_dataloader=test)
    assert history.train_loss[0] > 3 * history.train_loss[-1]
    assert history.test_accuracy[-1] > 0.85
    assert history.train_accuracy[-1] > 0.85


# ---- averages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 3, 4, 9, 10, 99])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_test_loss_does_not_depend_on_the_batches(batch_size, reduction):
    model, (x, y) = network(), blobs()
    metrics = training.test_loop(loader(10, batch_size), model, nn.CrossEntropyLoss(reduction))
    assert metrics.loss == pytest.approx(nn.CrossEntropyLoss()(model(x), y), rel=1e-6)
    assert metrics.accuracy == np.mean(model(x).argmax(axis=1) == y)


def test_a_last_batch_of_one_counts_as_one():
    identity, x = nn.Sequential(), np.array([[0.0], [0.0], [0.0], [2.0]])
    batches = DataLoader(ArrayDataset(x, np.zeros((4, 1))), 3)
    assert training.test_loop(batches, identity, nn.L1Loss()).loss == 0.5  # not 1


def test_a_sum_is_divided_by_the_examples_and_not_by_their_numbers():
    x, y = np.full((5, 3), 2.0), np.zeros((5, 3))
    for batch_size in (2, 5):
        batches = DataLoader(ArrayDataset(x, y), batch_size)
        assert training.test_loop(batches, nn.Sequential(), nn.L1Loss("sum")).loss == 6
        assert training.test_loop(batches, nn.Sequential(), nn.L1Loss()).loss == 2


def test_training_metrics_are_those_before_each_step():
    model, (x, y), loss_fn = network(), blobs(), nn.CrossEntropyLoss()
    before = loss_fn(model(x), y), np.mean(model(x).argmax(axis=1) == y)
    metrics = train_loop(loader(batch_size=10), model, loss_fn, sgd(model))
    assert metrics == (pytest.approx(before[0]), before[1])
    assert loss_fn(model(x), y) < before[0]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_training_metrics_weigh_batches_by_their_size_too(reduction):
    model, (x, y) = network(), blobs()
    still = sgd(model, lr=1e-30)
    metrics = train_loop(loader(), model, nn.CrossEntropyLoss(reduction), still)
    assert metrics.loss == pytest.approx(nn.CrossEntropyLoss()(model(x), y), rel=1e-6)
    assert metrics.accuracy == np.mean(model(x).argmax(axis=1) == y)


def test_accuracy_is_the_share_of_right_labels():
    logits = np.array([[3.0, 1, 2], [0, 5, 1], [0, 1, 2], [9, 0, 0]])
    for y, share in (([0, 1, 2, 0], 1), ([0, 1, 2, 1], 0.75), ([1, 0, 0, 1], 0)):
        for dtype in (np.uint8, np.int32, np.int64):
            batches = DataLoader(ArrayDataset(logits, np.array(y, dtype)), 3)
            metrics = training.test_loop(batches, nn.Sequential(), nn.CrossEntropyLoss())
            assert metrics.accuracy == share
            assert type(metrics.accuracy) is type(metrics.loss) is float


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.bool_])
@pytest.mark.parametrize("loss", [nn.HalfSquaredLoss, nn.L1Loss, nn.BCEWithLogitsLoss])
def test_accuracy_is_counted_for_one_hot_targets(loss, dtype):
    logits = np.array([[3.0, 1, 2], [0, 5, 1], [0, 1, 2], [9, 0, 0]])
    for labels, share in (([0, 1, 2, 0], 1), ([0, 1, 2, 1], 0.75), ([1, 0, 0, 1], 0)):
        batches = DataLoader(ArrayDataset(logits, np.eye(3, dtype=dtype)[labels]), 3)
        assert training.test_loop(batches, nn.Sequential(), loss()).accuracy == share


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_accuracy_is_counted_for_one_logit_against_0_and_1(shape, dtype):
    logits = np.array([0.2, -3.0, 1.0, -0.1, 7.0]).reshape(shape)
    for labels, share in (([1, 0, 1, 0, 1], 1), ([1, 0, 1, 1, 1], 0.8), ([0, 1, 0, 1, 0], 0)):
        batches = DataLoader(ArrayDataset(logits, np.array(labels, dtype).reshape(shape)), 2)
        metrics = training.test_loop(batches, nn.Sequential(), nn.BCEWithLogitsLoss())
        assert metrics.accuracy == pytest.approx(share)


def test_fit_counts_the_accuracy_of_one_logit():
    x, y = blobs(40, 2)
    rng = generator()
    model = nn.Sequential(nn.Linear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 1, rng=rng))
    pairs = ArrayDataset(x, y[:, None].astype(np.float32))
    batches = DataLoader(pairs, 7, shuffle=True, rng=rng)
    history = quiet(model, nn.BCEWithLogitsLoss(), sgd(model), batches, 9, test_dataloader=batches)
    assert history.test_accuracy[-1] == np.mean((model(x)[:, 0] > 0) == y) > 0.8
    assert history.train_accuracy[0] < history.train_accuracy[-1]


@pytest.mark.parametrize(
    ("prediction", "y", "loss"),
    [
        (np.ones((4, 2)), np.zeros((4, 2)), nn.HalfSquaredLoss),  # no class
        (np.ones((4, 2)), np.zeros((4, 2), np.int64), nn.HalfSquaredLoss),
        (np.ones((4, 2)), np.array([[0.0, 1.0]] * 3 + [[1.0, 1.0]]), nn.HalfSquaredLoss),  # two
        (np.ones((4, 2)), np.array([[0.0, 1.0]] * 3 + [[0.5, 0.5]]), nn.HalfSquaredLoss),  # shares
        (np.ones(4), np.ones(4, np.int64), nn.L1Loss),  # a count, and no logit
        (np.ones((4, 1)), np.ones((4, 1)), nn.HalfSquaredLoss),
        (np.ones((4, 1)), np.array([[1.0]] * 3 + [[0.5]]), nn.BCEWithLogitsLoss),  # a share
    ],
)
def test_targets_that_name_no_classes_have_no_accuracy(prediction, y, loss):
    batches = DataLoader(ArrayDataset(prediction, y), 2)
    metrics = training.test_loop(batches, nn.Sequential(), loss())
    assert metrics.loss == pytest.approx(loss()(prediction, y))
    assert math.isnan(metrics.accuracy)


# ---- modes --------------------------------------------------------------------------------------


class Spy(nn.Layer):
    """y = x; remembers the mode of each forward."""

    def __init__(self):
        self.modes = []

    def forward(self, x):
        self.modes.append(self.training)
        return x

    def input_gradient(self, grad):
        return grad


def test_training_is_in_training_mode_and_stays_there():
    spy = Spy()
    model = network(spy).eval()
    train_loop(loader(), model, nn.CrossEntropyLoss(), sgd(model))
    assert spy.modes == [True] * 3
    assert model.training
    assert spy.training


def test_testing_is_in_eval_mode_and_leaves_each_layer_in_the_mode_it_had():
    spy, frozen = Spy(), nn.BatchNorm1d(5).eval()
    for mode in (True, False):
        model = network(nn.Sequential(spy), frozen)
        model.training = model.layers[1].training = spy.training = mode
        spy.modes.clear()
        training.test_loop(loader(), model, nn.CrossEntropyLoss())
        assert spy.modes == [False] * 3
        assert (model.training, model.layers[1].training, spy.training) == (mode,) * 3
        assert not frozen.training


def test_the_mode_comes_back_after_an_error_in_the_test():
    model = network()
    with pytest.raises(ValueError, match="got input of width 3"):
        training.test_loop([(np.ones((2, 3), np.float32), [0, 1])], model, nn.CrossEntropyLoss())
    assert model.training


def test_testing_changes_nothing():
    model = network(nn.BatchNorm1d(5), nn.Dropout(0.5, rng=generator(3)))
    model(blobs()[0])
    before = copy.deepcopy(model)
    results = {training.test_loop(loader(), model, nn.CrossEntropyLoss()) for _ in range(3)}
    assert len(results) == 1
    np.testing.assert_array_equal(weights(model), weights(before))
    for name in ("running_mean", "running_var"):
        ours, old = vars(model.layers[1]), vars(before.layers[1])
        np.testing.assert_array_equal(ours[name], old[name])
    state = model.layers[2].rng.bit_generator.state
    assert state == before.layers[2].rng.bit_generator.state


# ---- how it is done -----------------------------------------------------------------------------


def test_nobody_asks_for_the_gradient_of_the_data():
    class First(nn.Linear):
        def input_gradient(self, grad):
            raise AssertionError("the gradient of the data")

    model = nn.Sequential(First(4, 3))
    train_loop(loader(), model, nn.CrossEntropyLoss(), sgd(model))


def test_each_batch_is_one_step_in_the_order_of_the_loader():
    class Counter:
        steps = 0

        def step(self):
            Counter.steps += 1

    spy = Spy()
    seen = []
    spy.forward = lambda x: seen.append(len(x)) or x
    train_loop(loader(), network(spy), nn.CrossEntropyLoss(), Counter())
    assert Counter.steps == 3
    assert seen == [4, 4, 2]


# ---- fit ----------------------------------------------------------------------------------------


def test_fit_is_the_two_loops_again_and_again():
    models = [network(nn.Dropout(0.2, rng=generator(2))) for _ in range(2)]
    loss_fn, test = nn.CrossEntropyLoss(), loader(7)
    history = quiet(
        models[0], loss_fn, sgd(models[0], momentum=0.5), loader(seed=1), 4, test_dataloader=test
    )
    optimizer, batches, pairs = sgd(models[1], momentum=0.5), loader(seed=1), []
    for _ in range(4):
        train = train_loop(batches, models[1], loss_fn, optimizer)
        pairs.append((train, training.test_loop(test, models[1], loss_fn)))
    assert history.pairs == pairs
    np.testing.assert_array_equal(weights(models[0]), weights(models[1]))


def test_ten_fits_of_one_epoch_are_one_fit_of_ten():
    models, loss_fn = [network(nn.Dropout(0.2, rng=generator(2))) for _ in range(2)], nn.L1Loss()
    y = generator(4).random((10, 3), np.float32)
    batches = [
        DataLoader(ArrayDataset(blobs()[0], y), 3, shuffle=True, rng=generator(1)) for _ in models
    ]
    optimizers = [sgd(model, momentum=0.9) for model in models]
    once = quiet(models[0], loss_fn, optimizers[0], batches[0], 10)
    for epoch in range(10):
        history = quiet(models[1], loss_fn, optimizers[1], batches[1], 1)
        assert history.train_loss[0] == once.train_loss[epoch]
    np.testing.assert_array_equal(weights(models[0]), weights(models[1]))


def test_the_history_is_arrays_of_one_length():
    model = network()
    history = quiet(
        model, nn.CrossEntropyLoss(), sgd(model), loader(), 3, test_dataloader=loader(7)
    )
    assert history.epoch.tolist() == [1, 2, 3]
    arrays = {
        name: getattr(history, name)
        for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    }
    for array in arrays.values():
        assert array.shape == (3,)
        assert array.dtype == np.float64
        assert np.isfinite(array).all()
    train, test = history.pairs[-1]
    last = [array[-1] for array in arrays.values()]
    assert last == [train.loss, train.accuracy, test.loss, test.accuracy]
    assert len(set(last)) == 4
    assert len(history) == 3
    assert repr(history) == "History of 3 epochs"
    assert repr(History([(train, test)])) == "History of 1 epoch"


def test_what_was_not_measured_is_nan():
    model = network()
    history = quiet(model, nn.CrossEntropyLoss(), sgd(model), loader(), 2)
    assert np.isnan(history.test_loss).tolist() == [True, True]
    assert np.isnan(history.test_accuracy).tolist() == [True, True]
    empty = History()
    assert empty.epoch.shape == empty.train_loss.shape == empty.test_accuracy.shape == (0,)


def test_a_fitted_model_is_ready_for_use():
    model = network(nn.Dropout(0.5))
    quiet(model, nn.CrossEntropyLoss(), sgd(model), loader(), 1)
    x = blobs()[0]
    np.testing.assert_array_equal(model(x), model(x))
    assert not model.training


@pytest.mark.parametrize(
    ("answer", "epochs"), [(True, 3), (np.True_, 3), (None, 5), (False, 5), ([1], 5), ("no", 5)]
)
def test_on_epoch_sees_the_history_and_may_stop(answer, epochs):
    model, lengths = network(), []

    def on_epoch(history):
        lengths.append((len(history), history.train_loss[-1]))
        return answer if len(history) == 3 else None

    history = quiet(model, nn.CrossEntropyLoss(), sgd(model), loader(), 5, on_epoch=on_epoch)
    assert lengths == list(enumerate(history.train_loss, 1))
    assert len(history) == epochs
    assert not model.training


class Stopped(DataLoader):
    """A loader during whose batches, by number, the stop button is pressed."""

    def __init__(self, *at):
        super().__init__(ArrayDataset(*blobs()), 4)
        self.at, self.batches = at, 0

    def __iter__(self):
        for batch in super().__iter__():
            self.batches += 1
            if self.batches in self.at:
                raise KeyboardInterrupt  # what the button does
            yield batch


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Time stands still but for clock[0] += seconds; no test knows of the stops of another."""
    now = [100.0]
    monkeypatch.setattr(training, "monotonic", lambda: now[0])
    monkeypatch.setattr(training, "_last", threading.local())
    return now


def test_the_stop_button_ends_fit_with_the_history_so_far(capsys):
    models, loss_fn = [network(), network()], nn.CrossEntropyLoss()
    batches = Stopped(8)  # the second batch of the third epoch
    history = quiet(models[0], loss_fn, sgd(models[0]), batches, 9, test_dataloader=loader(7))
    assert capsys.readouterr().out == "Stopped in epoch 3 of 9; the history holds 2.\n"
    assert repr(history) == "History of 2 epochs, stopped"
    assert history.stopped
    expected = quiet(models[1], loss_fn, sgd(models[1]), loader(), 2, test_dataloader=loader(7))
    assert history.pairs == expected.pairs
    assert not expected.stopped
    assert not models[0].training
    more = quiet(models[0], loss_fn, sgd(models[0]), batches, 1)  # and can go on
    assert len(more) == 1
    assert not more.stopped


def three_fits(batches, clock, wait=0.5, heed=lambda history: False):
    """A sweep as a reader writes it, and the histories that it leaves."""
    histories = []
    with suppress(KeyboardInterrupt):
        for _ in range(3):
            model = network()
            histories.append(quiet(model, nn.CrossEntropyLoss(), sgd(model), batches, 2))
            if heed(histories[-1]):
                break
            clock[0] += wait
    return histories


def test_one_press_ends_a_loop_of_fits(clock):
    batches = Stopped(2)
    [history] = three_fits(batches, clock)
    assert history.stopped
    assert batches.batches == 2  # none of the next fit


def test_a_loop_that_heeds_stopped_ends_without_an_error(clock):
    [history] = three_fits(Stopped(2), clock, heed=lambda history: history.stopped)
    assert history.stopped


def test_a_loop_that_asks_and_goes_on_is_ended_by_the_second_press(clock):
    asked = []
    batches = Stopped(2, 4)
    histories = three_fits(batches, clock, heed=lambda h: asked.append(h.stopped))
    assert len(histories) == 1
    assert asked == [True]
    assert batches.batches == 4


def test_a_person_who_presses_in_one_fit_and_later_in_another_keeps_both_histories(clock):
    histories = three_fits(Stopped(2, 4, 6), clock, wait=2.0)
    assert [history.stopped for history in histories] == [True] * 3


def test_after_the_end_of_a_loop_the_same_fit_runs_again(clock):
    three_fits(Stopped(2), clock)
    histories = three_fits(loader(), clock)
    assert [len(history) for history in histories] == [2, 2, 2]


# ---- the bar ------------------------------------------------------------------------------------


class Bar:
    """What fit asks of tqdm."""

    def __init__(self, **options):
        self.options, self.steps, self.closed, self.texts = options, 0, False, []
        Bar.made = self

    def update(self):
        self.steps += 1

    def set_description(self, text, refresh):
        self.texts.append(text)

    def set_postfix_str(self, text, refresh):
        self.texts.append(text)

    def close(self):
        self.closed = True


def test_the_bar_counts_every_step_and_vanishes(monkeypatch):
    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    model = network()
    history = fit(model, nn.CrossEntropyLoss(), sgd(model), loader(), 2, test_dataloader=loader(7))
    options = {"total": 6, "leave": False, "unit": "step"}
    assert (Bar.made.options, Bar.made.steps, Bar.made.closed) == (options, 6, True)
    losses = [f"loss {loss:.4f}" for loss in history.train_loss]
    assert Bar.made.texts == ["epoch 1 of 2", losses[0], "epoch 2 of 2", losses[1]]


def test_the_bar_counts_finished_steps_and_closes_after_an_error(monkeypatch):
    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    x, y = blobs()
    x[9] = np.nan
    batches = DataLoader(ArrayDataset(x, y), 4)
    model = network()
    with pytest.raises(Diverged):
        fit(model, nn.CrossEntropyLoss(), sgd(model), batches, 2)
    assert (Bar.made.steps, Bar.made.closed) == (2, True)


def test_without_progress_nothing_is_written_and_the_result_is_the_same(capfd):
    histories = []
    for progress in (True, False):
        model = network()
        capfd.readouterr()
        histories.append(
            fit(model, nn.CrossEntropyLoss(), sgd(model), loader(), 3, progress=progress)
        )
        written = capfd.readouterr()
        assert written.out == ""
        assert bool(written.err) == progress
    assert histories[0].train_loss.tolist() == histories[1].train_loss.tolist()


# ---- NaN ----------------------------------------------------------------------------------------

CURE = "most often the learning rate is too large: make the model anew and try a tenth of it"


def test_nan_in_the_loss_stops_fit_and_says_at_which_step():
    class Explodes(nn.CrossEntropyLoss):
        calls = 0

        def __call__(self, prediction, target):
            Explodes.calls += 1
            loss = super().__call__(prediction, target)
            return math.nan if Explodes.calls == 3 + 1 + 3 + 1 + 2 else loss

    model, other = network(), network()
    test = loader(4)
    with pytest.raises(FloatingPointError) as caught:
        quiet(model, Explodes(), sgd(model), loader(), 5, test_dataloader=test)
    assert str(caught.value) == f"at step 2 of epoch 3, the loss is nan: {CURE}"
    assert (caught.value.epoch, caught.value.step) == (3, 2)
    history = caught.value.history
    expected = quiet(other, nn.CrossEntropyLoss(), sgd(other), loader(), 2, test_dataloader=test)
    assert history.pairs == expected.pairs
    assert not model.training
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_much_too_large_learning_rate_is_named_as_the_cause():
    model = network()
    with pytest.raises(Diverged, match=r"^at step \d of epoch \d+, .*try a tenth of it$") as caught:
        quiet(model, nn.CrossEntropyLoss(), sgd(model, lr=1e30), loader(), 99)
    assert len(caught.value.history) == caught.value.epoch - 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_in_the_data_is_named_as_the_cause(value):
    (x, y), model = blobs(), network()
    x[5, 2] = value
    batches = DataLoader(ArrayDataset(x, y), 4)
    words = r"^at step 2, the loss is nan: the batch holds NaN or ∞: look at the data$"
    one_step = network()
    train_loop([(x[:4], y[:4])], one_step, nn.CrossEntropyLoss(), sgd(one_step))
    with pytest.raises(Diverged, match=words) as caught:
        train_loop(batches, model, nn.CrossEntropyLoss(), sgd(model))
    np.testing.assert_array_equal(weights(model), weights(one_step))  # the bad step was not made
    assert (caught.value.step, caught.value.epoch, caught.value.history) == (2, None, None)
    with pytest.raises(Diverged, match=r"^at step 2, the test loss is nan: the batch holds NaN"):
        training.test_loop(batches, model, nn.CrossEntropyLoss())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_in_targets_and_in_the_test_data_too():
    model, x = nn.Sequential(nn.Linear(4, 3)), blobs()[0]
    y = np.zeros((10, 3))
    good = DataLoader(ArrayDataset(x, y.copy()), 5)
    y[0, 0] = np.nan
    bad = DataLoader(ArrayDataset(x, y), 5)
    with pytest.raises(Diverged, match="at step 1 of epoch 1, the loss is nan: the batch holds"):
        quiet(model, nn.HalfSquaredLoss(), sgd(model), bad, 2)
    with pytest.raises(Diverged, match="at step 1 of epoch 1, the test loss is nan: the batch"):
        quiet(model, nn.HalfSquaredLoss(), sgd(model), good, 2, test_dataloader=bad)


def test_an_infinite_loss_stops_too():
    x = np.array([[1e200, 0.0]])
    batches = DataLoader(ArrayDataset(x, np.zeros((1, 2))))
    with (
        pytest.raises(Diverged, match=f"at step 1, the test loss is inf: {CURE}"),
        np.errstate(all="ignore"),
    ):
        training.test_loop(batches, nn.Sequential(), nn.HalfSquaredLoss())


def test_a_last_step_that_ruins_the_weights_does_not_pass_unseen():
    class Ruins:
        def __init__(self, model):
            self.model, self.steps = model, 0

        def step(self):
            self.steps += 1
            if self.steps == 6:
                self.model.layers[2].bias.value[1] = np.inf

    model = network()
    with pytest.raises(
        Diverged, match=r"^at step 3 of epoch 2, a weight is NaN or ∞: most"
    ) as error:
        quiet(model, nn.CrossEntropyLoss(), Ruins(model), loader(), 2)
    assert len(error.value.history) == 1


@pytest.mark.parametrize("batch", [(1.0, 2.0), (1.0, [2.0]), ([], []), ([[1.0] * 4], [0, 1])])
def test_a_batch_has_examples_and_as_many_targets(batch):
    model = network()
    with pytest.raises(TypeError, match=r"dataloader must give batches \(x, y\), and gave x: "):
        train_loop([batch], model, nn.CrossEntropyLoss(), sgd(model))


def test_accuracy_takes_targets_in_a_list_two_classes_and_0_for_the_border():
    x = np.array([[2.0, 1.0], [1.0, 2.0], [2.0, 1.0]])
    flat = nn.Sequential(nn.Flatten())
    assert training.test_loop([(x, [0, 1, 1])], flat, nn.CrossEntropyLoss()).accuracy == 2 / 3
    border = np.zeros((4, 1))
    y = np.array([[0.0], [0.0], [0.0], [1.0]])
    assert training.test_loop([(border, y)], flat, nn.BCEWithLogitsLoss()).accuracy == 3 / 4


def test_the_loops_look_at_model_and_loss_before_they_begin():
    model, loss_fn = network(), nn.CrossEntropyLoss()
    for wrong in ((loss_fn, model), (model, nn.CrossEntropyLoss), (None, loss_fn)):
        with pytest.raises(TypeError, match=r"must be a l.+: train_loop\(dataloader, model"):
            train_loop(loader(), *wrong, sgd(model))


def test_the_error_survives_a_pickle_if_its_parts_were_named():
    again = pickle.loads(pickle.dumps(Diverged("the loss is nan", step=3, epoch=2)))
    assert (again.what, again.step, again.epoch) == ("the loss is nan", 3, 2)


def test_the_error_survives_a_pickle():
    error = Diverged("the loss is nan", 3, 2, History([(Metrics(1.0, 0.5), Metrics(2.0, 0.25))]))
    other = pickle.loads(pickle.dumps(error))
    assert str(other) == str(error) == "at step 3 of epoch 2, the loss is nan"
    assert other.history.test_loss.tolist() == [2]


# ---- errors -------------------------------------------------------------------------------------


def arguments(**changed):
    model = network()
    named = {"model": model, "loss_fn": nn.CrossEntropyLoss(), "optimizer": sgd(model)}
    return named | {"dataloader": loader(), "epochs": 2, "progress": False} | changed


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"epochs": 0}, ValueError, "epochs must be a whole number, at least 1, got 0"),
        ({"epochs": -3}, ValueError, "epochs must be a whole number, at least 1, got -3"),
        ({"epochs": 2.5}, ValueError, "epochs must be a whole number, at least 1, got 2.5"),
        ({"epochs": True}, ValueError, "epochs must be a whole number, at least 1, got True"),
        (
            {"dataloader": []},
            ValueError,
            "train_loop got no batches: is the dataloader empty, used up",
        ),
        ({"test_dataloader": []}, ValueError, "test_loop got no batches: is the dataloader empty"),
        (
            {"loss_fn": nn.CrossEntropyLoss},
            TypeError,
            r"must be a loss, got <class .*CrossEntropyLoss'>: nn\.Cross",
        ),
        ({"loss_fn": torch.nn.L1Loss()}, TypeError, r"loss_fn must be a loss, got L1Loss\(\)"),
        (
            {"model": nn.Linear},
            TypeError,
            "model must be a layer or network, got <class .*Linear",
        ),
        (
            {"optimizer": loader()},
            TypeError,
            r"optimizer must have step\(\), got .*: fit\(model, l",
        ),
        ({"optimizer": optim.SGD}, TypeError, r"must have step\(\), got <class .*SGD'>: fit\(mod"),
        ({"optimizer": None}, TypeError, r"optimizer must have step\(\), got None: fit\(model, l"),
        (
            {"optimizer": torch.optim.SGD([torch.ones(1, requires_grad=True)])},
            ValueError,
            "parameters of another model or layer: make it anew",
        ),
        ({"progress": "no"}, TypeError, "progress must be True or False, got 'no'"),
        ({"on_epoch": 5}, TypeError, "on_epoch must be a function, got 5: on_ep"),
        ({"model": loader()}, TypeError, r"fit\(model, loss_fn, optimizer, dataloader, epochs\)$"),
        (
            {"loss_fn": nn.L1Loss()},
            ValueError,
            r"L1Loss\(\) got predictions of .*\(4, 3\), targets",
        ),
        (
            {"dataloader": DataLoader(ArrayDataset(blobs()[0], np.ones(10)), 5)},
            TypeError,
            "labels must be integers, got float64",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_cure(changed, error, words):
    with pytest.raises(error, match=words):
        fit(**arguments(**changed))


CURE_OF_LOADER = r"give DataLoader\(ArrayDataset\(x, y\), batch_size=64\)$"
NO_LOADERS = {
    "dataset": (lambda x, y: ArrayDataset(x, y), r"got ArrayDataset\(x \(10, 4\) float32, y .*\)"),
    "pair": (lambda x, y: (x, y), r"gave an array of shape \(10, 4\)"),
    "list": (lambda x, y: [x, y], r"gave an array of shape \(10, 4\)"),
    "pair of two": (lambda x, y: (x[:2], y[:2]), r"gave an array of shape \(2, 4\)"),
    "array": (lambda x, y: x, r"got an array of shape \(10, 4\)"),
    "number": (lambda x, y: 5, "got 5"),
    "None": (lambda x, y: None, "got None"),
    "names": (lambda x, y: {"x": x, "y": y}, "gave 'x'"),
    "batch without y": (lambda x, y: [(x,)], r"gave (\(array.*|an object of type tuple)"),
    "batch with more": (lambda x, y: [(x, y, y)], r"gave (\(array.*|an object of type tuple)"),
    "unequal": (lambda x, y: [(x, y[1:])], r"gave x: an array .*\(10, 4\), y: an array .*\(9,\)"),
}


@pytest.mark.parametrize(("make", "got"), NO_LOADERS.values(), ids=NO_LOADERS)
@pytest.mark.parametrize("name", ["dataloader", "test_dataloader"])
def test_what_is_no_loader_is_named_in_one_sentence_with_the_cure(name, make, got):
    if name == "test_dataloader" and got == "got None":
        return
    text = rf"{got}: {CURE_OF_LOADER}"
    with pytest.raises(TypeError, match=text) as error:
        fit(**arguments(**{name: make(*blobs())}))
    assert "dataloader must give batches (x, y), " in str(error.value)
    model, loss_fn = network(), nn.CrossEntropyLoss()
    with pytest.raises(TypeError, match=rf"^dataloader must give batches \(x, y\), .*{text}"):
        train_loop(make(*blobs()), model, loss_fn, sgd(model))
    with pytest.raises(TypeError, match=rf"^dataloader must give batches \(x, y\), .*{text}"):
        training.test_loop(make(*blobs()), model, loss_fn)


@pytest.mark.parametrize("name", ["dataloader", "test_dataloader"])
@pytest.mark.parametrize("kind", ["generator", "zip", "map", "list_iterator"])
def test_what_gives_its_batches_once_is_no_loader_for_many_epochs(name, kind):
    x, y = blobs()
    once = {
        "generator": (batch for batch in loader()),
        "zip": zip(x, y, strict=True),
        "map": map(tuple, loader()),
        "list_iterator": iter([*loader()]),
    }[kind]
    text = rf"^{name} must give its batches at every epoch, got a {kind}, which gives them once: "
    with pytest.raises(TypeError, match=text + CURE_OF_LOADER):
        fit(**arguments(**{name: once}))


def test_a_zip_of_examples_is_no_loader_for_one_pass_either():
    model = network()
    text = rf"gave x: an array of shape \(4,\), y: 0: {CURE_OF_LOADER}"
    with pytest.raises(TypeError, match=text):
        train_loop(zip(*blobs(), strict=True), model, nn.CrossEntropyLoss(), sgd(model))


def test_a_list_of_batches_and_a_loader_without_a_length_will_do():
    class WithoutLength:
        def __iter__(self):
            return iter(loader())

    histories = []
    for batches in (loader(), [*loader()], WithoutLength()):
        model = network()
        histories.append(fit(model, nn.CrossEntropyLoss(), sgd(model), batches, 2).pairs)
    assert histories[0][-1][0] == histories[1][-1][0] == histories[2][-1][0]


def test_a_loss_of_ones_own_gives_one_number():
    class Each(nn.CrossEntropyLoss):
        def __call__(self, prediction, target):
            return np.full(len(prediction), super().__call__(prediction, target))

    model = network()
    text = r"^loss_fn must give one number, got an array of shape \(4,\): take its mean$"
    with pytest.raises(TypeError, match=text):
        train_loop(loader(), model, Each(), sgd(model))


def test_a_loader_that_drops_its_only_batch_is_named():
    batches = DataLoader(ArrayDataset(*blobs()), 64, drop_last=True)
    with pytest.raises(ValueError, match=r"or its only batch left out by drop_last\?$"):
        fit(**arguments(dataloader=batches))


def test_the_loops_name_the_order_of_their_arguments():
    model, loss_fn, batches = network(), nn.CrossEntropyLoss(), loader()
    order = r"train_loop\(dataloader, model, loss_fn, optimizer\)$"
    with pytest.raises(TypeError, match=order):
        train_loop(model, loss_fn, sgd(model), batches)
    with pytest.raises(TypeError, match=r"test_loop\(dataloader, model, loss_fn\)$"):
        training.test_loop(model, loss_fn, batches)


def test_a_loader_that_is_used_up_is_named():
    model, once = network(), iter(loader())
    train_loop(once, model, nn.CrossEntropyLoss(), sgd(model))
    with pytest.raises(ValueError, match="got no batches: is the dataloader empty, used up"):
        train_loop(once, model, nn.CrossEntropyLoss(), sgd(model))


def test_an_optimizer_of_the_model_before_or_of_its_head_before_is_refused():
    optimizer, model = sgd(network()), network()
    before = sgd(model)
    new_head = nn.Sequential(*model[:-1], nn.Linear(5, 3))
    for network_, held in ((model, optimizer), (new_head, before)):
        with pytest.raises(
            ValueError, match=r"another model or layer: make it anew after the model, optim\.SGD"
        ):
            train_loop(loader(), network_, nn.CrossEntropyLoss(), held)
    half = optim.SGD(model.layers[2].parameters(), 0.1)
    before = model.layers[0].weight.value.copy()
    train_loop(loader(), model, nn.CrossEntropyLoss(), half)  # the rest is frozen
    np.testing.assert_array_equal(model.layers[0].weight.value, before)
