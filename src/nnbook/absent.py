"""What PyTorch has and nnbook has not, on purpose: each name answers with what to write instead.
nnbook, nn, optim and their objects look here when they are asked for what they do not have."""

from __future__ import annotations

from collections.abc import Mapping

_DENSE = "this book's networks are made of nn.Linear and what bends: use PyTorch's torch.nn.{}"
_OWN = "write it as a layer of your own, with forward and input_gradient: see nn.Layer"
_CPU = "leave it out: NumPy computes on the processor"
_GRAD = "leave it out: backward overwrites grad, it does not add to it"
_ALWAYS = "leave it out: gradients are computed when backward is called, and only then"
_NUMBER = "leave it out: the loss is a number already"
_BACK = "write model.parameter_gradients(loss_fn.backward())"
_SEED = "give each layer and loader its own generator: rng=np.random.default_rng(0)"

PACKAGE = {
    "manual_seed": _SEED,
    "no_grad": _ALWAYS,
    "tensor": "use NumPy's arrays: np.array(numbers, np.float32)",
    "device": _CPU,
    "cuda": _CPU,
    "compile": "leave it out: NumPy is compiled already",
    "save": "write np.savez(file, **model.state_dict())",
    "load": "write model.load_state_dict(np.load(file))",
}
NN = {
    "Module": "use nn.Layer: a class with forward, and its layers made in __init__",
    "ModuleList": "use a list: a layer's lists are looked through",
    "ModuleDict": "use a dict: a layer's dicts are looked through",
    "ParameterList": "use a list: a layer's lists are looked through",
    "Identity": "use nn.Sequential(): without layers it returns its input",
    "MSELoss": "use nn.HalfSquaredLoss, which is half of it: the mean of ½ (ŷ − y)²",
    "BCELoss": "use nn.BCEWithLogitsLoss, which takes logits: no sigmoid before it",
    "NLLLoss": "use nn.CrossEntropyLoss, which takes logits: no softmax before it",
    "LogSoftmax": "use nn.CrossEntropyLoss, which takes logits: no softmax before it",
    "functional": "use the functions of nn itself: nn.relu, nn.softmax",
    "LeakyReLU": _OWN,
    "ELU": _OWN,
    "SiLU": _OWN,
    "Softplus": _OWN,
    "LayerNorm": _OWN,
    "Embedding": _OWN,
    "BatchNorm2d": "use nn.BatchNorm1d, for the columns of (N, D)",
    "Dropout1d": "use nn.Dropout: each number has its own chance",
    "Dropout2d": "use nn.Dropout: each number has its own chance",
    "no_grad": _ALWAYS,
    "manual_seed": _SEED,
}
for _name in ("Conv1d", "Conv2d", "MaxPool2d", "AvgPool2d", "RNN", "LSTM", "GRU", "Transformer"):
    NN[_name] = _DENSE.format(_name)
INIT = {
    "kaiming_uniform_": "use nn.init.kaiming_normal_, which has the same variance",
    "uniform_": "write numbers into it: parameter.value[:] = rng.uniform(-1, 1, parameter.shape)",
    "ones_": "use nn.init.constant_(parameter, 1)",
    "calculate_gain": "kaiming_normal_ has ReLU's √2 in it; give others as gain=",
}
OPTIM = {
    "Optimizer": "write a class of your own with step(), which is all that the loops ask for",
    "lr_scheduler": "set optimizer.lr between two steps",
    "zero_grad": _GRAD,
}
for _name in (
    *("Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta"),
    *("Rprop", "ASGD", "LBFGS", "Muon"),
):
    OPTIM[_name] = "use optim.SGD(parameters, lr, momentum=0.9)"
OPTIMIZER = {
    "zero_grad": _GRAD,
    "learning_rate": "set optimizer.lr, for all parameters at once",
    "param_groups": "set optimizer.lr, for all parameters at once",
    "add_param_group": "give optim.SGD all parameters at first",
    "state_dict": "pickle model and optimizer in one tuple: they go on together",
    "load_state_dict": "pickle model and optimizer in one tuple: they go on together",
}
LAYER = {
    "zero_grad": _GRAD,
    "requires_grad": "give optim.SGD only the parameters that are to move",
    "requires_grad_": "give optim.SGD only the parameters that are to move",
    "cuda": _CPU,
    "cpu": _CPU,
    "float": "write layer.to(np.float32)",
    "double": "write layer.to(np.float64)",
    "half": "write layer.to(np.float32): float16 is too coarse to learn with",
    "children": "use named_children(), pairs of a name and a layer",
    "modules": "use named_modules(), every layer with its name",
    "buffers": "use state_dict(), where they stand beside the parameters",
    "register_buffer": "set an attribute: arrays of a layer are saved by state_dict()",
    "register_parameter": "set an attribute: self.weight = nn.Parameter(value)",
    "fit": "use fit(model, loss_fn, optimizer, dataloader, epochs), from nnbook.training",
    "predict": "call it: y = model(x), and y.argmax(axis=1) for classes",
    "evaluate": "use test_loop(dataloader, model, loss_fn), from nnbook.training",
    "compile": "leave it out: give fit the loss and the optimizer",
    "add": "use append, model.append(nn.ReLU()): a Sequential has it",
    "add_module": "set an attribute: self.hidden = nn.Linear(64, 32)",
}
PARAMETER = {
    "numel": "use size: sum(p.size for p in model.parameters()), or model.summary()",
    "data": "use value: parameter.value[:] = numbers",
    "requires_grad": "give optim.SGD only the parameters that are to move",
    "requires_grad_": "give optim.SGD only the parameters that are to move",
    "zero_grad": _GRAD,
    "grad_fn": "layers keep what their gradients need, parameters nothing",
    "backward": _BACK,
    "detach": "use value, which is an array",
    "numpy": "use value, which is an array",
    "item": "use value.item(), of a value with one number",
}
for _name in ("T", "dtype", "mean", "std", "sum", "min", "max", "reshape"):
    PARAMETER[_name] = f"use value.{_name}, of the array"
LOSS = {
    "backward": _BACK,
    "item": _NUMBER,
    "detach": _NUMBER,
    "numpy": _NUMBER,
    "cpu": _NUMBER,
    "requires_grad": _ALWAYS,
}
DATA = {
    "TensorDataset": "use ArrayDataset(x, y), which is the same for arrays",
    "random_split": "use train_test_split(x, y, 0.2, rng=rng)",
    "Subset": "use ArrayDataset(x[rows], y[rows])",
    "IterableDataset": "write a class with __len__ and __getitem__, as Dataset says",
}


def error(owner: object, title: str, table: Mapping[str, str], name: str) -> AttributeError:
    """What to raise for a name that the owner does not have; the table knows cures."""
    text = f"{title} has no {name}"
    if name in table:
        text += f": {table[name]}"
    return AttributeError(text, name=name, obj=owner)
