"""Which files a run covers, what they are called by, and which share a group."""

import os
from dataclasses import replace

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.batch.plan import Item, find, group, identify, load, save


@pytest.fixture
def folder(tmp_path):
    for name in ("a.txt", "b.html", ".hidden.txt", "deep/er/c.txt", "skip/d.txt", ".git/e.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "in/deep/loop").symlink_to(tmp_path / "in")
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*"], [], ["a.txt", "b.html", "deep/er/c.txt", "skip/d.txt"]),
        (["*.txt"], [], ["a.txt", "deep/er/c.txt", "skip/d.txt"]),
        (["deep/*"], [], ["deep/er/c.txt"]),
        (["*.txt", "*.html"], ["skip"], ["a.txt", "b.html", "deep/er/c.txt"]),
        (["*"], ["*/c.*", "b.*"], ["a.txt", "skip/d.txt"]),
    ],
    ids=["all", "suffix", "folder", "without a folder", "without files"],
)
def test_patterns_choose_files(folder, tmp_path, include, exclude, expected):
    assert find(folder, include, exclude, tmp_path / "out") == expected


def test_the_output_folder_is_no_input(folder):
    assert find(folder, ["*"], [], folder / "deep") == ["a.txt", "b.html", "skip/d.txt"]


def test_nothing_found_and_no_folder_are_told(folder, tmp_path):
    with pytest.raises(UsageError, match="holds no file that --include and --exclude let through"):
        find(folder, ["*.pdf"], [], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no file; give the folder"):
        find(tmp_path / "empty", ["*"], [], tmp_path / "out")
    with pytest.raises(UsageError, match="is not a folder"):
        find(folder / "a.txt", ["*"], [], tmp_path / "out")


def test_twins_differ_by_place_and_unreadable_files_have_no_hash(folder):
    (folder / "twin.txt").write_text("a.txt")
    (folder / "broken.txt").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.txt")
    names = ["a.txt", "twin.txt", "broken.txt", "pipe.txt"]
    a, twin, broken, pipe = identify(folder, names, [], lambda count: None)
    assert a.sha256 == twin.sha256 != ""
    assert len({a.key, twin.key, broken.key, pipe.key}) == 4
    assert broken.sha256 == pipe.sha256 == ""


def test_only_changed_files_are_hashed_again(folder, tmp_path):
    first = identify(folder, ["a.txt", "b.html"], [], lambda count: None)
    save(first, tmp_path / "plan")
    assert list(load(tmp_path / "plan")) == first
    marked = [replace(item, sha256="earlier") for item in first]
    (folder / "b.html").write_text("something longer")
    a, b = identify(folder, ["a.txt", "b.html"], marked, lambda count: None)
    assert a.sha256 == "earlier"
    assert b.sha256 not in ("earlier", first[1].sha256)


def test_a_change_that_keeps_size_and_time_is_noticed(folder):
    file = folder / "a.txt"
    [first] = identify(folder, ["a.txt"], [], lambda count: None)
    file.write_text("b.txt")
    os.utime(file, ns=(first.modified_ns, first.modified_ns))
    [second] = identify(folder, ["a.txt"], [first], lambda count: None)
    assert (second.size, second.modified_ns) == (first.size, first.modified_ns)
    assert second.key != first.key


@pytest.mark.parametrize("sharing", ["none", "cpu", "gpu"])
def test_groups_hold_each_document_once_and_do_not_depend_on_order(sharing):
    items = [Item(f"{n}.txt", 100 * n, 0, f"{n}") for n in range(1, 200)]
    items.append(Item("filing.html", 2 << 20, 0, "f"))
    groups = group(items, sharing)
    assert sorted(item.path for part in groups for item in part) == sorted(i.path for i in items)
    assert groups == group(items[::-1], sharing)
    assert (items[-1],) in groups
    longest = max(map(len, groups))
    assert longest == {"none": 1, "gpu": 199}.get(sharing, longest)


def test_groups_for_a_cpu_are_of_like_size_and_small():
    items = [Item(f"{n}.txt", 100 * n, 0, f"{n}") for n in range(1, 200)]
    groups = [part for part in group(items, "cpu") if len(part) > 1]
    assert groups
    assert all(len(part) <= 32 for part in groups)
    assert all(sum(item.size for item in part) <= 64 << 10 for part in groups)
    smallest = [part[-1].size for part in groups]
    assert all(part[0].size <= size for part, size in zip(groups[1:], smallest, strict=False))


def test_a_group_for_a_cpu_has_no_more_than_32_files_however_small():
    items = [Item(f"{number}.txt", 1, 0, "") for number in range(70)]
    assert [len(part) for part in group(items, "cpu")] == [32, 32, 6]


def test_groups_for_a_gpu_hold_documents_of_all_sizes():
    items = [Item(f"{n}.txt", 100 * n, 0, f"{n}") for n in range(1, 2_000)]
    groups = group(items, "gpu")
    assert len(groups) == 12
    for part in groups:
        assert len(part) <= 512
        assert part[0].size > 190_000
        assert part[-1].size < 2_000
