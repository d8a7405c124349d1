"""The rival reads the same keys: FlexAttention over lists against the reference."""

import pytest
import torch
from torch.nn.attention.flex_attention import flex_attention

from secateur.kernels.lists import KeyLists
from secateur.kernels.ops import attention
from secateur.pipelines.lab.bench.drawn import draw_inputs, draw_lists
from secateur.pipelines.lab.bench.flex import block_mask


# Compiling would take a minute and changes no result.
@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_reads_what_the_lists_keep():
    query, key, value = draw_inputs(2, 300, 16, torch.float32)
    lists = draw_lists(2, 300, 0.6)
    output = flex_attention(query, key, value, block_mask=block_mask(lists, 2, 300))
    expected, _ = attention(query, key, value, lists, backend="reference")
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)


def test_whole_blocks_are_spared_the_mask():
    """Two heads of 256 tokens: the first keeps half of the keys, the second a single one."""
    runs = torch.tensor([[0, 128]] * 4 + [[130, 131]] * 4, dtype=torch.int32)
    lists = KeyLists(torch.arange(9), runs[:, 0].contiguous(), runs[:, 1].contiguous())
    mask = block_mask(lists, 2, 256)
    assert mask.full_kv_num_blocks.tolist() == [[[1, 1], [0, 0]]]
    assert mask.kv_num_blocks.tolist() == [[[0, 0], [1, 1]]]
    assert mask.full_kv_indices[0, 0, :, 0].tolist() == [0, 0]
    assert mask.kv_indices[0, 1, :, 0].tolist() == [1, 1]
