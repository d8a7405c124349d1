"""Key lists refuse what kernels must never see."""

import pytest
import torch

from secateur.kernels.lists import KeyLists


def lists(offsets, starts, ends, **kwargs):
    return KeyLists(
        torch.tensor(offsets, dtype=torch.int64),
        torch.tensor(starts, dtype=torch.int32),
        torch.tensor(ends, dtype=torch.int32),
        **kwargs,
    )


@pytest.mark.parametrize(
    ("offsets", "starts", "ends", "message"),
    [
        pytest.param([1, 2], [0, 4], [2, 6], "from 1", id="offsets-start-late"),
        pytest.param([0, 1], [0, 4], [2, 6], "to 1", id="offsets-end-early"),
        pytest.param([0, 2, 1, 2], [0, 4], [2, 6], "fall", id="offsets-fall"),
        pytest.param([], [], [], "empty", id="no-offsets"),
        pytest.param([0, 1], [-1], [2], "-1:2", id="negative-start"),
        pytest.param([0, 1], [3], [3], "3:3", id="empty-run"),
        pytest.param([0, 1], [5], [3], "5:3", id="backward-run"),
        pytest.param([0, 2], [4, 0], [6, 5], "overlap", id="overlap"),
        pytest.param([0, 1], [0, 1], [2], "match", id="lengths-differ"),
    ],
)
def test_malformed_lists_are_refused(offsets, starts, ends, message):
    with pytest.raises(ValueError, match=message):
        lists(offsets, starts, ends)


def test_wrong_dtype_is_refused():
    with pytest.raises(ValueError, match="starts"):
        KeyLists(torch.tensor([0, 1]), torch.tensor([0]), torch.tensor([1], dtype=torch.int32))


def test_ends_with_gaps_between_them_are_refused():
    offsets, starts = torch.tensor([0, 1, 2]), torch.tensor([0, 4], dtype=torch.int32)
    ends = torch.tensor([2, 0, 6, 0], dtype=torch.int32)[::2]
    with pytest.raises(ValueError, match="ends must be contiguous"):
        KeyLists(offsets, starts, ends)


def test_tile_must_be_positive():
    with pytest.raises(ValueError, match="tile"):
        lists([0, 1], [0], [2], tile=0)


def test_equal_runs_of_different_rows_do_not_overlap():
    assert lists([0, 1, 2], [0, 0], [5, 5]).rows == 2


def test_runs_that_touch_do_not_overlap():
    assert lists([0, 2], [4, 0], [6, 4]).counts().tolist() == [6]


def test_an_overlap_far_into_a_row_is_seen_beside_other_rows():
    with pytest.raises(ValueError, match=r"0:100000 and 90000:100010 of row 0 overlap"):
        lists([0, 2, 3], [0, 90_000, 5], [100_000, 100_010, 6])


def test_a_copy_has_the_same_runs_and_tiles_and_is_not_looked_at_again():
    room = lists([0, 1], [0, 9], [2, 9], tile=2, check=False)
    copy = room.to("cpu")
    assert (copy.tile, copy.rows, copy.ends.tolist()) == (2, 1, [2, 9])


def test_room_behind_the_runs_is_not_looked_at():
    loose = lists([0, 1], [0, -7], [2, 999], check=False)
    loose.check_fit(1, 1, 64, 8)
    assert [part.tolist() for part in loose.runs()] == [[0], [0], [2]]
    lists([0, 9], [0], [999], check=False).check_fit(1, 1, 64, 8, values=False)


def test_counts_add_up_runs_of_each_row():
    assert lists([0, 2, 2, 3], [0, 7, 3], [2, 10, 4]).counts().tolist() == [5, 0, 1]


def test_mask_writes_runs_out():
    mask = lists([0, 2, 3], [5, 0, 2], [6, 2, 4], tile=2).mask(1, 1, 3, 6)
    assert mask[0, 0].int().tolist() == [[1, 1, 0, 0, 0, 1]] * 2 + [[0, 0, 1, 1, 0, 0]]


def test_mask_of_runs_that_touch_and_of_a_row_without_any():
    mask = lists([0, 2, 2], [3, 0], [5, 3], tile=2).mask(1, 1, 4, 6)
    assert mask[0, 0].int().tolist() == [[1, 1, 1, 1, 1, 0]] * 2 + [[0] * 6] * 2


def test_mask_of_runs_up_to_the_last_key():
    assert lists([0, 1], [2], [4]).mask(1, 1, 1, 4).int().tolist() == [[[[0, 0, 1, 1]]]]


def test_rows_must_fit_the_queries():
    with pytest.raises(ValueError, match="2 rows"):
        lists([0, 1, 2], [0, 0], [1, 1]).check_fit(1, 1, 64, 8)


@pytest.mark.parametrize("offsets", [[0, 3, 2], [1, 1, 2], [0, 2, 3], [-1, 0, 2]])
def test_unchecked_offsets_must_stay_within_the_runs(offsets):
    loose = lists(offsets, [0, 4], [2, 6], check=False)
    with pytest.raises(ValueError, match="leave the 2 runs"):
        loose.check_fit(1, 2, 64, 8)


@pytest.mark.parametrize(("start", "end"), [(0, 9), (-1, 8)])
def test_runs_must_stay_within_the_keys(start, end):
    with pytest.raises(ValueError, match=f"{start}:{end}, outside 0:8"):
        lists([0, 1], [start], [end], check=False).check_fit(1, 1, 64, 8)
