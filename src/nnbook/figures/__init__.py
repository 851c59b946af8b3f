"""Interactive figures: the same object in a notebook with a kernel and on a page without one."""

from nnbook.figures._figure import Figure
from nnbook.figures.activation import Activation
from nnbook.figures.approximation import Approximation
from nnbook.figures.bowl import LossBowl
from nnbook.figures.depth import Depth
from nnbook.figures.forward import Forward
from nnbook.figures.grad import Grad
from nnbook.figures.learning_rates import LearningRates
from nnbook.figures.line import BestLine
from nnbook.figures.loop import Loop
from nnbook.figures.masks import Masks
from nnbook.figures.memorizing import Memorizing
from nnbook.figures.messages import Messages
from nnbook.figures.neighbors import Neighbors
from nnbook.figures.nudge import Nudge
from nnbook.figures.plane import Plane
from nnbook.figures.quiz import Quiz
from nnbook.figures.ridge import Ridge
from nnbook.figures.shapes import Shapes
from nnbook.figures.step_size import StepSize

__all__ = [
    "Activation",
    "Approximation",
    "BestLine",
    "Depth",
    "Figure",
    "Forward",
    "Grad",
    "LearningRates",
    "Loop",
    "LossBowl",
    "Masks",
    "Memorizing",
    "Messages",
    "Neighbors",
    "Nudge",
    "Plane",
    "Quiz",
    "Ridge",
    "Shapes",
    "StepSize",
]

BY_NAME: dict[str, type[Figure]] = {
    cls.figure: cls
    for cls in (
        Activation,
        Approximation,
        BestLine,
        Depth,
        Forward,
        Grad,
        Loop,
        LossBowl,
        Masks,
        Memorizing,
        Messages,
        Nudge,
        Plane,
        Ridge,
        Shapes,
        StepSize,
        Neighbors,
        LearningRates,
    )
}
