"""The exercises of the PyTorch chapter: `training_step`, `accuracy`, `evaluate`.
`torch` is loaded when the first of them is checked; where it is missing, the check says so."""
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Any

from nnbook import peers
from nnbook.exercises.kit import tensors as made
from nnbook.exercises.kit.exercise import Case, Exercise

torch: Any = None  # set by `ready`

MISSING = (
    "PyTorch is not installed here, so this exercise cannot be checked. "
    "Install it with `pip install torch`, or open the chapter on Colab, which has it."
)


def ready():
    """Load PyTorch; False where it is missing."""
    global torch
    torch = made.torch = peers._torch()
    return torch is not None


TRAINING_STEP = Exercise(
    title="One training step",
    task="Write the inside of the training loop: prediction, loss, gradients, update. The network "
    "comes with old gradients in it, as it does in a loop.",
    first="Begin with the forward pass: `loss = loss_fn(model(x), y)`.",
    reference=made.step_by_hand,
    cases=[
        Case("six examples", lambda: made.training(0, 6, 0.1)),
        Case("a larger rate", lambda: made.training(1, 5, 0.5)),
        Case("no old gradients", lambda: made.training(2, 4, 0.1, stale=False)),
        Case("as many examples as classes", lambda: made.training(3, 3, 0.2)),
        Case("a batch of one", lambda: made.training(4, 1, 0.1), single=True),
    ],
    hints=[
        "`loss.backward()` *adds* the gradients to what is in `.grad`. Who empties it, and when?",
        "The order: loss, `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`.",
        "`loss.item()` is the loss as a Python number.",
    ],
    observe=made.seen_step,
    tolerance=dict.fromkeys(made.STEP, (1e-4, 1e-6)),
    ready=ready,
    missing=MISSING,
)


