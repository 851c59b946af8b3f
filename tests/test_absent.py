"""Names that PyTorch has and nnbook has not: each answers with the cure, and the cures are true."""

import copy
import json
import pickle
import re

import numpy as np
import pytest

import nnbook
from nnbook import absent, data, nn, optim

LOSS = nn.L1Loss()([1.0], [2.0])
OWNERS = {
    "PACKAGE": (nnbook, "nnbook"),
    "NN": (nn, "nnbook.nn"),
    "INIT": (nn.init, "nn.init"),
    "DATA": (data, "nnbook.data"),
    "LAYER": (nn.Linear(2, 2), "Linear"),
    "PARAMETER": (nn.Linear(2, 2).weight, "a Parameter"),
    "LOSS": (LOSS, "a loss"),
}
ENTRIES = [(owner, name) for owner in OWNERS for name in getattr(absent, owner)]


@pytest.mark.parametrize(("owner", "name"), ENTRIES)
def test_each_name_answers_with_its_cure(owner, name):
    thing, title = OWNERS[owner]
    assert not hasattr(thing, name)
    with pytest.raises(AttributeError) as error:
        getattr(thing, name)
    cure = getattr(absent, owner)[name]
    assert str(error.value) == f"{title} has no {name}: {cure}"
    assert (error.value.name, error.value.obj) == (name, thing)
    assert len(cure) > 15


def test_layers_for_pictures_and_sequences_have_a_cure_each():
    for name in ("Conv1d", "Conv2d", "MaxPool2d", "AvgPool2d", "RNN", "LSTM", "GRU", "Transformer"):
        with pytest.raises(AttributeError, match=rf"(?s){name}.*nn\.Linear"):
            getattr(nn, name)


def test_what_a_cure_names_is_there():
    tables = [
        absent.NN,
        absent.INIT,
        absent.OPTIM,
        absent.OPTIMIZER,
        absent.LAYER,
        absent.PARAMETER,
        absent.LOSS,
    ]
    for cure in {cure for table in tables for cure in table.values()}:
        for name in re.findall(r"(?<!torch\.)\b(?:nn|optim)\.\w+", cure):
            thing, attribute = name.split(".")
            assert hasattr(getattr(nnbook, thing), attribute), cure
        for name in re.findall(r"\b(?:layer\.(\w+)|(named_\w+|state_dict)\()", cure):
            assert hasattr(nn.Layer, name[0] or name[1]), cure


def test_other_names_are_absent_without_a_cure():
    for thing in (nnbook, nn, nn.ReLU(), nn.Linear(2, 2).weight, LOSS):
        with pytest.raises(AttributeError, match=r"has no nonsense$"):
            thing.nonsense  # noqa: B018
        assert not hasattr(thing, "__array_interface__")


@pytest.mark.parametrize("name", ["T", "dtype", "mean", "std", "sum", "min", "max", "reshape"])
def test_what_a_tensor_can_do_the_value_of_a_parameter_can(name):
    weight = nn.Linear(2, 2).weight
    with pytest.raises(AttributeError, match=rf"has no {name}: use value\.{name}, of the array$"):
        getattr(weight, name)
    assert hasattr(weight.value, name)


def test_half_of_mse_is_what_the_cure_says():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3, 4))
    assert nn.HalfSquaredLoss()(a, b) == pytest.approx(np.mean((a - b) ** 2) / 2)
    np.testing.assert_array_equal(nn.Sequential()(a), a)


def test_a_device_is_no_dtype():
    for device in ("cpu", "cuda"):
        text = f"takes np.float32 or np.float64, got '{device}': NumPy computes on the processor"
        with pytest.raises(TypeError, match=text):
            nn.Linear(2, 2).to(device)


def test_the_loss_is_a_float_in_every_way():
    assert LOSS == 1.0
    assert f"{LOSS:.2f} {LOSS}" == "1.00 1.0"
    assert json.dumps(LOSS) == "1.0"
    assert copy.deepcopy(LOSS) == pickle.loads(pickle.dumps(LOSS)) == 1.0
    assert type(LOSS + 1) is float
    assert np.asarray(LOSS).dtype == np.float64


def test_optim_has_its_table_too():
    assert {"Adam", "AdamW", "RMSprop", "lr_scheduler"} <= absent.OPTIM.keys()
    assert "zero_grad" in absent.OPTIMIZER
    assert not any(hasattr(optim, name) for name in absent.OPTIM)


def test_each_name_is_one_that_pytorch_has():
    torch = pytest.importorskip("torch")
    weight = torch.zeros(1, 1, requires_grad=True)
    owners = {
        "NN": torch.nn,
        "INIT": torch.nn.init,
        "DATA": torch.utils.data,
        "OPTIM": torch.optim,
        "OPTIMIZER": torch.optim.SGD([weight]),
        "LAYER": torch.nn.Linear(1, 1),
        "PARAMETER": weight,
        "LOSS": weight.sum(),
    }
    elsewhere = {"no_grad", "manual_seed", "zero_grad", "requires_grad"}  # often looked for there
    elsewhere |= {"fit", "predict", "evaluate", "add", "learning_rate"}  # Keras has them
    for table, owner in owners.items():
        names = getattr(absent, table).keys() - elsewhere
        assert [name for name in names if not hasattr(owner, name)] == [], table


def test_what_would_change_nothing_is_refused_when_it_is_set():
    layer = nn.Linear(2, 2)
    optimizer = optim.SGD(layer.parameters(), 0.1)
    with pytest.raises(AttributeError, match=r"no requires_grad: give optim\.SGD only"):
        layer.requires_grad = False
    for name in ("learning_rate", "param_groups"):
        with pytest.raises(AttributeError, match=f"no {name}: set optimizer.lr"):
            setattr(optimizer, name, 0.01)
