"""`secateur bench attention --captured`: what a row says, on a tiny decoder."""

import pytest
import torch

from secateur.kernels.native import LOAD_ERROR
from secateur.pipelines.errors import UsageError
from secateur.pipelines.lab.bench.captured import benchmark_captured

pytestmark = pytest.mark.skipif(bool(LOAD_ERROR), reason="the extension was not built")


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("Net sales grew by seven percent. " * 60)
    return path


def test_a_row_counts_the_selection(document, decoder):
    (row,) = benchmark_captured(document, [1024], [torch.float32], [0.6], model=decoder, repeats=1)
    assert (row["n"], row["lists"], row["causal"], row["rival"]) == (1024, "captured", True, "sdpa")
    assert row["sparsity"] == pytest.approx(0.6, abs=0.1)
    both = row["ms_native"] + row["ms_selection"]
    assert row["ratio"] == pytest.approx(row["ms_rival"] / row["ms_native"], rel=0.05)
    assert row["ratio_with_selection"] == pytest.approx(row["ms_rival"] / both, rel=0.05)
    assert row["selection_share"] == pytest.approx(row["ms_selection"] / both, rel=0.05)


def test_a_document_too_short_is_refused(document, decoder):
    with pytest.raises(UsageError, match=r"report\.txt has \d+ tokens, not 8192"):
        benchmark_captured(document, [8192], [torch.float32], [0.9], model=decoder)
