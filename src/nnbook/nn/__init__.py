"""The mathematics of neural networks, named as in `torch.nn`."""

import sys
from typing import TYPE_CHECKING, Any

import nnbook.absent as absent
from nnbook.nn import init
from nnbook.nn.activations import (
    gelu,
    gelu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softmax,
    tanh,
    tanh_derivative,
)
from nnbook.nn.layer import Layer
from nnbook.nn.layers import GELU, Flatten, Linear, ReLU, Sigmoid, Softmax, Tanh
from nnbook.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, HalfSquaredLoss, L1Loss
from nnbook.nn.network import Sequential
from nnbook.nn.neuron import Neuron
from nnbook.nn.parameter import Parameter
from nnbook.nn.regularization import BatchNorm1d, Dropout

__all__ = ["Layer", "Linear", "Neuron", "Parameter", "Sequential", "init"]
__all__ += ["GELU", "Flatten", "ReLU", "Sigmoid", "Softmax", "Tanh"]
__all__ += ["BCEWithLogitsLoss", "CrossEntropyLoss", "HalfSquaredLoss", "L1Loss"]
__all__ += ["BatchNorm1d", "Dropout"]
__all__ += ["gelu", "relu", "sigmoid", "softmax", "tanh"]
__all__ += ["gelu_derivative", "relu_derivative", "sigmoid_derivative", "tanh_derivative"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The cure, for a name of PyTorch's that is not here."""
        raise absent.error(sys.modules[__name__], "nnbook.nn", absent.NN, name)
