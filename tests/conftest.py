"""What every test gets: two threads, no network, NaN in fresh memory, its skips accounted for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Read by OpenMP, Hugging Face and tokenizers at import, so set before anything imports them.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import pytest
import torch

# Read by cuBLAS: without it torch's deterministic mode, on below, refuses products on a GPU.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
if not torch.cuda.is_available():
    # Read by Triton at import: without a GPU its kernels run in its interpreter.
    os.environ["TRITON_INTERPRET"] = "1"

from hypothesis import settings
from network_guard import forbid_network
from skip_account import SkipAccount

ROOT = Path(__file__).parents[1]
SKIPS = Path(__file__).with_name("skips.toml")

settings.register_profile("secateur", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("secateur")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--strict-skips",
        action="store_true",
        help="fail if a test is skipped for a reason that tests/skips.toml does not allow",
    )


def pytest_configure(config: pytest.Config) -> None:
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if config.getoption("--strict-skips"):
        account = SkipAccount(SKIPS, in_ci=os.environ.get("CI") == "true")
        config.pluginmanager.register(account, "skip-account")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Lets sockets reach this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        forbid_network(patch)
        yield


@pytest.fixture(autouse=True)
def _nan_in_fresh_memory() -> Iterator[None]:
    """Has `torch.empty` give NaN, so that a read of memory that nobody wrote shows."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="session")
def data_samples() -> Path:
    """The folder of documents written for this project, with their gold labels."""
    return ROOT / "data_samples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the checkout; the test is skipped without it."""
    folder = Path(os.environ.get("SECATEUR_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data: {folder} is missing")
    return folder
