"""What is noted while a layer's forward runs."""

import weakref

import numpy as np

from nnbook.nn.calls import Calls, run


def test_of_a_forward_that_has_ended_no_array_is_kept():
    x = np.ones(3)
    calls, kept = Calls(x).end(x), weakref.ref(x)
    assert calls.broken == ""
    del x
    assert kept() is None


def test_small_numbers_become_0_in_a_forward_and_in_those_that_it_calls():
    def forward(x, deeper):
        return run(forward, x, False) if deeper else np.exp(x)

    x = np.array([-740.0])
    with np.errstate(under="raise"):
        for deeper in (False, True):
            for calls in (None, Calls(x)):
                assert 0 < run(forward, x, deeper, calls=calls)[0] < 1e-300
