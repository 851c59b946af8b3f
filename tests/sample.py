"""What `make test` takes of a sweep: of a slow test that does the same with each of them.

`make test-everywhere PROOF=rest` takes all others. That the figures have every kind of control and
question, the quizzes every kind of question, and that no chapter's exercises are left out, is
tested in test_sample.py.
"""

FIGURES = ["activation", "digit", "loop", "plane", "playground"]
PAGES = ["book/claims", "book/index", "chapters/neuron", "search"]
QUIZZES = ["batchnorm", "neuron", "sgd"]
EXERCISES = ["sigmoid", "linear_forward", "relu_bump", "sgd_step", "minibatches", "he_init"]
EXERCISES += ["linear_backward", "value_backward", "dropout_forward"]
EXERCISES += ["batchnorm_backward"]
SAMPLE = {*FIGURES, *QUIZZES, *EXERCISES, *(f"{page}.html" for page in PAGES)}
