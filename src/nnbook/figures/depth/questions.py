"""What the figure `depth` asks: what is left of gradient and signal many layers down."""

from __future__ import annotations

import numpy as np

from nnbook import nn
from nnbook.figures.depth.compute import DEPTHS, begin, measured, place
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number, science


def questions() -> dict[str, Question]:
    """What to predict, from the five runs of each setting."""
    _, gradient, factors = measured()

    def left(f: str, init: str, norm: bool, depth: int) -> float:
        """log₁₀ of layer 1's gradient by the last layer's, in the mean over seeds."""
        g = gradient[place(f, init, norm)][:, begin(depth) :][:, :depth]
        return float((g[:, 0] - g[:, -1]).mean())

    def factor(f: str, init: str, norm: bool, depth: int, part: int | None = None) -> str:
        logs = factors[place(f, init, norm)][DEPTHS.index(depth)]
        return number(10 ** (logs.sum() if part is None else logs[part]), 2)

    def ten(log: float) -> str:
        return science(10**log)

    sigmoid, he = left("sigmoid", "xavier", False, 10), left("relu", "he", False, 20)
    norm, quarter = left("relu", "he", True, 20), float(np.log10(nn.sigmoid_derivative(0.0)))
    small = gradient[place("gelu", "xavier", False)][:, begin(20)].mean()
    at_first = {"norm": False, "depth": 10, "f": "sigmoid", "init": "xavier"}
    relu = {**at_first, "f": "relu", "init": "torch", "depth": 20}
    return {
        "sigmoid": Number(
            ask="Ten layers of sigmoids, Xavier’s weights. On its way down from the last layer to "
            "the first a message passes nine sigmoids, each with a slope of at most ¼. "
            "How large is the gradient of layer 1, divided by that of layer 10? "
            "Guess its log₁₀: −2 means a hundredth.",
            before={**at_first, "f": "tanh"},
            after=at_first,
            label="log₁₀",
            truth=sigmoid,
            tolerance=0.8,
            digits=1,
            explain=f"Factors multiply: one layer takes × {factor('sigmoid', 'xavier', False, 10)}"
            f", of which f′ is {factor('sigmoid', 'xavier', False, 10, 2)} and the weights "
            f"{factor('sigmoid', 'xavier', False, 10, 0)}. The bound ¼ holds for f′ only.",
            mistakes=(
                (quarter, "That is one layer; there are nine on the way."),
                (-9 / 4, "Nine times ¼ would be right if factors added up."),
                (-sigmoid, "The gradient becomes smaller, so its logarithm is negative."),
            ),
        ),
        "he": Choice(
            ask="Twenty layers of ReLUs with PyTorch’s first weights: layer 1 has "
            f"{ten(left('relu', 'torch', False, 20))} times the gradient of layer 20. He’s weights "
            "are √6 times larger. What is left with them?",
            before=relu,
            after={**relu, "init": "he"},
            options=(
                ("About all of it.", ""),
                ("A little more than before.", "A factor per layer is taken twenty times."),
                ("It grows without bounds.", "It would with still larger weights."),
            ),
            right=0,
            explain=f"Layer 1 has {ten(he)} times the last layer’s gradient: the weights take "
            f"× {factor('relu', 'he', False, 20, 0)}, the ReLUs × "
            f"{factor('relu', 'he', False, 20, 2)}, and the product is about one.",
        ),
        "norm": Choice(
            ask="Batch norm is said to keep gradients from vanishing. With it, in twenty layers of "
            "ReLUs, what does the gradient do on its way down?",
            before={**relu, "init": "he"},
            after={**relu, "init": "he", "norm": True},
            options=(
                ("It shrinks, but slowly.", "Nothing shrinks here."),
                ("It keeps its size.", "The signal does, on its way up."),
                ("It grows.", ""),
            ),
            right=2,
            explain=f"It takes × {factor('relu', 'he', True, 20)} in each layer, and layer 1 has "
            f"{ten(norm)} times the last layer’s gradient: no vanishing, but the opposite.",
        ),
        "signal": Choice(
            ask="Twenty layers of GELUs, Xavier’s weights: layer 1 and layer 20 have gradients of "
            f"one size (their ratio is {ten(left('gelu', 'xavier', False, 20))}). "
            "Is all well?",
            before={**relu, "f": "gelu", "init": "he"},
            after={**relu, "f": "gelu", "init": "xavier"},
            options=(
                ("Yes: a ratio of one is what we want.", "Look at the sizes themselves."),
                ("No: all of them are tiny.", ""),
                ("No: all of them are huge.", "Look at the signal, too: it fades."),
            ),
            right=1,
            explain=f"The signal fades on its way up, and each gradient is a message times a "
            f"signal: here their sizes are about {ten(small)}. Always look at both.",
        ),
    }
