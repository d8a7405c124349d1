"""Tiny random models of every kind that DAP must serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5ForConditionalGeneration,
)

VOCABULARY = 60
_SMALL: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 512,
}
_TOKENS: dict[str, Any] = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


def bert() -> PreTrainedModel:
    return BertModel(BertConfig(**_SMALL))


def roberta() -> PreTrainedModel:
    return RobertaModel(RobertaConfig(**_SMALL, pad_token_id=1))


def modernbert() -> PreTrainedModel:
    layers: dict[str, Any] = {"local_attention": 32, "global_attn_every_n_layers": 2}
    return ModernBertModel(
        ModernBertConfig(**_SMALL, **_TOKENS, **layers, cls_token_id=1, sep_token_id=2)
    )


def llama() -> PreTrainedModel:
    return LlamaForCausalLM(LlamaConfig(**_SMALL, **_TOKENS, num_key_value_heads=2))


def qwen() -> PreTrainedModel:
    return Qwen2ForCausalLM(Qwen2Config(**_SMALL, **_TOKENS, num_key_value_heads=1))


def mistral() -> PreTrainedModel:
    config = MistralConfig(**_SMALL, **_TOKENS, num_key_value_heads=2, sliding_window=24)
    return MistralForCausalLM(config)


def bart() -> PreTrainedModel:
    config = BartConfig(
        vocab_size=VOCABULARY, d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=48,
        decoder_ffn_dim=48, max_position_embeddings=512, decoder_start_token_id=2, **_TOKENS,
    )  # fmt: skip
    return BartForConditionalGeneration(config)


def t5() -> PreTrainedModel:
    settings: dict[str, Any] = {
        "vocab_size": VOCABULARY, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2,
        "num_heads": 4, "pad_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 0,
    }  # fmt: skip
    return T5ForConditionalGeneration(T5Config(**settings))


ENCODERS: dict[str, Callable[[], PreTrainedModel]] = {
    "bert": bert,
    "roberta": roberta,
    "modernbert": modernbert,
}
DECODERS: dict[str, Callable[[], PreTrainedModel]] = {
    "llama": llama,
    "qwen": qwen,
    "mistral": mistral,
}
SEQ2SEQ: dict[str, Callable[[], PreTrainedModel]] = {"bart": bart, "t5": t5}
ALL = ENCODERS | DECODERS | SEQ2SEQ


def build(make: Callable[[], PreTrainedModel]) -> PreTrainedModel:
    """Builds a model in evaluation mode with its own attention, whose scores are far from even."""
    torch.manual_seed(7)
    model = make().eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(3)
    model.set_attn_implementation("eager")
    return model


def make(name: str, *, peaked: float = 1.0) -> PreTrainedModel:
    """Builds a model in evaluation mode with torch's attention, the same weights every time.

    Args:
        name: A key of `ALL`.
        peaked: Factor on query weights; above 1 attention has something to prune.
    """
    torch.manual_seed(7)
    model = ALL[name]().eval()
    model.set_attn_implementation("sdpa")
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if peaked != 1.0 and any(part in key for part in ("query.", "q_proj.", ".q.", "Wqkv")):
                weight.mul_(peaked)
    return model


def outputs(model: PreTrainedModel, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
    """Runs a model on tokens and returns its last layer `[B, n, …]`."""
    arguments: dict[str, Any] = {"input_ids": tokens}
    if mask is not None:
        arguments["attention_mask"] = mask
    if model.config.is_encoder_decoder:
        arguments["decoder_input_ids"] = tokens[:, : tokens.shape[1] // 2]
    found = model(**arguments)
    result: Tensor = found.logits if "logits" in found else found.last_hidden_state
    return result


def random_tokens(batch: int, length: int) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.randint(3, VOCABULARY, (batch, length), generator=generator)


def tiny_encoder(folder: Path) -> Path:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=60,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
        initializer_range=0.2,
    )
    BertModel(config).save_pretrained(folder)
    return folder
