"""Links that set a figure or lead to Binder, Colab and the repository: right, or no book."""

from types import SimpleNamespace

import figure_links
import launch_links
import pytest

from nnbook.figures import Activation


@pytest.fixture
def app():
    """A page that holds the activation explorer, and one that holds nothing."""
    figure = Activation()
    state = {key: getattr(figure, key) for key in figure.own_traits()}
    record = {"state": {**state, "_anywidget_id": "nnbook.figures.activation.figure.Activation"}}
    env = SimpleNamespace(nb_metadata={"neuron": {"widgets": {"1": record}}, "empty": {}})
    return SimpleNamespace(env=env)


def wrong(app, fragment, page="neuron"):
    return figure_links.wrong(app, figure_links.Link("here:1", page, fragment))


@pytest.mark.parametrize(
    "fragment",
    ["fig-activation", "fig-activation?f=relu", "fig-activation?w=-3&b=3&x=0.5&printed=true"],
)
def test_a_link_to_what_the_figure_has_is_right(app, fragment):
    assert wrong(app, fragment) == []


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("fig-aktivation?f=relu", "names a figure that is not on neuron, only: activation"),
        ("fig-activation?g=relu", "g is no control; there are f, w, b, x, printed"),
        ("fig-activation?f=swish", "f=swish: give one of sigmoid, relu, gelu, tanh, identity"),
        ("fig-activation?w=3.5", "w=3.5: give a number from -3 to 3, in steps of 0.1"),
        ("fig-activation?w=nan", "w=nan: give a number from -3 to 3, in steps of 0.1"),
        ("fig-activation?w=steep", "w=steep: give a number from -3 to 3, in steps of 0.1"),
        ("fig-activation?w=", "w=: give a number from -3 to 3, in steps of 0.1"),
        ("fig-activation?w=0.25", "w=0.25: give a number from -3 to 3, in steps of 0.1"),
        ("fig-activation?w=1&w=1", "w is set twice"),
        ("fig-activation?printed=yes", "printed=yes: give true or false"),
    ],
)
def test_any_other_link_is_said_to_be_wrong_and_why(app, fragment, says):
    assert wrong(app, fragment) == [says]


def test_a_link_to_a_page_without_figures_is_wrong(app):
    [problem] = wrong(app, "fig-activation", page="empty")
    assert problem == "names a figure that is not on empty, only: none"


def test_every_problem_stops_the_build_with_its_place(app):
    app.env.figure_links = {
        "neuron": [
            figure_links.Link("neuron.ipynb:30", "neuron", "fig-activation?w=9"),
            figure_links.Link("neuron.ipynb:40", "neuron", "fig-activation?w=1"),
            figure_links.Link("neuron.ipynb:50", "neuron", "fig-nothing"),
        ]
    }
    with pytest.raises(figure_links.SphinxError) as stop:
        figure_links.check(app, app.env)
    said = str(stop.value).splitlines()
    assert said[1].startswith("neuron.ipynb:30: [](#fig-activation?w=9) w=9: give a number")
    assert said[2].startswith("neuron.ipynb:50: [](#fig-nothing) names a figure")
    assert len(said) == 3


def test_binder_and_colab_follow_the_one_address():
    schemes = launch_links.schemes("https://github.com/someone/some-book", "main")
    assert schemes["colab"]["url"] == (
        "https://colab.research.google.com/github/someone/some-book/blob/main/{{path}}"
    )
    assert schemes["binder"]["url"] == (
        "https://mybinder.org/v2/gh/someone/some-book/main?urlpath=lab%2Ftree%2F{{path}}"
    )
    assert schemes["repository"]["url"] == "https://github.com/someone/some-book"
