# Every command a person or the CI runs. `make` alone says what there is.
PYTHON ?= python3
VENV := .venv/bin
SHELL := /bin/bash

.DEFAULT_GOAL := help
.PHONY: help up develop check test test-pg15 acceptance bench logs sign-in-link format clean

help: ## what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

# exec: a signal to make's child is a signal to Ironclad itself.
up: python ## start everything; Ctrl-C stops it
	@exec $(PYTHON) -m ironclad.embedded.bootstrap up
