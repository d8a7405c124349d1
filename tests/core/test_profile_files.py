"""Calibration profiles as files: written, read strictly, and found among the shipped ones."""

import json
import math
from dataclasses import replace

import pytest
from tiny_models import make

from secateur.core import hf, profile_files
from secateur.core.profiles import ModuleCurves, Profile

CURVES = ModuleCurves(
    error=((0.01, 0.05, 0.2, 0.6), (0.0, 0.0, 0.1, 0.3)),
    density=((0.9, 0.6, 0.3, 0.1), (1.0, 1.0, 0.5, 0.2)),
    full_ms=2.0,
    fixed_ms=0.5,
    pairs_ms=1.5,
    weights=(0.25, -0.5),
)
PROFILE = Profile(
    domain="test", model="tiny", model_type="bert", versions={"torch": "2.0"},
    data={"sha256": "0", "documents": 1}, target_error=0.1, mean_entropy=2.5, start_threshold=0.4,
    ladder=(0.05, 0.2, 0.8, 3.0), modules={"first": CURVES, "second": CURVES},
)  # fmt: skip


def test_a_profile_survives_its_file(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(profile_files.to_json(PROFILE))
    assert profile_files.read(path) == PROFILE


def test_a_file_keeps_four_digits():
    written = profile_files.to_json(replace(PROFILE, mean_entropy=1.23456))
    assert json.loads(written)["mean_entropy"] == 1.235


def damaged(change):
    def apply(profile):
        values = json.loads(profile_files.to_json(profile))
        change(values)
        return json.dumps(values)

    return apply


def first_module(values):
    return next(iter(values["modules"].values()))


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda profile: profile_files.to_json(profile)[:200], "line 1"),
        (lambda profile: "[1]", "not a calibration profile"),
        (damaged(lambda v: v.update(format=99)), "format"),
        (damaged(lambda v: v.update(color=1)), "unknown keys: color"),
        (damaged(lambda v: v.pop("ladder")), "missing keys: ladder"),
        (damaged(lambda v: v.update(ladder=[3.0, 2.0, 1.0, 0.5])), "ascend"),
        (damaged(lambda v: v.update(ladder=[0.0, 0.5, 1.0, 2.0])), "from above 0"),
        (damaged(lambda v: v.update(ladder=[0.5, 1.0, 1.0, 2.0])), "ascend"),
        (damaged(lambda v: v.update(domain=["finance"])), "domain is not text"),
        (damaged(lambda v: v.update(versions=["torch"])), "versions is empty"),
        (damaged(lambda v: v.update(mean_entropy=-1.0)), "mean_entropy"),
        (damaged(lambda v: v.update(start_threshold=None)), "start_threshold"),
        (damaged(lambda v: v.update(target_error=True)), "target_error"),
        (damaged(lambda v: v.update(target_error="much")), "target_error"),
        (damaged(lambda v: v.update(target_error=10**400)), "target_error"),
        (damaged(lambda v: v.update(target_error=0)), "target_error is not above 0"),
        (lambda profile: "[" * 100_000, "nested too deeply"),
        (damaged(lambda v: v.update(modules={})), "modules is empty"),
        (damaged(lambda v: v.update(modules={"first": []})), "first: it is not a table of values"),
        (damaged(lambda v: first_module(v).update(x=1)), "unknown keys: x"),
        (damaged(lambda v: first_module(v).update(error=[])), "error is empty"),
        (damaged(lambda v: first_module(v).update(weights=[])), "weights"),
        (damaged(lambda v: first_module(v)["density"][0].reverse()), "density is not monotone"),
        (damaged(lambda v: first_module(v)["error"][0].pop()), "each of the 4 thresholds"),
        (damaged(lambda v: first_module(v)["error"][0].reverse()), "monotone"),
        (damaged(lambda v: first_module(v)["density"].pop()), "heads in error"),
        (damaged(lambda v: first_module(v).update(full_ms=-1.0)), "times"),
        (damaged(lambda v: first_module(v)["error"][0].__setitem__(0, math.nan)), "numbers"),
    ],
)  # fmt: skip
def test_a_damaged_profile_is_refused_by_name_and_place(tmp_path, write, said):
    path = tmp_path / "bad.json"
    path.write_text(write(PROFILE))
    with pytest.raises(ValueError, match=said) as raised:
        hf.enable(make("bert"), profile=path)
    assert str(path) in str(raised.value)
    assert "secateur calibrate" in str(raised.value)


def test_a_missing_profile_is_refused_by_name(tmp_path):
    with pytest.raises(ValueError, match=r"none\.json: No such file"):
        profile_files.read(tmp_path / "none.json")


def test_a_domain_without_a_shipped_profile_is_refused():
    with pytest.raises(
        ValueError, match=r"domain poetry and model finance \(for this model: clinical, finance\)"
    ):
        profile_files.shipped("poetry", "finance")


SHIPPED = [
    (domain, model) for domain in ("finance", "clinical") for model in ("smollm2-135m", "finance")
]


@pytest.mark.parametrize(("domain", "model"), SHIPPED)
def test_the_shipped_profiles_are_whole(domain, model):
    profile = profile_files.shipped(domain, model)
    assert (profile.domain, profile.model) == (domain, model)
    heads = {(len(curves.error), len(curves.density)) for curves in profile.modules.values()}
    expected = {"smollm2-135m": (30, {(9, 9)}), "finance": (6, {(12, 12)})}[model]
    assert (len(profile.modules), heads) == expected
    assert profile.choose(target_error=0.2).density < profile.choose(target_error=0.02).density


def test_load_takes_the_shipped_profile_of_the_domain():
    model, _ = hf.load("finance", "tokens", domain="clinical")
    chosen = profile_files.shipped("clinical", "finance").choose().thresholds
    assert {name: tuple(own) for name, own in model.config.dap_thresholds.items()} == chosen
    with pytest.raises(ValueError, match="no profile ships for domain legal"):
        hf.load("finance", "tokens", domain="legal")
