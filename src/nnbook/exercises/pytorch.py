"""The exercises of the PyTorch chapter: `value_backward`, `training_step`, `accuracy`, `evaluate`.
The first needs NumPy alone. `torch` is loaded when one of the others is checked; where it is
missing, the check says so."""
# mypy: allow-untyped-defs, allow-untyped-calls

from collections import deque
from typing import Any

import numpy as np

from nnbook import peers
from nnbook.exercises.kit import recorded
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


VALUE_BACKWARD = Exercise(
    title="Backward along a record",
    task="Write autograd's way back. A program has computed numbers one after the other, and the "
    "record says how: value `k` was made of the values at the places `inputs[k]`, all of them made "
    "before it, and `slopes[k]` are its derivatives with respect to these. (A value that was given "
    "has no inputs.) Return, as an array, the derivative of the last value with respect to each "
    "value.",
    first="The derivative of the last value with respect to itself is 1. Begin with zeros, and a 1 "
    "at the end.",
    reference=recorded.backward,
    cases=[
        Case("a · a", recorded.square),
        Case("a diamond", recorded.diamond),
        Case("ways of unequal length", recorded.unequal),
        Case("a value that nobody uses", recorded.unused),
        Case("a value given late, a sum of three", recorded.late),
        Case("the 4-2-1 network", lambda: recorded.four_two_one().args()),
        Case("a + a forty times over", recorded.doubled),
        Case("a chain of 5,000", recorded.chain),
        Case("one value", ([()], [()]), single=True),
    ],
    draw=lambda d: recorded.tangled(d.rng, d.n, d.n + 10).args(),
    hints=[
        "Each value passes its gradient on to its inputs, times the slope. Before it does, all who "
        "use it must have passed on theirs. In which order is that sure?",
        "Who uses a value was made after it. So go through the record from its end: "
        "`for k in reversed(range(len(inputs)))`.",
        "A value may be used more than once: `grads[i] += slope * grads[k]` for each pair in "
        "`zip(inputs[k], slopes[k])`.",
    ],
    also=[recorded.agrees_with_nudges],
)


@VALUE_BACKWARD.solve(
    "We go back from the end. So when a value passes its gradient on, all values that are made "
    "from it have passed on theirs already."
)
def value_backward(inputs, slopes):
    """∂ last / ∂ value k, for each value k of a record.

    inputs[k], the places of what value k is made of, before k;
    slopes[k], its derivatives with respect to these → grads (N,)
    """
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in reversed(range(len(inputs))):
        for i, slope in zip(inputs[k], slopes[k], strict=True):
            grads[i] += slope * grads[k]
    return grads


def _walk(inputs, slopes, take):
    """Wrong: each value passes on as soon as it is met, and never again."""
    grads, waiting, seen = np.zeros(len(inputs)), deque([len(inputs) - 1]), set()
    grads[-1] = 1
    while waiting:
        k = take(waiting)
        if k not in seen:
            seen.add(k)
            for i, slope in zip(inputs[k], slopes[k], strict=True):
                grads[i] += slope * grads[k]
                waiting.append(i)
    return grads


@VALUE_BACKWARD.wrong(
    "It goes depth first: down one way to its end, then down the next. What comes by the second "
    "way arrives at values that have passed on already.",
    "Go through the record from its end, one place at a time.",
)
def value_depth_first(inputs, slopes):
    return _walk(inputs, slopes, deque.pop)


@VALUE_BACKWARD.wrong(
    "It goes breadth first: a value that can be reached in few steps passes on before the longer "
    "ways have brought their part.",
    "Go through the record from its end, one place at a time.",
)
def value_breadth_first(inputs, slopes):
    return _walk(inputs, slopes, deque.popleft)


@VALUE_BACKWARD.wrong(
    "It calls itself for each value before it, and a chain of 5,000 is deeper than Python goes.",
    "Nobody has to look for the order: the record has it. A loop from its end is enough.",
)
def value_recursive(inputs, slopes):
    order, seen = [], set()

    def visit(k):
        if k not in seen:
            seen.add(k)
            for i in inputs[k]:
                visit(i)
            order.append(k)

    visit(len(inputs) - 1)
    return _in(order[::-1], inputs, slopes)


