"""What chapters import and a page has not, tried in a Python of its own."""

import subprocess
import sys

SCRIPT = """
import re
import sys
from nnbook.page import answers, stand_ins

stand_ins.install()
sys.meta_path.insert(0, sys.meta_path.pop())  # here Matplotlib and SciPy are installed
for name in [name for name in sys.modules if name.split(".")[0] in ("scipy", "IPython")]:
    del sys.modules[name]
import matplotlib.pyplot as plt
import torch
from torch import nn
from IPython.display import Markdown
from scipy.optimize import linear_sum_assignment
from scipy.special import ndtr

from nnbook import exercises, figures, peers
from nnbook.experiments import claims, sgd
from nnbook.notebook import live, plots, source

plots.use_style()
print(ndtr(0.0), Markdown("text"))
answer = exercises.get("value_backward").solution
print(peers.available(), exercises.check("value_backward", answer).passed)
for code in (
    "import torch\\nvalue_backward = print",
    "from torch import nn",
    "import torch.nn.functional as F",
    "def value_backward(*values):\\n    import torch",
):
    found = answers.check("value_backward", code, "import torch", lambda *_: None)
    print(found.passed, *set(re.findall("No module named '[a-z.]*'", repr(found))))
for use in (
    "plt.subplots()",
    "figures.Quiz('sgd')",
    "live.Training()",
    "plots.canvas(1, 1)",
    "linear_sum_assignment(0)",
    "torch.ones(1)",
    "nn.Linear(1, 1)",
):
    try:
        eval(use)
    except ImportError as error:
        print(error)
"""


def test_it_can_be_imported_and_says_what_it_needs_when_it_is_used():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert ran.stdout.splitlines() == [
        "0.5 text",
        "False True",
        "False No module named 'torch'",  # an answer may not do without knowing
        "False No module named 'torch'",
        "False No module named 'torch.nn.functional'",
        "False No module named 'torch'",
        "matplotlib.pyplot.subplots needs Matplotlib, which Python in the page has not",
        "nnbook.figures.Quiz needs the book's figures, which Python in the page has not",
        "nnbook.notebook.live.Training needs a running notebook, which Python in the page has not",
        "nnbook.notebook.plots.canvas needs Matplotlib, which Python in the page has not",
        "scipy.optimize.linear_sum_assignment needs SciPy, which Python in the page has not",
        "torch.ones needs PyTorch, which Python in the page has not",
        "torch.nn needs PyTorch, which Python in the page has not",
    ], ran.stderr
