"""Writes the notes and dialogues that the gold of handovers was written from.

    python benchmarks/handovers/texts.py OUT [--data ../shared/data]

The texts are no part of this project: they are read from MTSamples and ACI-Bench in DATA, whose
places are those of `SOURCES`, and written as OUT/ID.txt. Each is checked against `SHA256SUMS`,
since the offsets of the gold hold for these bytes only.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

SOURCES = {
    "note": Path("clinical/mtsamples/notes.jsonl.gz"),
    "dialogue": Path("clinical/aci_bench/valid.csv.gz"),
}
"""Files of the data folder, by the first part of an id."""
SUMS = Path(__file__).with_name("SHA256SUMS")
"""A line a text, as `sha256sum` writes it: the hash of its UTF-8 bytes, and ID.txt."""


def read_texts(data: Path) -> dict[str, str]:
    """Reads the texts of every gold file.

    Args:
        data: The data folder.

    Returns:
        Text by id: "note-N" is the transcription with id N of MTSamples, "dialogue-X" the dialogue
        of encounter X of ACI-Bench.

    Raises:
        ValueError: A text is missing, or is not the one that the gold was written from.
        OSError: A file of the data folder cannot be read.
    """
    found = read_sources(data, SOURCES)
    return {name: _checked(name, found.get(name), wanted) for name, wanted in read_sums().items()}


def read_sources(data: Path, places: Mapping[str, Path]) -> dict[str, str]:
    """Reads all notes and dialogues of two files of the data folder, by id."""
    return _notes(data / places["note"]) | _dialogues(data / places["dialogue"])


def read_sums() -> Mapping[str, str]:
    """Reads the SHA-256 of each text, by id."""
    lines = SUMS.read_text(encoding="ascii").splitlines()
    return {name.removesuffix(".txt"): digest for digest, name in map(str.split, lines)}


def digest_of(text: str) -> str:
    """Computes the SHA-256 of a text's UTF-8 bytes, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_texts(texts: Mapping[str, str], out: Path) -> None:
    """Writes each text as ID.txt into a folder, which is made if need be."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / f"{name}.txt").write_bytes(text.encode())


def _checked(name: str, text: str | None, wanted: str) -> str:
    if text is None:
        raise ValueError(f"{name}: not in the data folder; give the one with the whole data sets")
    if digest_of(text) != wanted:
        raise ValueError(f"{name}: its SHA-256 is not {wanted}; give the data set's original text")
    return text


def _notes(path: Path) -> dict[str, str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = map(json.loads, file)
        return {f"note-{record['id']}": record["transcription"] for record in records}


def _dialogues(path: Path) -> dict[str, str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {f"dialogue-{row['encounter_id']}": row["dialogue"] for row in csv.DictReader(file)}


def main() -> None:
    """Writes the texts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the texts, outside the project")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    options = parser.parse_args()
    try:
        texts = read_texts(options.data)
        write_texts(texts, options.out)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    sys.stdout.write(f"{len(texts)} texts written to {options.out}\n")


if __name__ == "__main__":
    main()
