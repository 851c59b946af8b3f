"""The library's code as a chapter shows it."""

import inspect

import pytest

from nnbook import nn
from nnbook.notebook import source


def test_the_source_is_shown_as_it_stands():
    shown = source.show(nn.relu, nn.Neuron.pre_activation).data
    assert shown.startswith("```python\n")
    assert shown.endswith("\n```")
    assert inspect.getsource(nn.relu).strip() in shown
    assert "\ndef pre_activation(self" in shown, "a method stands without its class's indentation"


def test_code_shown_on_a_page_fits_a_phone():
    shown = source.show(nn.sigmoid, nn.relu, nn.gelu, nn.Neuron).data
    assert max(map(len, shown.splitlines())) <= 72


def test_what_has_no_source_is_refused_by_its_type():
    with pytest.raises(TypeError, match="takes functions, methods and classes, got int"):
        source.show(3)