def _in(order, inputs, slopes):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in order:
        for i, slope in zip(inputs[k], slopes[k], strict=True):
            grads[i] += slope * grads[k]
    return grads


@VALUE_BACKWARD.wrong(
    "An input that is used twice by one value, as in a · a, was counted once.",
    "A set, a dictionary and an index by a list know each place only once. Go through the pairs: "
    "`for i, slope in zip(inputs[k], slopes[k])`.",
)
def value_inputs_in_a_set(inputs, slopes):
    once = [dict(zip(*pair, strict=True)) for pair in zip(inputs, slopes, strict=True)]
    return value_backward([tuple(d) for d in once], [tuple(d.values()) for d in once])


@VALUE_BACKWARD.wrong(
    "Where two ways meet, the later message has replaced the earlier one.",
    "Add them: `grads[i] += slope * grads[k]`.",
)
def value_overwritten(inputs, slopes):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in reversed(range(len(inputs))):
        for i, slope in zip(inputs[k], slopes[k], strict=True):
            grads[i] = slope * grads[k]
    return grads


@VALUE_BACKWARD.wrong(
    "It goes through the record from its start, where there is nothing yet to pass on.",
    "Turn the order round: `reversed(range(len(inputs)))`.",
)
def value_from_the_start(inputs, slopes):
    return _in(range(len(inputs)), inputs, slopes)


@VALUE_BACKWARD.wrong(
    "Everything is 0: nothing was put in at the end, so there was nothing to pass on.",
    "The derivative of the last value with respect to itself is 1: `grads[-1] = 1`.",
)
def value_without_a_start(inputs, slopes):
    return np.zeros(len(inputs))


TRAINING_STEP = Exercise(
    title="One training step",
    task="Write the inside of the training loop: prediction, loss, gradients, update. The network "
    "comes with old gradients in it, as it does in a loop.",
    first="Begin with the forward pass: `loss = loss_fn(model(x), y)`.",
    reference=made.step_by_hand,
    cases=[
        Case("six examples", lambda: made.stepping(0, 6, 0.1)),
        Case("a larger rate", lambda: made.stepping(1, 5, 0.5)),
        Case("no old gradients", lambda: made.stepping(2, 4, 0.1, stale=False)),
        Case("another loss", lambda: made.stepping(5, 5, 0.1, loss="smoothed")),
        Case("another optimizer", lambda: made.stepping(6, 4, 0.05, optimizer="Adam")),
        Case("as many examples as classes", lambda: made.stepping(3, 3, 0.2)),
        Case("a batch of one", lambda: made.stepping(4, 1, 0.1), single=True),
    ],
    draw=lambda d: made.stepping(
        d.seed,
        d.n,
        d.between(0.05, 0.5),
        d=d.d,
        h=d.h,
        optimizer=["SGD", "Adam", "RMSprop"][d.n % 3],
        loss=["cross-entropy", "smoothed"][d.d % 2],
    ),
    skip=("one neuron", "many examples"),
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
    "The old gradients were not emptied, and the new ones were added to them, each time.",
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
    "The gradients were emptied too late for this step: what was in the network before is in it.",
    "Empty them before the new ones come: first `zero_grad`, then `backward`, then `step`.",
)
def step_emptied_after(x, y, model, loss_fn, optimizer):
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


@TRAINING_STEP.wrong(
    "Labels and predictions have changed places in the loss.",
    "The prediction comes first, then the labels: `loss_fn(model(x), y)`.",
)
def step_loss_swapped(x, y, model, loss_fn, optimizer):
    loss = loss_fn(y, model(x))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@TRAINING_STEP.wrong(
    "Another loss was taken than the one that was given.",
    "Call the argument: `loss_fn(model(x), y)`.",
)
def step_own_loss(x, y, model, loss_fn, optimizer):
    return training_step(x, y, model, torch.nn.functional.cross_entropy, optimizer)


@TRAINING_STEP.wrong(
    "The softmax was taken twice: CrossEntropyLoss has it built in.",
    "Give the loss the logits, `model(x)`, as they are.",
)
def step_softmax_twice(x, y, model, loss_fn, optimizer):
    return training_step(x, y, lambda x: torch.softmax(model(x), dim=1), loss_fn, optimizer)


