"""What the figure `shapes` asks: which shape comes out, which bugs go unnoticed."""

from __future__ import annotations

from nnbook.figures.kit.predict import Choice, Question
from nnbook.figures.shapes.compute import outcome


def questions() -> dict[str, Question]:
    """What to predict; what NumPy answers is asked of NumPy."""
    home = {"n": 5.0, "d": 3.0, "h": 4.0, "bug": "none"}
    fits, refused = outcome(5, 3, 4, "none")[0], outcome(5, 3, 4, "column")[0]
    assert fits == "(5, 4)"
    assert outcome(5, 3, 4, "column")[1] == 1
    assert outcome(4, 3, 4, "column") == ("(4, 4)", 2)
    assert outcome(5, 4, 4, "untransposed") == ("(5, 4)", 2)
    return {
        "shape": Choice(
            ask="Five examples of three numbers go through four neurons: x is (5, 3), W is (4, 3), "
            "b is (4,). What shape does x @ W.T + b have?",
            before={**home, "n": 2.0, "d": 2.0, "h": 2.0},
            after=home,
            options=(
                ("(4, 5)", "Rows stay examples: whatever comes out for example n stands in row n."),
                ("(5, 4)", ""),
                (
                    "(5, 3)",
                    "The three inputs of an example are summed up; four outputs take their place.",
                ),
            ),
            right=1,
            explain=f"NumPy says {fits}: a row for each example, a column for each neuron. "
            "The inner axis D is summed away.",
        ),
        "column": Choice(
            ask="Somebody made b a column of shape (4, 1). With five examples NumPy refuses. "
            "Now the batch happens to have four examples. What then?",
            before={**home, "bug": "column"},
            after={**home, "n": 4.0, "bug": "column"},
            options=(
                ("It refuses again.", "The axes fit now: four rows here, four rows there."),
                ("It works, and is right.", "Each example got a bias of its own, not each neuron."),
                ("It works, and is wrong.", ""),
            ),
            right=2,
            explain=f"With five it said “{refused}”. With N = H it says nothing, and adds b₁ to "
            "example 1 instead of neuron 1. A check of shapes with N = H cannot find this bug.",
        ),
        "square": Choice(
            ask="Somebody forgot the .T. For which sizes does that go unnoticed?",
            before={**home, "bug": "untransposed"},
            after={**home, "d": 4.0, "bug": "untransposed"},
            options=(
                ("When D = H.", ""),
                ("When N = H.", "N does not meet W at all."),
                ("Never: the shapes cannot fit.", "They fit when W is square."),
            ),
            right=0,
            explain="A square W fits both ways, and then every neuron reads a column of weights "
            "instead of its row. Test with N, D and H all different, and none of them 1.",
        ),
    }
