#!/usr/bin/env bash
# Checks types. mypy cannot follow the editable install's import hook, so the checkout is linked
# under the name it is imported by.
# Usage: scripts/check_types.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(realpath -s "${1:-.venv/bin/python}")
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$root" "$scratch/secateur"

packages=()
for folder in kernels core pipelines app benchmarks tests; do
    if [ -n "$(find "$folder" -name '*.py' -print -quit)" ]; then
        packages+=(-p "secateur.$folder")
    fi
done
cd "$scratch"
MYPYPATH="$root/tests/support:$root/benchmarks" "$python" -m mypy --config-file "$root/pyproject.toml" \
    --cache-dir "$root/.mypy_cache" "${packages[@]}"
