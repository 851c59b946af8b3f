# The book's commands; `make` lists them. tools/ holds what they do, .venv/ and _build/ what they make.
#   PYTHON=python3.12      which Python .venv is made with (3.11, 3.12 or 3.13)
#   TORCH=default          PyTorch as the registry has it, instead of the smaller CPU build
#   NNBOOK_BROWSER=chrome  the browser that tests the site
#   NNBOOK_DATA=folder     where larger data sets lie; the tests look in ../shared/data, if there is one

ifeq ($(wildcard tools/python.sh),)
$(error Run make in the book's own folder, the one with this Makefile: make -C FOLDER book)
endif

python := .venv/bin/python
install := sh tools/python.sh tools/install.py
data := $(realpath ../shared/data)
root := $(filter 0,$(shell id -u))

unexport PYTHONPATH PYTHONHOME
.PHONY: help book test lab bench clean distclean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book:  ## install what is missing, execute every chapter, build the website and say where it is
	@$(install)
	@$(python) tools/build.py

test: book  ## check the code, every notebook, and the built website in a real browser
	@$(install) --test
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@NNBOOK_BROWSER="$$($(python) tools/browser.py)" || exit 1; export NNBOOK_BROWSER; \
	$(if $(data),NNBOOK_DATA="$${NNBOOK_DATA:-$(data)}") $(python) -m pytest -n 2

lab:  ## open the chapters in JupyterLab
	@$(install)
	@$(python) -m jupyterlab --LabApp.default_url=/lab/tree/chapters $(if $(root),--allow-root)

bench:  ## measure the library against PyTorch, scikit-learn and bare matrix products (5 minutes)
	@$(install) --test
	@$(python) -m benchmarks

clean:  ## remove the website and all caches
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} + \
	    -o -name .ipynb_checkpoints -prune -exec rm -rf {} +

distclean: clean  ## remove .venv too
	@rm -rf .venv src/*.egg-info
