"""The mathematics of neural networks, named as in `torch.nn`."""

from nnbook.nn.activations import (
    gelu,
    gelu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    tanh,
    tanh_derivative,
)
from nnbook.nn.neuron import Neuron

__all__ = [
    "Neuron",
    "gelu",
    "gelu_derivative",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "tanh",
    "tanh_derivative",
]
