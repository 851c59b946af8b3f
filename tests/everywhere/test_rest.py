"""What `make test` tries with some figures, pages, quizzes and exercises, here with all others."""

import sys

from fresh import ROOT, run


def test_what_holds_for_some_holds_for_all_others():
    print(run(sys.executable, "-m", "pytest", "-n", "2", "-m", "slow", cwd=ROOT))
