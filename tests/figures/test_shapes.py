"""The figure `shapes`: what is drawn are the arrays that NumPy was asked about."""

import re

import pytest

from nnbook.figures import Shapes
from nnbook.figures.shapes.compute import outcome


def squares(fig):
    """How many squares are drawn plain, and how many dotted."""
    kinds = re.findall(r'class="nn-line nn-cell ?([\w-]*)"', fig.still().picture)
    return len([kind for kind in kinds if kind != "nn-lost"]), kinds.count("nn-lost")


@pytest.mark.parametrize(("n", "d", "h"), [(5, 3, 4), (1, 6, 2), (6, 1, 6)])
def test_every_number_of_an_array_has_its_square_and_what_is_repeated_is_dotted(n, d, h):
    assert squares(Shapes(n=n, d=d, h=h)) == (n * d + d * h + h + n * h, (n - 1) * h)
    one = Shapes(n=n, d=d, h=h, bug="flat")
    assert squares(one) == (d + d * h + h + h, 0)


def test_a_column_is_repeated_across_and_one_row_downward():
    assert outcome(4, 3, 4, "column") == ("(4, 4)", 2)
    assert squares(Shapes(n=4, d=3, h=4, bug="column")) == (12 + 12 + 4 + 16, 12)
    assert Shapes(n=1, d=3, h=4, bug="column").still().picture.count("1 row repeated") == 1


@pytest.mark.parametrize(
    ("bug", "n", "d", "h", "says"),
    [("column", 5, 3, 4, "H = 4, N = 5"), ("untransposed", 5, 3, 4, "D = 3, H = 4")],
)
def test_a_bracket_is_broken_where_numpy_refuses_and_says_why(bug, n, d, h, says):
    still = Shapes(n=n, d=d, h=h, bug=bug).still()
    assert outcome(n, d, h, bug)[1] == 1
    assert "✗" in still.picture
    assert says in still.picture
    words = re.findall(r'<text[^>]*class="nn-fill-orange">([^<]*)<', still.picture)
    assert " ".join(words).split() == outcome(n, d, h, bug)[0].split()


@pytest.mark.parametrize("bug", ["none", "column", "untransposed", "flat"])
def test_no_bracket_is_broken_where_numpy_says_nothing(bug):
    picture = Shapes(n=4, d=4, h=4, bug=bug).still().picture
    assert "✗" not in picture
    assert ("nn-wrong" in picture) == (outcome(4, 4, 4, bug)[1] == 2)
