"""Tensors, networks and batches for the exercises of the PyTorch chapter, and what is looked at.
`torch` is set by that module's `ready`, before any of these functions is called."""
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Any

import numpy as np

torch: Any = None

STEP = ("the loss returned", "the weights after one step", "the weights after two")
TALL = [[2.0, 1, 0], [0, 3, 1], [1, 0, 2], [0.1, 0.3, 0.2], [-1, -2, -3]]


def tensor(values):
    """Numbers as torch likes them: float32, or int64 for whole ones."""
    array = np.asarray(values)
    return torch.tensor(array, dtype=torch.int64 if array.dtype.kind == "i" else torch.float32)


def training(seed, n, lr, stale=True):
    """x, y, a network, its loss and its optimizer; with old gradients still in the network."""
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
    x, y = torch.randn(n, 3), torch.arange(n) % 3
    loss_fn, optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=lr)
    if stale:
        (3 * loss_fn(model(-x), y)).backward()
    return x, y, model, loss_fn, optimizer


def step_by_hand(x, y, model, loss_fn, optimizer):
    """The same step from autograd and w ← w − lr · ∂E/∂w."""
    parameters, lr = list(model.parameters()), optimizer.param_groups[0]["lr"]
    loss = loss_fn(model(x), y)
    slopes = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for p, slope in zip(parameters, slopes, strict=True):
            p -= lr * slope
    return loss.item()


def seen_step(f, result, args):
    """The loss, and the weights after this step and after another."""
    once = weights(args[2])
    f(*args)
    return dict(zip(STEP, (result, once, weights(args[2])), strict=True))


def weights(model):
    """All weights in a row."""
    return np.concatenate([p.detach().numpy().ravel().copy() for p in model.parameters()])


def share(logits, labels):
    """The same in NumPy."""
    return float(np.mean(np.argmax(logits.numpy(), axis=1) == labels.numpy()))


def testing(seed, sizes):
    """Batches of these sizes, a network with dropout that notes how it is used, and a loss."""
    torch.manual_seed(seed)

    class Witness(torch.nn.Module):  # type: ignore[misc]
        def __init__(self):
            super().__init__()
            self.training_mode, self.gradients = [], []

        def forward(self, x):
            self.training_mode.append(self.training)
            self.gradients.append(torch.is_grad_enabled())
            return x

    layers = [torch.nn.Linear(3, 8), torch.nn.Dropout(0.5), Witness(), torch.nn.Linear(8, 3)]
    n = sum(sizes)
    x, y = torch.randn(n, 3), torch.arange(n) % 3
    batches = list(zip(x.split(sizes), y.split(sizes), strict=True))
    return batches, torch.nn.Sequential(*layers), torch.nn.CrossEntropyLoss()


def measured_at_once(dataloader, model, loss_fn):
    """The same from all examples in one batch."""
    model.eval()
    with torch.no_grad():
        x, y = (torch.cat(parts) for parts in zip(*dataloader, strict=True))
        logits = model(x)
        return loss_fn(logits, y).item(), share(logits, y)


def seen_measurement(f, result, args):
    """How the model was used, and if that is as it should be, the two numbers."""
    witness = args[1][2]
    in_eval = bool(witness.training_mode) and not any(witness.training_mode)
    loss, right = result if in_eval else (None, None)
    return {
        "the model was asked in eval mode": in_eval,
        "gradients were switched off": not any(witness.gradients),
        "the loss": loss,
        "the accuracy": right,
    }
