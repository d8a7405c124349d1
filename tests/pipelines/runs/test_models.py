"""What is asked of a model from Python, where no command has looked at it before."""

from __future__ import annotations

from typing import Any

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions


def test_an_unknown_pipeline_is_refused() -> None:
    asked: Any = "legal"
    with pytest.raises(UsageError, match="unknown pipeline 'legal'; one of finance, clinical"):
        load_model(asked, RunOptions())


def test_an_unknown_attention_is_not_taken_for_full() -> None:
    asked: Any = "flash"
    with pytest.raises(ValueError, match="unknown attention 'flash'; one of dap, full"):
        RunOptions(attention=asked)
