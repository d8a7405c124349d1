#!/usr/bin/env bash
# Builds a source release, the wheel from it and installs that into an environment without the project.
# Either must hold every file of the tree that belongs in it, every module must be importable, and
# those of the release's tests must pass that use the product as people do: commands, page, samples,
# the compiled operator. The other packages are lent by the environment of PYTHON, so nothing is
# downloaded.
# Usage: scripts/check_wheel.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(realpath -s "${1:-.venv/bin/python}")
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# From a copy of the sources alone: an old build/ would put deleted files into the wheel.
mkdir "$scratch/source" "$scratch/release" "$scratch/outside"
git ls-files -z --cached --others --exclude-standard --deduplicate |
    while IFS= read -r -d '' file; do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done |
    xargs -0 cp --parents -t "$scratch/source"
"$python" -m build --sdist --no-isolation --outdir "$scratch" "$scratch/source" > /dev/null
tar -xzf "$scratch"/secateur-*.tar.gz -C "$scratch/release" --strip-components 1
"$python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$scratch" "$scratch/release"

"$python" -m venv --without-pip "$scratch/env"
wheel_python=$scratch/env/bin/python
lent=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
own=$("$wheel_python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$python" -m pip --python "$wheel_python" install --quiet --no-deps --no-index "$scratch"/*.whl
# A plain path line: the .pth files over there, the editable project's own among them, stay unread.
echo "$lent" > "$own/lent.pth"

"$python" scripts/packed_files.py "$scratch/source" "$scratch/release" "$own"

cp -r "$scratch"/release/{tests,data_samples,pyproject.toml} "$scratch/outside"
cd "$scratch/outside"
PATH=$scratch/env/bin:$PATH "$wheel_python" - "$own" << 'PYTHON'
import importlib
import sys
from pathlib import Path

own = Path(sys.argv[1])
for path in sorted(own.glob("secateur/**/*.py")):
    name = ".".join(path.relative_to(own).with_suffix("").parts)
    if path.stem == "__main__" or name.startswith("secateur.app."):
        continue  # both run when imported; the tests below run them
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name.startswith("secateur"):
            raise
        print(f"{name} needs {error.name}, which is not installed")
    else:
        if not module.__file__.startswith(sys.argv[1]):
            sys.exit(f"{name} was imported from {module.__file__}, not from the wheel")
PYTHON
PATH=$scratch/env/bin:$PATH "$wheel_python" -m pytest --strict-skips -p no:cacheprovider \
    -m 'not slow and not tree' ${PYTEST_ARGS:-} tests/test_*.py tests/core/models/test_bases.py \
    tests/kernels/test_operator.py tests/pipelines/cli/test_main.py \
    tests/app/test_browser.py::test_page_starts_with_a_report_which_is_read_highlighted_and_downloaded
