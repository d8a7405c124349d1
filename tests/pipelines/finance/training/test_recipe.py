"""A config file makes a checkpoint, and a bad one is answered with place and way out."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    BertModel,
    PreTrainedTokenizerFast,
)

from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.training.recipe import read_recipe, train_entities

CONFIG = """
[model]
base = "base"
types = ["ORG", "PER", "LOC"]
checkpoint = "out/model"

[data]
folder = "data"

[[data.sets]]
kind = "conll"
path = "set.conll"

[[data.valid]]
kind = "conll"
path = "valid.conll"

[[data.mentions]]
kind = "ORG"
path = "names.txt"

[training]
output = "out/run"
steps = 3
precision = "fp32"
gradient_accumulation = 2
eval_steps = 1
save_steps = 1

[attention]
threshold = 30.0
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> Path:
    """A base, sets and a config, before any training."""
    folder = tmp_path_factory.mktemp("begun")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    (folder / "data").mkdir()
    (folder / "data" / "set.conll").write_text("Acme B-ORG\nrose O\n\nOhio B-LOC\npaid O\n" * 9)
    (folder / "data" / "valid.conll").write_text("Acme B-ORG\nfell O\n\n" * 3)
    (folder / "names.txt").write_text("Acme Corp\n")
    (folder / "config.toml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def ended(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the training that the config asks for."""
    folder = tmp_path_factory.mktemp("ended") / "home"
    shutil.copytree(begun, folder)
    assert train_entities(folder / "config.toml") == folder / "out" / "model"
    return folder


@pytest.fixture
def home(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "home"))


@pytest.fixture
def trained(ended: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ended, tmp_path / "home"))


def test_training_leaves_a_checkpoint_that_loads_anywhere(ended: Path) -> None:
    folder = ended / "out" / "model"
    model = AutoModelForTokenClassification.from_pretrained(folder)
    assert model.dtype == torch.float16
    assert list(model.config.id2label.values())[:3] == ["O", "B-ORG", "I-ORG"]
    assert model.config.dap == {"threshold": 30.0}
    assert AutoTokenizer.from_pretrained(folder)("acme")["input_ids"]
    log = json.loads((ended / "out" / "run" / "log.json").read_text())["log"]
    assert len([entry for entry in log if "eval_loss" in entry]) == 3
    assert "validated on valid.conll: 1 document" in (folder / "README.md").read_text()


def test_a_trained_tagger_learns_on_and_keeps_its_words(trained: Path) -> None:
    on = CONFIG.replace("out/model", "out/second").replace("out/run", "out/on")
    on = on.replace('path = "set.conll"', 'path = "data/set.conll"\nours = true')
    (trained / "on.toml").write_text(on.replace("types =", 'start = "out/model"\ntypes ='))
    before, after = (
        AutoModelForTokenClassification.from_pretrained(folder)
        for folder in (trained / "out/model", train_entities(trained / "on.toml"))
    )
    words = [model.get_input_embeddings().weight for model in (before, after)]
    assert torch.equal(*words)
    assert not torch.equal(before.classifier.weight, after.classifier.weight)
    half = (trained / "on.toml").read_text().replace("start =", "start_share = 0.5\nstart =")
    (trained / "half.toml").write_text(half.replace("out/second", "out/half"))
    mean = AutoModelForTokenClassification.from_pretrained(train_entities(trained / "half.toml"))
    expected = (before.classifier.weight.float() + after.classifier.weight.float()) / 2
    torch.testing.assert_close(mean.classifier.weight.float(), expected, atol=2e-4, rtol=1e-2)
    other = (trained / "on.toml").read_text().replace('"LOC"', '"KPI"').replace("out/on", "out/kpi")
    (trained / "other.toml").write_text(other)
    with pytest.raises(UsageError, match=r"model: its labels are not those of model\.types"):
        train_entities(trained / "other.toml")


def test_what_changes_no_checkpoint_may_be_changed_when_a_run_is_gone_on_from(
    trained: Path,
) -> None:
    (trained / "config.toml").write_text(CONFIG.replace("threshold = 30.0", "threshold = 3.0"))
    model = AutoModelForTokenClassification.from_pretrained(train_entities(trained / "config.toml"))
    assert model.config.dap == {"threshold": 3.0}
    (trained / "config.toml").write_text(CONFIG.replace('"LOC"]', '"LOC", "KPI"]'))
    with pytest.raises(UsageError, match=r"a run with other values of model\.types; give another"):
        train_entities(trained / "config.toml")