@TRAINING_STEP.solve(
    "`backward` adds to the gradients, so they must be emptied before it, each time."
)
def training_step(x, y, model, loss_fn, optimizer):
    """One update of the model's weights, from one batch.

    x (N, D), y (N,) tensors → the batch's loss before the update,
    a Python number
    """
    loss = loss_fn(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@TRAINING_STEP.wrong(
    "The old gradients were not emptied: `backward` has added the new ones to them.",
    "Call `optimizer.zero_grad()` before `loss.backward()`.",
)
def step_no_zero_grad(x, y, model, loss_fn, optimizer):
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


@TRAINING_STEP.wrong(
    "The weights have not moved: the gradients were emptied before they could be used, or no step "
    "was taken.",
    "First `zero_grad`, then `backward`, then `step`.",
)
def step_emptied_too_late(x, y, model, loss_fn, optimizer):
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@TRAINING_STEP.wrong(
    "The softmax was taken twice: CrossEntropyLoss has it built in.",
    "Give the loss the logits, `model(x)`, as they are.",
)
def step_softmax_twice(x, y, model, loss_fn, optimizer):
    return training_step(x, y, lambda x: torch.softmax(model(x), dim=1), loss_fn, optimizer)


@TRAINING_STEP.wrong(
    "The step used old gradients: `loss.backward()` is missing or comes too late.",
    "Between `zero_grad` and `step` stands `loss.backward()`.",
)
def step_before_backward(x, y, model, loss_fn, optimizer):
    optimizer.step()
    return training_step(x, y, model, loss_fn, optimizer)


ACCURACY = Exercise(
    title="The share of right answers",
    task="Compute which share of a batch the network gets right: where the largest logit is that "
    "of the label.",
    first="`logits.argmax(dim=1)` is the class with the largest logit, for each example.",
    reference=made.share,
    cases=[
        Case("five examples", lambda: (made.tensor(made.TALL), made.tensor([0, 1, 1, 2, 0]))),
        Case("none right", lambda: (made.tensor(made.TALL), made.tensor([1, 0, 0, 0, 2]))),
        Case(
            "as many examples as classes",
            lambda: (made.tensor(made.TALL[:3]), made.tensor([0, 2, 1])),
        ),
        Case(
            "large negative logits",
            lambda: (made.tensor(made.TALL) - 1000, made.tensor([0, 0, 2, 1, 1])),
        ),
        Case("a batch of one", lambda: (made.tensor(made.TALL[:1]), made.tensor([0])), single=True),
    ],
    hints=[
        "Axis 0 are the examples, axis 1 the classes: dim=1.",
        "`right = logits.argmax(dim=1) == labels` is True and False; as floats, their mean is a "
        "share.",
        "`.item()` turns a tensor with one number into a Python number.",
    ],
    ready=ready,
    missing=MISSING,
)


@ACCURACY.solve("Softmax keeps the order, so the largest logit has the largest probability.")
def accuracy(logits, labels):
    """The share of examples whose largest logit is their label's.

    logits (N, C), labels (N,) tensors → a Python number, 0 to 1
    """
    right = logits.argmax(dim=1) == labels
    return right.float().mean().item()


@ACCURACY.wrong(
    "The largest was looked for among the examples (dim=0), not among the classes.", "Take dim=1."
)
def accuracy_wrong_axis(logits, labels):
    winners = logits.argmax(dim=0)
    n = min(len(winners), len(labels))
    return (winners[:n] == labels[:n]).float().mean().item()


@ACCURACY.wrong("What came is a percentage.", "A share runs from 0 to 1: leave out the 100.")
def accuracy_percent(logits, labels):
    return 100 * accuracy(logits, labels)


@ACCURACY.wrong("What came is the number of right answers.", "Divide by the number of examples.")
def accuracy_count(logits, labels):
    return float((logits.argmax(dim=1) == labels).sum().item())


@ACCURACY.wrong(
    "What came is a tensor that holds the share.", "Turn it into a Python number: `.item()`."
)
def accuracy_tensor(logits, labels):
    return (logits.argmax(dim=1) == labels).float().mean()


@ACCURACY.wrong(
    "The right answers were divided by the number of classes.", "Divide by N, `len(labels)`."
)
def accuracy_by_classes(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item() / logits.shape[1]


EVALUATE = Exercise(
    title="A fair measurement",
    task="Measure a network on all batches of a dataloader: the mean loss of an example and the "
    "share of right answers. Every example counts once, also those of a short last batch. The "
    "model comes in training mode.",
    first="Before the loop: which mode must the model be in, and who needs gradients here?",
    reference=made.measured_at_once,
    cases=[
        Case("batches of 4, 4 and 1", lambda: made.testing(0, (4, 4, 1))),
        Case("equal batches", lambda: made.testing(1, (3, 3))),
        Case("many batches", lambda: made.testing(2, (2, 2, 2, 2, 2, 1))),
        Case("as many examples as classes", lambda: made.testing(3, (3,))),
        Case("a batch of one", lambda: made.testing(4, (1,)), single=True),
    ],
    hints=[
        "`model.eval()` turns dropout off. It does not switch gradients off.",
        "`with torch.no_grad():` around the loop: nothing is kept for a way back that nobody goes.",
        "The loss is a batch's mean: times `len(x)` it is a sum. Add up, divide by N at the end.",
    ],
    returns=("loss", "accuracy"),
    observe=made.seen_measurement,
    tolerance={"the loss": (1e-4, 1e-6), "the accuracy": (1e-6, 1e-6)},
    ready=ready,
    missing=MISSING,
)


@EVALUATE.solve("A mean of batch means would give the examples of a short batch too much weight.")
def evaluate(dataloader, model, loss_fn):
    """Mean loss and accuracy over all examples, in eval mode.

    dataloader gives batches x (N, D), y (N,); loss_fn a batch's mean
    → two Python numbers
    """
    model.eval()
    loss, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in dataloader:
            logits = model(x)
            loss += loss_fn(logits, y).item() * len(x)
            right += (logits.argmax(dim=1) == y).sum().item()
            n += len(x)
    return loss / n, right / n


@EVALUATE.wrong(
    "The model was in training mode: dropout has thrown dice over the answers.",
    "Call `model.eval()` before the loop. (`torch.no_grad()` does not do it.)",
)
def evaluate_no_eval(dataloader, model, loss_fn):
    model.eval = lambda: model
    return evaluate(dataloader, model, loss_fn)


@EVALUATE.wrong(
    "Gradients were on: everything was kept for a way back. `model.eval()` does not switch them "
    "off.",
    "Put the loop inside `with torch.no_grad():`.",
)
def evaluate_with_gradients(dataloader, model, loss_fn):
    model.eval()
    results = [(loss_fn(model(x), y).item(), model(x).argmax(1) == y) for x, y in dataloader]
    n = sum(len(right) for _, right in results)
    loss = sum(loss * len(right) for loss, right in results) / n
    return loss, sum(right.sum().item() for _, right in results) / n


@EVALUATE.wrong(
    "The loss is a mean of batch means: the examples of the short batch count more than others.",
    "Add up `loss * len(x)`, and divide by the number of examples.",
)
def evaluate_mean_of_means(dataloader, model, loss_fn):
    losses = [evaluate([batch], model, loss_fn)[0] for batch in dataloader]
    return sum(losses) / len(losses), evaluate(dataloader, model, loss_fn)[1]


@EVALUATE.wrong(
    "The loss was divided by N, but each batch's loss is a mean already: it was added up without "
    "its number of examples.",
    "Multiply each batch's loss by `len(x)` before adding.",
)
def evaluate_divided_twice(dataloader, model, loss_fn):
    losses = [evaluate([batch], model, loss_fn)[0] for batch in dataloader]
    n = sum(len(x) for x, _ in dataloader)
    return sum(losses) / n, evaluate(dataloader, model, loss_fn)[1]


@EVALUATE.wrong(
    "The right answers were divided by the number of batches.", "Divide by the number of examples."
)
def evaluate_by_batches(dataloader, model, loss_fn):
    loss, share = evaluate(dataloader, model, loss_fn)
    return loss, share * sum(len(x) for x, _ in dataloader) / len(dataloader)
