"""Feeds broken files to the ingestion, in a process of its own with bounded memory.

    python fuzz_ingestion.py hypothesis|atheris|corpus INPUTS SCRATCH

Hypothesis damages whole files of every format; atheris, where it is installed, looks for inputs
that reach new code; the corpus is that of the hostile files, whatever INPUTS says. Ends with 0 if
each of the inputs gave documents or our own error, in bounded time and memory. Temporary files that
the ingestion leaves behind lie in SCRATCH/temporary.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

_MOST_MEMORY = 3 << 30
_LONGEST_INPUT = 8_000


def fuzz_with_hypothesis(inputs: int, scratch: Path) -> None:
    from broken_files import SEEDS, outcome
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    folder = scratch / "inputs"
    folder.mkdir()
    seeds = st.sampled_from(sorted(SEEDS))
    pieces = st.one_of(
        st.binary(max_size=60),
        st.sampled_from([b"\0" * 9, b"<", b"</div>", b"\xff\xfe", b"\xe2\x80\xae", b"\r", b"&#0;"]),
        st.builds(lambda name, at: SEEDS[name][at : at + 200], seeds, st.integers(0, 3_000)),
    )
    edit = st.tuples(st.floats(0, 1), st.integers(0, 40), pieces, st.integers(1, 30))
    tried = 0

    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seeds, st.lists(edit, min_size=1, max_size=6))
    def damage(name: str, edits: list[tuple[float, int, bytes, int]]) -> None:
        nonlocal tried
        data = SEEDS[name]
        for where, removed, inserted, times in edits:
            at = int(where * len(data))
            data = data[:at] + inserted * times + data[at + removed :]
        outcome(folder, data)
        tried += 1

    damage()
    sys.stdout.write(f"{tried} inputs by hypothesis\n")


def fuzz_with_atheris(inputs: int, scratch: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["secateur.pipelines.ingestion"]):
        from broken_files import HOSTILE, SEEDS, outcome

    # libFuzzer ends the process itself, so nothing here can be tidied up afterwards.
    folder, corpus = scratch / "inputs", scratch / "corpus"
    folder.mkdir()
    corpus.mkdir()
    for number, seed in enumerate([*SEEDS.values(), *HOSTILE.values()]):
        if len(seed) <= _LONGEST_INPUT:
            (corpus / str(number)).write_bytes(seed)

    def feed(data: bytes) -> None:
        if data:
            outcome(folder, data)

    options = [f"-runs={inputs}", f"-max_len={_LONGEST_INPUT}", "-timeout=60", "-seed=1"]
    options += [f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], feed)
    atheris.Fuzz()


def read_corpus(_: int, scratch: Path) -> None:
    from broken_files import HOSTILE, SEEDS, broken, outcome

    folder = scratch / "inputs"
    folder.mkdir()
    files = [*SEEDS.values(), *(b for s in SEEDS.values() for b in broken(s)), *HOSTILE.values()]
    for data in files:
        outcome(folder, data)
    sys.stdout.write(f"{len(files)} files of the corpus\n")


def main() -> None:
    engine, inputs, scratch = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    temporary = scratch / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    engines = {
        "hypothesis": fuzz_with_hypothesis,
        "atheris": fuzz_with_atheris,
        "corpus": read_corpus,
    }
    engines[engine](inputs, scratch)


if __name__ == "__main__":
    main()