def test_trainings_from_several_seeds_leave_the_mean_of_their_weights(trained: Path) -> None:
    def learnt_on(name: str, old: str, new: str) -> torch.Tensor:
        on = CONFIG.replace("types =", 'start = "out/model"\ntypes =').replace(old, new)
        on = on.replace('checkpoint = "out/model"', f'checkpoint = "out/{name}"')
        (trained / f"{name}.toml").write_text(on.replace("out/run", f"out/run_{name}"))
        folder = train_entities(trained / f"{name}.toml")
        weight = AutoModelForTokenClassification.from_pretrained(folder).classifier.weight
        return weight.detach().float()

    first, second = (
        learnt_on(f"seed{seed}", "steps = 3", f"steps = 3\nseed = {seed}") for seed in (0, 5)
    )
    assert not torch.equal(first, second)
    mean = learnt_on("both", "start =", "more_seeds = [5]\nstart =")
    torch.testing.assert_close(mean, (first + second) / 2, atol=2e-4, rtol=1e-2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[training]", "[trainin]", "unknown table 'trainin': did you mean training"),
        ("steps = 3", "stepz = 3", r"\[training\]: unknown key 'stepz': did you mean steps"),
        ("threshold = 30.0", "treshold = 30.0", "did you mean threshold"),
        ("threshold = 30.0", "threshold = -1.0", "threshold must be a number of 0 or more"),
        ('base = "base"', 'base = "base"\nmore_seeds = [1]', "more_seeds without start"),
        ('["ORG", "PER", "LOC"]', "[]", r"types must be one or more, each once, got \[\]"),
        ('"PER"', '"ORG"', "types must be one or more, each once"),
    ],
    ids=["table", "key", "attention key", "attention value", "seeds", "no types", "types twice"],
)
def test_a_config_not_in_order_is_refused(home: Path, old: str, new: str, message: str) -> None:
    path = home / "config.toml"
    path.write_text(CONFIG.replace(old, new))
    with pytest.raises(UsageError, match=message):
        read_recipe(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('base = "base"', 'base = "bas"', "base 'bas': neither minilm-l6 nor"),
        ('base = "base"', 'base = "smollm2-135m"', "base 'smollm2-135m': neither minilm-l6 nor"),
        ("set.conll", "none.conll", r"none\.conll: no such file"),
        ('kind = "conll"', 'kind = "docs"', "unknown set 'docs': known are documents, filings, "),
        ("names.txt", "none.txt", r"data\.mentions, table 1.*none\.txt"),
        ('path = "set.conll"', 'file = "set.conll"', r"data\.sets, table 1: unknown key 'file'"),
        ("set.conll", "cut.gz", r"cut\.gz: cannot be read as UTF-8 text"),
        ("valid.conll", "empty.conll", r"the sets of data\.valid hold no sentence"),
        ('path = "set.conll"', 'path = "set.conll"\nrepeat = 0.0', "repeat must be above 0"),
    ],
    ids=[
        "base", "decoder", "set", "kind", "names", "key of a set", "cut", "nothing to validate on",
        "never read",
    ],
)  # fmt: skip
def test_what_a_config_names_must_be_there(home: Path, old: str, new: str, message: str) -> None:
    path = home / "config.toml"
    path.write_text(CONFIG.replace(old, new))
    (home / "data" / "empty.conll").write_text("\n\n")
    (home / "data" / "cut.gz").write_bytes(gzip.compress(b"Acme B-ORG\n")[:-12])
    with pytest.raises(UsageError, match=message):
        train_entities(path)


@pytest.mark.tree
@pytest.mark.parametrize("name", ["finance_entities", "finance_names"])
def test_the_shipped_configs_are_in_order(name: str) -> None:
    root = Path(__file__).parents[4]
    recipe = read_recipe(root / "configs" / f"{name}.toml")
    assert set(recipe.model.types) >= {"ORG", "PER", "LOC", "DATE", "MONEY", "PERCENT"}
    tests = {"jnj", "nke", "v"}
    named = {name.split("-")[0] for entry in recipe.data.sets for name in entry.get("files", [])}
    assert len(named) == 10
    assert not named & tests
