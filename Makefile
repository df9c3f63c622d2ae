# The front door. `make demo` and `make test` are all that a newcomer needs; ARGS goes to the program.
#   make demo ARGS="--language en"
#   make test ARGS="--filter ConversationTests"

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test build release format lint bench clean swift packages test-packages

# What the program links against and reads at run time; the tests start a PostgreSQL server of their own as well.
PACKAGES := git pkg-config libsqlite3-dev libpq-dev ca-certificates tzdata
TEST_PACKAGES := $(PACKAGES) postgresql
CODE := Package.swift Sources Tests

help:
	@echo "make demo      be a customer of the sample business, here in the terminal (no accounts needed)"
	@echo "make test      run the tests"
	@echo "make build     build .build/debug/crset"
	@echo "make release   build .build/release/crset, optimised, for a server"
	@echo "make bench     measure throughput, latency and memory"
	@echo "make format    lay out the code by .swift-format;  make lint checks only"
	@echo "make clean     remove everything that was built"

demo: build
	@exec .build/debug/crset demo $(ARGS)

build: packages
	@.ci/build --product crset

test: test-packages
	@.ci/build --build-tests
	@.ci/test $(ARGS)

release: packages
	@.ci/build -c release --static-swift-stdlib --product crset
	@ls -lh .build/release/crset

bench: release
	@.ci/build -c release --static-swift-stdlib --product crset-bench
	@exec .build/release/crset-bench $(ARGS)

format: swift
	@swift format --in-place --recursive $(CODE)

lint: swift
	@swift format lint --strict --recursive $(CODE)

clean: swift
	@swift package clean

packages: swift
	@.ci/packages $(PACKAGES)

test-packages: swift
	@.ci/packages $(TEST_PACKAGES)

swift:
	@.ci/check-swift
