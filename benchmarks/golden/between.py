"""Lists record by record what the product finds otherwise in one commit than in another.

    scripts/quality_diff COMMIT COMMIT [--full DATA] [--out FILE]

"." is the working tree as it is. Each commit runs on its own documents, by its own `golden` where
it has one. Records of public documents go to the terminal, or to a file outside the repository.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from golden.changes import as_lines, changes, counted
from golden.stored import read_records

ROOT = Path(__file__).resolve().parents[2]
_HERE = "."
_COMPILED = ("src/secateur/kernels/csrc", "setup.py")
_KERNELS = "src/secateur/kernels"


@contextmanager
def tree_of(commit: str, folder: Path) -> Iterator[Path]:
    """Gives the tree of a commit, ready to run, and takes it away again.

    Args:
        commit: As git names it; "." is the working tree.
        folder: Where the tree is made.

    Yields:
        The tree's folder.

    Raises:
        subprocess.CalledProcessError: There is no such commit.
        SystemExit: Its kernel cannot be compiled.
    """
    if commit == _HERE:
        yield ROOT
        return
    _git("worktree", "add", "--quiet", "--detach", str(folder), commit)
    try:
        _compile(commit, folder)
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def _compile(commit: str, folder: Path) -> None:
    """Gives a tree its kernel and the names by which spaCy finds its part.

    The kernel that is compiled here is taken where its sources are the same.
    """
    changed = ["git", "diff", "--quiet", commit, "--", *_COMPILED]
    built = sorted((ROOT / _KERNELS).glob("*.so"))
    if built and subprocess.run(changed, cwd=ROOT, check=False).returncode == 0:
        for path in built:
            shutil.copy2(path, folder / _KERNELS)
    else:
        _python(folder, "setup.py", "-q", "build_ext", "--inplace")
    _python(folder, "setup.py", "-q", "egg_info")


def write(tree: Path, out: Path, full: Path | None) -> None:
    """Runs a tree on its documents.

    Args:
        tree: Its folder.
        out: Where its records are written.
        full: The shared data folder where its documents are read, None for the sample ones.

    Raises:
        SystemExit: The run fails.
    """
    own = tree / "benchmarks"
    tools = own if (own / "golden" / "gate.py").exists() else ROOT / "benchmarks"
    words = ["--records", str(out), *(["--full", str(full)] if full else [])]
    _python(tree, "-m", "golden.gate", *words, paths=[tree / "src", tools])


def _python(tree: Path, *words: str, paths: Sequence[Path] = ()) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    # A compiler and a packager speak of what goes well, too; the records' own run is told as it is.
    said = None if paths else subprocess.PIPE
    done = subprocess.run(
        [sys.executable, *words], cwd=tree, env=environment, stderr=said, stdout=said
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stderr or b"")
        how = f"signal {-done.returncode}" if done.returncode < 0 else "an error, see above"
        raise SystemExit(f"{' '.join(words[:2])} ended by {how}, in {tree}")


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True)


def compare(commits: Sequence[str], full: Path | None) -> Iterator[str]:
    """Runs two commits and tells what changed.

    Args:
        commits: The earlier and the later one.
        full: See `write`.

    Yields:
        The lines.
    """
    with tempfile.TemporaryDirectory() as name:
        home, found = Path(name), []
        for number, commit in enumerate(commits):
            out = home / f"records{number}"
            with tree_of(commit, home / f"tree{number}") as tree:
                write(tree, out, full)
            found.append(read_records(out))
    changed = changes(*found)
    yield from as_lines(changed)
    yield counted(changed)


def main() -> int:
    """Prints what changed and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commits", nargs=2, metavar="COMMIT")
    parser.add_argument("--full", type=Path, metavar="DATA", help="documents of the data folder")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there, not to the terminal")
    options = parser.parse_args()
    full = options.full.resolve() if options.full else None
    if full and options.out and options.out.resolve().is_relative_to(ROOT):
        parser.error(f"{options.out} is inside the repository, which may not hold these documents")
    # So that the trees are taken away where the command is ended, too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    lines = (f"{line}\n" for line in compare(options.commits, full))
    if options.out:
        options.out.write_text("".join(lines), encoding="utf-8")
    else:
        sys.stdout.writelines(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
