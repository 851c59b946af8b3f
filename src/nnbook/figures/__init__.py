"""Interactive figures: the same object in a notebook with a kernel and on a page without one.

Each folder beside this file is one figure, with all that is its own; `kit/` holds what all share.
A class with a `figure = "NAME"` registers itself: nobody keeps a list.
"""

from importlib import import_module
from importlib.resources import files

from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.widget import REGISTERED

for _folder in sorted(path.name for path in files(__name__).iterdir()):
    if (files(__name__) / _folder / "figure.py").is_file():
        import_module(f"{__name__}.{_folder}.figure")

BY_NAME = {name: cls for name, cls in REGISTERED.items() if issubclass(cls, Figure)}
globals().update({cls.__name__: cls for cls in REGISTERED.values()})  # figures.LossBowl, …
__all__ = ["Figure", *sorted(cls.__name__ for cls in REGISTERED.values())]
