"""What `make test` leaves out: of a sweep all but the sample, and what takes long."""

import sys

from fresh import ROOT, env, run


def test_what_make_test_leaves_out_holds():
    one_thread = env(OMP_NUM_THREADS="1")  # as in make test
    pytest = (sys.executable, "-m", "pytest", "-p", "tools.sooner", "-n", "2")
    print(run(*pytest, "-m", "slow", cwd=ROOT, env=one_thread))
