#!/usr/bin/env bash
# Locks requirements/*.txt: every version with hashes, for every platform, without a package index's address.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -c 'import uv' 2>/dev/null || .venv/bin/python -m pip install --quiet uv
compile=(.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url "$@")
"${compile[@]}" requirements/build.in -o requirements/build.txt
"${compile[@]}" pyproject.toml --extra postgres -o requirements/runtime.txt
"${compile[@]}" requirements/roster.in -o requirements/roster.txt
"${compile[@]}" requirements/dev.in -o requirements/dev.txt
