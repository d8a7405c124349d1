"""The model of the runs."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def model(tagger: str) -> Path:
    return Path(tagger)
