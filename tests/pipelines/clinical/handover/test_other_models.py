"""Decoders and encoders of any kind summarize a note, with a chat template or without."""

from __future__ import annotations

import pytest
import tiny_models
from tiny_folders import save_decoder, tiny_tokenizer
from tokenizers.processors import TemplateProcessing
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    MambaConfig,
    MambaForCausalLM,
)

from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.clinical.handover.prompt import build_prompt, frame_length
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.errors import UsageError
from secateur.pipelines.lab.comparison import compare
from secateur.pipelines.lab.kept import read_for
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

TEXT = "A cough since May. No fever. " * 30
NOTE = Document("note.txt", TEXT, (Passage(0, len(TEXT)),), "text/plain")
ENDS = {"bart": "[CLS] $A [SEP]", "t5": "$A [SEP]"}


def _tokenizer(template=None):
    tokenizer = tiny_tokenizer()
    if template:
        special = [(name, tokenizer.convert_tokens_to_ids(name)) for name in ("[CLS]", "[SEP]")]
        tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
            single=template, special_tokens=special
        )
    return tokenizer


def _save(model, tokenizer, folder):
    model.resize_token_embeddings(len(tokenizer))
    for name, value in {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": 0}.items():
        setattr(model.config, name, value)
        setattr(model.generation_config, name, value)
    model.config.task_specific_params = {"summarization": {"prefix": "tell: "}}
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("kind", ENDS)
@pytest.mark.parametrize("attention", ["dap", "full"])
def test_an_encoder_reads_the_note_between_the_marks_it_knows(kind, attention, tmp_path):
    folder = _save(tiny_models.make(kind), _tokenizer(ENDS[kind]), tmp_path / kind)
    loaded = load_model("clinical", RunOptions(model=folder, attention=attention))
    read = []
    hook = loaded.model.get_encoder().register_forward_pre_hook(
        lambda module, arguments: read.append(arguments[0][0].tolist())
    )
    short = Document("note.txt", TEXT[:58], (Passage(0, 58),), "text/plain")
    summary = write_brief(short, loaded.model, loaded.tokenizer, max_new_tokens=8, recover=False)
    hook.remove()
    assert summary.attention == attention
    assert read == [loaded.tokenizer(f"tell: {short.text}")["input_ids"]]


@pytest.mark.parametrize("kind", ENDS)
def test_an_encoder_reads_a_long_note_in_parts(kind, tmp_path):
    model = tiny_models.make(kind)
    model.config.n_positions = 512
    folder = _save(model, _tokenizer(ENDS[kind]), tmp_path / kind)
    loaded = load_model("clinical", RunOptions(model=folder))
    summary = write_brief(NOTE, loaded.model, loaded.tokenizer, max_new_tokens=8)
    assert summary.tokens == len(loaded.tokenizer(TEXT, add_special_tokens=False)["input_ids"])
    assert summary.tokens > 512


def test_a_decoder_without_a_template_is_asked_after_the_note(tmp_path):
    tokenizer = _tokenizer()
    config = GPT2Config(
        vocab_size=len(tokenizer), n_embd=32, n_layer=1, n_head=2, n_positions=1024,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    folder = _save(GPT2LMHeadModel(config).eval(), tokenizer, tmp_path / "gpt2")
    loaded = load_model("clinical", RunOptions(model=folder))
    summary = write_brief(NOTE, loaded.model, loaded.tokenizer, max_new_tokens=8)
    assert summary.tokens == len(tokenizer(TEXT, add_special_tokens=False)["input_ids"])
    prompt = build_prompt("A cough.", [(0, 8)], tokenizer, "Sum up.")
    assert tokenizer.decode(prompt.tokens[0]).replace(" ##", "") == "a cough . sum up ."


@pytest.fixture
def gemma2(tmp_path):
    """Its scores have a cap, which torch's attention does not compute."""
    tokenizer = _tokenizer()
    config = Gemma2Config(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=48, sliding_window=64, pad_token_id=0,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    folder = _save(Gemma2ForCausalLM(config).eval(), tokenizer, tmp_path / "gemma2")
    return load_model("clinical", RunOptions(model=folder, threshold=1.0))


def test_a_flagged_summary_is_written_again_under_the_models_own_attention(gemma2, monkeypatch):
    used = []
    switch = type(gemma2.model).set_attn_implementation
    monkeypatch.setattr(
        type(gemma2.model),
        "set_attn_implementation",
        lambda model, name: (used.append(name), switch(model, name)),
    )
    summary = write_brief(NOTE, gemma2.model, gemma2.tokenizer, max_new_tokens=8)
    assert summary.sentences[0].flags, "a random model writes what no note says"
    assert (summary.attention, used) == ("dap", ["eager", "dap"])


def test_time_in_attention_that_is_not_torchs_is_not_called_zero(gemma2):
    compared = compare(NOTE, "clinical", gemma2)
    assert compared.full.attention_s is None
    assert compared.dap.attention_s > 0


@pytest.mark.parametrize(
    ("template", "encoder", "expected"),
    [
        ("[CLS] $A [SEP]", True, "[CLS] go : a cough . [SEP]"),
        ("$A [SEP]", True, "go : a cough . [SEP]"),
        ("[CLS] $A", False, "[CLS] a cough . go :"),
        ("[CLS] $A [SEP]", False, "[CLS] a cough . go :"),
        (None, False, "a cough . go :"),
    ],
)
def test_a_note_without_template_stands_between_the_marks_of_the_tokenizer(
    template, encoder, expected
):
    tokenizer = _tokenizer(template)
    prompt = build_prompt("A cough.", [(0, 8)], tokenizer, "go:", encoder=encoder)
    assert tokenizer.decode(prompt.tokens[0]).replace(" ##", "") == expected
    length = frame_length(tokenizer, "go:", encoder=encoder)
    assert prompt.tokens.shape[1] == prompt.note_tokens + length


def test_a_model_that_reads_too_little_is_refused(tmp_path):
    loaded = load_model("clinical", RunOptions(model=str(save_decoder(tmp_path, 256))))
    with pytest.raises(UsageError, match="reads 256 tokens at once, too few"):
        write_brief(NOTE, loaded.model, loaded.tokenizer)


def test_a_model_that_has_no_attention_to_prune_is_refused(tmp_path):
    config = MambaConfig(vocab_size=64, hidden_size=16, num_hidden_layers=1, state_size=4)
    folder = _save(MambaForCausalLM(config), _tokenizer(), tmp_path / "mamba")
    for attention in ("dap", "full"):
        loaded = load_model("clinical", RunOptions(model=folder, attention=attention))
        if attention == "dap":
            with pytest.raises(UsageError, match=r"--attention full"):
                write_brief(NOTE, loaded.model, loaded.tokenizer, max_new_tokens=4)
        else:
            assert write_brief(NOTE, loaded.model, loaded.tokenizer, max_new_tokens=4).sentences


def test_what_an_encoder_kept_is_not_shown(tmp_path):
    folder = _save(tiny_models.make("t5"), _tokenizer(ENDS["t5"]), tmp_path / "t5")
    loaded = load_model("clinical", RunOptions(model=folder))
    with pytest.raises(UsageError, match="decoders"):
        read_for(NOTE, loaded, "clinical", 0, 8)
