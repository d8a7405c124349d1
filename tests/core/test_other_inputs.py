"""Encoders of images and sound, whose queries and keys are patches and frames, not words."""

import pytest
import torch
from tiny_models import build
from transformers import (
    CLIPVisionConfig,
    CLIPVisionModel,
    Dinov2Config,
    Dinov2Model,
    LasrEncoder,
    LasrEncoderConfig,
    ViTConfig,
    ViTModel,
    Wav2Vec2Config,
    Wav2Vec2Model,
    WhisperConfig,
    WhisperModel,
)

from secateur.core import hf

_SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
_PATCHES = {**_SMALL, "image_size": 64, "patch_size": 4}
_IMAGE = {"pixel_values": torch.linspace(-1, 1, 3 * 64 * 64).sin().view(1, 3, 64, 64)}


def _whisper():
    return WhisperModel(
        WhisperConfig(
            vocab_size=99, num_mel_bins=8, d_model=32, encoder_layers=2, decoder_layers=2,
            encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=48,
            decoder_ffn_dim=48, max_source_positions=150, max_target_positions=64, pad_token_id=0,
            bos_token_id=1, eos_token_id=2, decoder_start_token_id=2,
        )
    )  # fmt: skip


def _wav2vec2():
    convolutions = {"conv_dim": (16, 16), "conv_kernel": (10, 3), "conv_stride": (5, 2)}
    positions = {"num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 2}
    config = Wav2Vec2Config(**_SMALL, **convolutions, **positions, intermediate_size=48)
    return Wav2Vec2Model(config)


def _lasr():
    """Frames that the mask hides from all are hidden from convolutions, too."""
    return LasrEncoder(
        LasrEncoderConfig(
            **_SMALL,
            intermediate_size=48,
            num_mel_bins=8,
            subsampling_conv_channels=16,
            conv_kernel_size=31,
        )
    )


MODELS = {
    "vit": (lambda: ViTModel(ViTConfig(**_PATCHES, intermediate_size=48)), _IMAGE),
    "dinov2": (lambda: Dinov2Model(Dinov2Config(**_PATCHES)), _IMAGE),
    "clip": (lambda: CLIPVisionModel(CLIPVisionConfig(**_PATCHES, intermediate_size=48)), _IMAGE),
    "whisper": (
        _whisper,
        {
            "input_features": torch.linspace(0, 90, 8 * 300).sin().view(1, 8, 300),
            "decoder_input_ids": torch.arange(3, 23)[None],
        },
    ),
    "lasr": (
        _lasr,
        {
            "input_features": torch.linspace(0, 900, 8 * 900).sin().view(1, 900, 8),
            "attention_mask": (torch.arange(900) < 800).long()[None],
        },
    ),
    "wav2vec2": (_wav2vec2, {"input_values": torch.linspace(0, 900, 4000).sin()[None]}),
}


def test_a_training_call_that_dropped_every_layer_does_not_judge_the_model():
    model = hf.enable(build(_wav2vec2)).train()
    model.config.mask_time_prob = 0.0
    model.encoder.config.layerdrop = 1.0
    for _ in range(3):
        model(**MODELS["wav2vec2"][1])
    assert not hf.statistics(model)
    model.eval()(**MODELS["wav2vec2"][1])
    assert hf.statistics(model)


@pytest.mark.parametrize(("make", "inputs"), MODELS.values(), ids=MODELS)
def test_full_attention_is_the_models_own_and_long_calls_are_pruned(make, inputs):
    model = build(make)
    with torch.no_grad():
        expected = model(**inputs).last_hidden_state
        hf.enable(model, threshold=0.0, exact_below=0)
        actual = model(**inputs).last_hidden_state
        torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)
        hf.enable(model, threshold=1.0, exact_below=0, local=8, fallback=False)
        assert model(**inputs).last_hidden_state.isfinite().all()
    found = hf.statistics(model).values()
    assert min(module["density"] for module in found if module["pruned_calls"]) < 0.95
