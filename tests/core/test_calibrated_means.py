"""What a profile says of a call is the mean over calls: of each module, and of all its modules."""

import pytest
import torch
from tiny_models import make, outputs, random_tokens

from secateur.core.calibration import Described, calibrate

DESCRIBED = Described("test", "tiny", {"torch": torch.__version__}, {"sha256": "0", "documents": 2})


def test_tokens_and_times_are_means_over_the_calls(monkeypatch):
    monkeypatch.setattr("secateur.core.calibration.full_ms", lambda call: float(call.key.shape[2]))
    model = make("bert")
    model.config.dap = {"exact_below": 0, "local": 0, "decode_rows": 0, "tile": 16}
    documents = [random_tokens(1, length) for length in (100, 140)]
    runs = [lambda tokens=tokens: outputs(model, tokens) for tokens in documents]
    profile = calibrate(model, runs, DESCRIBED, ladder=(0.2, 3.0))
    assert len(profile.modules) > 1
    assert profile.data["tokens"] == 120
    for curves in profile.modules.values():
        assert curves.full_ms == pytest.approx(120.0)
