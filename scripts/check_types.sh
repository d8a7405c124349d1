#!/usr/bin/env bash
# Checks types: the package as it is imported, then tests and benchmarks, which no install has and
# which are linked under a name of their own.
# Usage: scripts/check_types.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(realpath -s "${1:-.venv/bin/python}")
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$root" "$scratch/tree"

cd "$scratch"
MYPYPATH="$root/src:$root/tests/support:$root/benchmarks" "$python" -m mypy \
    --config-file "$root/pyproject.toml" --cache-dir "$root/.mypy_cache" \
    -p secateur -p tree.tests -p tree.benchmarks
