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


def smoothed(logits, labels):
    """Cross-entropy with smoothed labels: a loss that nobody has written out by hand."""
    return 2 * torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.3)


def loss_named(name):
    """A loss function: PyTorch's cross-entropy, or one of our own."""
    return torch.nn.CrossEntropyLoss() if name == "cross-entropy" else smoothed


def witness():
    """A layer that passes on what it gets, and notes how it is used."""

    class Witness(torch.nn.Module):  # type: ignore[misc]
        def __init__(self):
            super().__init__()
            self.training_mode, self.gradients = [], []

        def forward(self, x):
            self.training_mode.append(self.training)
            self.gradients.append(torch.is_grad_enabled())
            return x

    return Witness()


def stepping(seed, n, lr, stale=True, d=3, h=3, optimizer="SGD", loss="cross-entropy"):
    """x, y, a network, its loss and its optimizer; with old gradients still in the network."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        nn = torch.nn
        model = nn.Sequential(nn.Linear(d, 4), nn.Tanh(), nn.Linear(4, h), witness())
        x, y = torch.randn(n, d), torch.arange(n) % h
    loss_fn = loss_named(loss)
    made = getattr(torch.optim, optimizer)(model.parameters(), lr=lr)
    if stale:
        (3 * loss_fn(model(-x), y)).backward()
    return x, y, model, loss_fn, made


def step_by_hand(x, y, model, loss_fn, optimizer):
    """The same step, with the gradients from autograd in the place of what `backward` adds."""
    parameters = list(model.parameters())
    loss = loss_fn(model(x), y)
    slopes = torch.autograd.grad(loss, parameters)
    for p, slope in zip(parameters, slopes, strict=True):
        p.grad = slope
    optimizer.step()
    return loss.item()


def seen_step(f, result, args):
    """The loss, and the weights after this step and after another; and how the model was used."""
    once = weights(args[2])
    f(*args)
    found = dict(zip(STEP, (result, once, weights(args[2])), strict=True))
    return found | {"the model was asked in training mode": all(args[2][-1].training_mode)}


def weights(model):
    """All weights in a row."""
    return np.concatenate([p.detach().numpy().ravel().copy() for p in model.parameters()])


def share(logits, labels):
    """The same in NumPy."""
    return float(np.mean(np.argmax(logits.numpy(), axis=1) == labels.numpy()))


def loading(seed, sizes, d=3, h=3, loss="cross-entropy"):
    """A loader of batches of these sizes, a network with dropout that notes how it is used, and a
    loss."""
    n, (most, *_) = sum(sizes), sizes
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        nn = torch.nn
        layers = [nn.Linear(d, 8), nn.Dropout(0.5), witness(), nn.Linear(8, h)]
        x, y = torch.randn(n, d), torch.arange(n) % h
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), most)
    assert [len(batch) for batch, _ in loader] == list(sizes)
    return loader, torch.nn.Sequential(*layers), loss_named(loss)


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
