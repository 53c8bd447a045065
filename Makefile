# Everything a reader or a contributor does, one word each. `make help` lists them.
# The README has the same commands for a machine without make.

BIN := .venv/bin
PY := $(BIN)/python
VIEWS := 'helpers/**/*.{js,css}' 'tools/**/*.{js,css}'

# Two processes of one thread are faster than one of two; and no run may touch the reader's own progress.
test bench: export OMP_NUM_THREADS = 1
test bench: export MKL_NUM_THREADS = 1
test bench: export OPENBLAS_NUM_THREADS = 1
test bench: export EVERY_KNOB_HOME = $(CURDIR)/_build/home

.PHONY: help book offline test lab exercises format bench clean

help: ## list these commands
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

book: .venv/installed ## execute the notebooks and build the book; the last line names the page to open
	@$(PY) tools/book.py

offline: book ## the book to take along, in _build/offline: a zip of its pages, an EPUB, a PDF
	@$(PY) tools/offline.py

test: .venv/installed ## lint and spelling, the book with warnings as errors, every notebook, every promise
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m codespell_lib .
	$(BIN)/oxlint --deny-warnings helpers tools
	$(BIN)/oxfmt --check $(VIEWS)
	$(PY) tools/book.py --force
	rm -rf _build/home
	$(PY) tools/run_notebooks.py _build/nbval.xml
	rm -rf _build/home
	$(PY) -m pytest -n 2 --dist worksteal tests
	@$(PY) tools/count_notebooks.py _build/nbval.xml

lab: .venv/installed ## open your own copy of the course, my_course, in JupyterLab
	@$(PY) tools/start_lab.py

exercises: .venv/installed ## make exercises/ again from solutions/
	@$(PY) tools/make_exercises.py

format: .venv/installed ## write Python, JavaScript and CSS as `make test` wants them
	$(PY) -m ruff format .
	$(BIN)/oxfmt $(VIEWS)

bench: .venv/installed ## the speed of the engine, the build and the explorables, as a table; ONLY=changes for one part
	@PYTHONPATH=tests/pages $(PY) tests/benchmarks/bench.py $(if $(ONLY),--only $(ONLY))

clean: ## remove the built book and every cache (.venv stays)
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.venv/installed: pyproject.toml constraints.txt tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh
	@touch $@
