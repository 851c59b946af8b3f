# The book's commands; `make` lists them. tools/ holds what they do, .venv/ and _build/ what they make.
#   PYTHON=python3.12      which Python .venv is made with (3.11, 3.12, 3.13 or 3.14)
#   TORCH=default          PyTorch as the registry has it, instead of the smaller CPU build
#   NNBOOK_BROWSER=chrome  the browser that tests the site
#   NNBOOK_DATA=folder     where larger data sets lie; the tests look in ../shared/data, if there is one
#   NNBOOK_PYODIDE=folder  where Pyodide lies, to run Python in pages; else ../shared/pyodide, or its address

ifeq ($(wildcard tools/python.sh),)
$(error Run make in the book's own folder, the one with this Makefile: make -C FOLDER book)
endif

python := .venv/bin/python
install := sh tools/python.sh tools/install.py
typescript := 7.0.2
data := $(realpath ../shared/data)
pyodide := $(realpath ../shared/pyodide)
root := $(filter 0,$(shell id -u))

ifneq ($(pyodide),)
export NNBOOK_PYODIDE ?= $(pyodide)
endif

unexport PYTHONPATH PYTHONHOME
.PHONY: help book slides watch test check-js test-everywhere lab bench student solutions grade pdf zip links audit repository clean distclean

ifeq ($(firstword $(MAKECMDGOALS)),grade)  # what stands behind it is a folder, and nothing to make
override FOLDER := $(or $(FOLDER),$(wordlist 2,9,$(MAKECMDGOALS)))
.PHONY: $(wordlist 2,9,$(MAKECMDGOALS))
$(eval $(wordlist 2,9,$(MAKECMDGOALS)): ;@:)
endif

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

book:  ## install what is missing, execute every chapter, build the website and say where it is
	@$(install)
	@$(python) tools/build.py

slides: book  ## build the lecture, which is a part of the website, and say where it is
	@echo "Open _build/html/slides/index.html"

watch:  ## build the pages as their files change, and show them in the browser (PORT=8000)
	@$(install)
	@$(if $(PORT),PORT='$(PORT)') $(python) tools/watch.py

test: book  ## check the code, every notebook, and the built website in a real browser
	@$(install) --test
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@.venv/bin/oxlint --quiet src book/static book/run book/slides tools
	@NNBOOK_BROWSER="$$($(python) tools/browser.py)" || exit 1; export NNBOOK_BROWSER; \
	export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1; \
	$(if $(data),NNBOOK_DATA="$${NNBOOK_DATA:-$(data)}") $(python) -m pytest -p tools.sooner -n 2

check-js:  ## check the types of the JavaScript (needs Node)
	@npx --yes --package typescript@$(typescript) tsc --project jsconfig.json

test-everywhere: book  ## the slow proofs, in fresh environments (PROOF=binder: that one; 15 minutes)
	@$(install) --test
	@NNBOOK_BROWSER="$$($(python) tools/browser.py)" || exit 1; export NNBOOK_BROWSER; \
	$(python) -m pytest $(if $(PROOF),tests/everywhere/test_$(PROOF).py,tests/everywhere)

lab:  ## open the chapters in JupyterLab
	@$(install)
	@$(python) -m jupyterlab --LabApp.default_url=/lab/tree/chapters $(if $(root),--allow-root)

bench: book  ## measure the library against its rivals, the pages in a browser, and builds (20 minutes)
	@$(install) --test
	@NNBOOK_BROWSER="$$($(python) tools/browser.py)" || exit 1; export NNBOOK_BROWSER; \
	$(python) -m benchmarks.all

student:  ## zip the notebooks without solutions, which exercises.solution then leaves to you
	@$(install)
	@$(python) tools/handout.py student

solutions:  ## write the notebooks with every exercise solved
	@$(install)
	@$(python) tools/handout.py solutions

grade:  ## check handed-in answers again, each in a process of its own (make grade FOLDER)
	@$(install)
	@$(python) tools/grade.py '$(FOLDER)'

pdf: book  ## print the book, and the slides, as PDF files in _build (2 minutes)
	@$(install) --test
	@NNBOOK_BROWSER="$$($(python) tools/browser.py)" || exit 1; export NNBOOK_BROWSER; \
	$(python) tools/paper.py

zip: book  ## pack the website, the notebooks and what they need for a machine without a network
	@$(python) tools/archive.py

links: book  ## look whether every link that leads out of the book still leads somewhere
	@.venv/bin/jupyter-book build . --builder linkcheck > _build/links.log 2>&1; \
	found=$$?; grep -h '\[broken\]' _build/html/output.txt; rm -f _build/html/output.*; exit $$found

audit:  ## look for known holes in the packages and the workflows, as far as the network goes
	@$(install) --test
	@$(python) tools/audit.py

repository:  ## write git's origin wherever the book's address stands (or URL=https://github.com/you/book)
	@sh tools/python.sh tools/repository.py '$(URL)'

clean:  ## remove the website and all caches
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} + \
	    -o -name .ipynb_checkpoints -prune -exec rm -rf {} +

distclean: clean  ## remove .venv too
	@rm -rf .venv src/*.egg-info
