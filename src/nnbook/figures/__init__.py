"""Interactive figures: the same object in a notebook with a kernel and on a page without one."""

from nnbook.figures._figure import Figure
from nnbook.figures.activation import Activation
from nnbook.figures.ridge import Ridge

__all__ = ["Activation", "Figure", "Ridge"]

BY_NAME: dict[str, type[Figure]] = {cls.figure: cls for cls in (Activation, Ridge)}
