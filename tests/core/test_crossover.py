"""The measured crossover is right, kept, and not taken to another machine."""

import pytest

from secateur.core import crossover

MACHINE = {"cpu": "one", "gpu": "none", "torch": "2.13"}


@pytest.fixture(autouse=True)
def config_home(monkeypatch, tmp_path):
    monkeypatch.setattr(crossover.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def measured(exact_cost, pruned_cost, lengths=(128, 512, 2048)):
    """Measure on a clock that runs as fast as the work costs."""
    now = [0.0]

    def runner(cost):
        def run(length):
            now[0] += cost(length)

        return run

    return crossover.measure(
        runner(exact_cost), runner(pruned_cost), MACHINE, lengths, clock=lambda: now[0]
    )


@pytest.mark.parametrize(
    ("exact_cost", "pruned_cost", "expected"),
    [
        pytest.param(lambda n: n * n, lambda n: 600 * n, 512, id="crosses"),
        pytest.param(lambda n: n * n, lambda n: n, 0, id="always-pruned"),
        pytest.param(lambda n: n, lambda n: n * n, 2048, id="never-pruned"),
        pytest.param(lambda n: n, lambda n: n, 2048, id="tie-is-exact"),
    ],
)
def test_finds_the_crossover(exact_cost, pruned_cost, expected):
    found = measured(exact_cost, pruned_cost)
    assert found.exact_up_to == expected
    assert found.exact_ms == tuple(1e3 * exact_cost(n) for n in found.lengths)


def test_the_warm_up_does_not_count():
    seen = set()

    def cost(length):
        first = length not in seen
        seen.add(length)
        return 100 if first else 1

    assert measured(cost, lambda n: 2).exact_up_to == 2048


def test_is_kept_for_this_machine(config_home):
    found = measured(lambda n: n * n, lambda n: 600 * n)
    file = crossover.save(found)
    assert file == config_home / "secateur" / "routing.json"
    assert [path.name for path in file.parent.iterdir()] == ["routing.json"]
    assert crossover.load(MACHINE) == found
    assert crossover.policy(MACHINE).exact_up_to == 512


def test_who_is_reading_what_was_kept_reads_it_whole(config_home):
    crossover.save(measured(lambda n: n * n, lambda n: 600 * n))
    path = config_home / "secateur" / "routing.json"
    kept = path.read_text()
    with path.open() as reader:
        crossover.save(measured(lambda n: 1, lambda n: 2))
        assert reader.read() == kept


def test_what_another_run_is_writing_at_the_time_is_left_alone(config_home):
    theirs = config_home / "secateur" / "routing.json.new"
    theirs.parent.mkdir()
    theirs.write_text("half of it")
    crossover.save(measured(lambda n: n * n, lambda n: 600 * n))
    assert theirs.read_text() == "half of it"


def test_is_not_taken_to_another_machine():
    crossover.save(measured(lambda n: 1, lambda n: 2))
    assert crossover.load(MACHINE | {"cpu": "another"}) is None
    assert crossover.policy(MACHINE | {"cpu": "another"}).exact_up_to == 512


def test_without_a_measurement_the_usual_threshold_holds():
    assert crossover.policy(MACHINE).exact_up_to == 512


@pytest.mark.parametrize("text", ["", "[]", '{"exact_up_to": "many"}', "{"])
def test_a_damaged_file_is_named(config_home, text):
    file = config_home / "secateur" / "routing.json"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(ValueError, match=r"routing\.json is damaged; delete it"):
        crossover.load(MACHINE)


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CONFIG_HOME", "secateur"),
        ("win32", "APPDATA", "secateur"),
    ],
)
def test_folder_is_the_systems_own(monkeypatch, tmp_path, platform, variable, expected):
    monkeypatch.setattr(crossover.sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path / "there"))
    assert crossover.config_folder() == tmp_path / "there" / expected


def test_a_user_without_a_home_has_the_usual_threshold(monkeypatch):
    def home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(crossover.Path, "home", home)
    assert crossover.policy(MACHINE) == crossover.RoutingPolicy()