@TRAINING_STEP.wrong(
    "The step used old gradients: the new ones came too late, or not at all.",
    "Between `zero_grad` and `step` stands `loss.backward()`.",
)
def step_before_backward(x, y, model, loss_fn, optimizer):
    optimizer.step()
    return training_step(x, y, model, loss_fn, optimizer)


@TRAINING_STEP.wrong(
    "The model was put into evaluation mode, where dropout is off and batch norm does not look at "
    "the batch.",
    "Leave the mode as it is, or call `model.train()`.",
)
def step_in_eval(x, y, model, loss_fn, optimizer):
    return training_step(x, y, model.eval(), loss_fn, optimizer)


@TRAINING_STEP.wrong(
    "The loss was measured again, after the step.",
    "Return the loss that `backward` has started from.",
)
def step_loss_after(x, y, model, loss_fn, optimizer):
    training_step(x, y, model, loss_fn, optimizer)
    return loss_fn(model(x), y).item()


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
    draw=lambda d: (made.tensor(d.batch(d.n, d.h)), made.tensor(d.labels(d.n, d.h))),
    skip=("one neuron",),
    ready=ready,
    missing=MISSING,
)


@ACCURACY.solve("No softmax is needed: it keeps the order, up to rounding.")
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


def _loader(n, size, seed, d, h):
    sizes = [min(size, n - i) for i in range(0, n, size)]
    return made.loading(seed, sizes, d, h, ["cross-entropy", "smoothed"][d % 2])


EVALUATE = Exercise(
    title="A fair measurement",
    task="Measure a network on all batches of a dataloader: the mean loss of an example and the "
    "share of right answers. Every example counts once, also those of a short last batch. The "
    "model comes in training mode, with gradients switched on; a measurement needs neither.",
    first="Before the loop: which mode must the model be in, and who needs gradients here?",
    reference=made.measured_at_once,
    cases=[
        Case("batches of 4, 4 and 1", lambda: made.loading(0, (4, 4, 1))),
        Case("equal batches", lambda: made.loading(1, (3, 3))),
        Case("many batches", lambda: made.loading(2, (2, 2, 2, 2, 2, 1))),
        Case("as many examples as classes", lambda: made.loading(3, (3,))),
        Case("another loss", lambda: made.loading(5, (3, 1), loss="smoothed")),
        Case("a batch of one", lambda: made.loading(4, (1,)), single=True),
    ],
    draw=lambda d: _loader(d.n, 1 + d.n // 3, d.seed, d.d, d.h),
    skip=("one neuron", "many examples"),
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
    "Gradients were switched on when the model was asked. The eval mode does not switch them off.",
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
    "Labels and predictions have changed places in the loss.",
    "The prediction comes first, then the labels: `loss_fn(model(x), y)`.",
)
def evaluate_loss_swapped(dataloader, model, loss_fn):
    return evaluate(dataloader, model, lambda logits, y: loss_fn(y, logits))


@EVALUATE.wrong(
    "The right answers were divided by the number of batches.", "Divide by the number of examples."
)
def evaluate_by_batches(dataloader, model, loss_fn):
    loss, share = evaluate(dataloader, model, loss_fn)
    return loss, share * sum(len(x) for x, _ in dataloader) / len(dataloader)


@EVALUATE.wrong(
    "What came for the accuracy is a percentage.", "A share runs from 0 to 1: leave out the 100."
)
def evaluate_percentage(dataloader, model, loss_fn):
    loss, share = evaluate(dataloader, model, loss_fn)
    return loss, 100 * share


@EVALUATE.wrong(
    "Both numbers are those of the last batch: each batch has replaced the one before.",
    "Add up with `+=`, and divide once, behind the loop.",
)
def evaluate_last_batch(dataloader, model, loss_fn):
    *_, last = dataloader
    return evaluate([last], model, loss_fn)


@EVALUATE.wrong(
    "Both numbers are those of the first batch: the function has ended inside its loop.",
    "Move `return` to the left, out of the loop.",
)
def evaluate_first_batch(dataloader, model, loss_fn):
    return evaluate([next(iter(dataloader))], model, loss_fn)
