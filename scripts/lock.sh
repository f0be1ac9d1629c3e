#!/bin/sh
# Writes the lock files anew from pyproject.toml: complete, hashed, without index addresses.
set -eu
command -v uv >/dev/null 2>&1 || { echo "lock: uv is needed (pip install uv)" >&2; exit 1; }
compile() {
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --quiet "$@"
}
compile --all-extras -o requirements.lock
compile --all-extras --group dev -c requirements.lock -o requirements-dev.lock
# The peers pin what we do not: they live in an environment of their own.
compile --extra alerts --extra parquet --extra postgres --group dev --group bench --prerelease=if-necessary-or-explicit -o requirements-bench.lock
