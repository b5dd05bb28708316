# Two commands set everything up on a fresh machine: `make demo` shows govner at work, `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The CPU build of torch: a CUDA one is several gigabytes.
TORCH ?= torch==2.13.0
OUT ?= output/demo

.PHONY: demo test lint clean

$(VENV)/ready: pyproject.toml $(shell find govner training evaluation -name '*.py')
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip setuptools wheel
	$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --config-settings editable_mode=strict -e ".[train,evaluate,tables,words,dev]"
	@touch $@

## train the small model on the shipped reports, annotate a new report, print a benchmark
demo: $(VENV)/ready
	$(BIN)/govner train configs/cnn.cfg --output $(OUT)
	$(BIN)/govner annotate corpus/example/new-report.txt --model $(OUT) -o $(OUT)/new-report.jsonl
	$(BIN)/govner annotate corpus/example/new-report.txt --model $(OUT) -o $(OUT)/new-report.html
	$(BIN)/govner benchmark $(OUT) corpus/composed/test.jsonl

test: $(VENV)/ready
	$(BIN)/pytest

lint: $(VENV)/ready
	$(BIN)/ruff check .
	cd /tmp && $(CURDIR)/$(BIN)/mypy -p govner --config-file $(CURDIR)/pyproject.toml

clean:
	rm -rf $(VENV) build output
