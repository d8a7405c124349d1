"""Fails where a source release or an installed wheel lacks a file that belongs in it.

python scripts/packed_files.py SOURCE RELEASE SITE_PACKAGES
"""

from __future__ import annotations

import sys
from pathlib import Path

_PACKED = {".py", ".typed", ".css", ".js", ".toml"}
_MODELS = ("secateur", "models")


def main() -> int:
    """Names what is missing, and returns the exit code."""
    source, release, site = map(Path, sys.argv[1:])
    files = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    files = [path for path in files if not path.parts[0].startswith(".")]
    sources = [path.relative_to("src") for path in files if path.parts[0] == "src"]
    packed = [path for path in sources if path.suffix in _PACKED or path.parts[:2] == _MODELS]
    missing = [f"source release: {path}" for path in files if not (release / path).is_file()]
    missing += [f"wheel: {path}" for path in packed if not (site / path).is_file()]
    if not list(site.glob("secateur/kernels/_C*.so")):
        missing.append("wheel: the compiled kernel")
    sys.stderr.writelines(f"missing in the {line}\n" for line in missing)
    sys.stdout.write(f"{len(files)} files in the release, {len(packed)} of them in the wheel\n")
    return int(bool(missing) or not packed)


if __name__ == "__main__":
    sys.exit(main())
