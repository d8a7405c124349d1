"""Every rule of a table matches its example as a whole, and not the other text."""

import re

import pytest

from secateur.pipelines.clinical.language.prescribing import DURATIONS, FREQUENCIES, UNITS, WAYS
from secateur.pipelines.clinical.language.rules import Rule
from secateur.pipelines.clinical.language.substances import ALLERGENS
from secateur.pipelines.clinical.medications.classes import FAMILIES
from secateur.pipelines.clinical.medications.status import AFTER, BEFORE

TABLES = {
    "units": UNITS,
    "ways": WAYS,
    "frequencies": FREQUENCIES,
    "durations": DURATIONS,
    "allergens": ALLERGENS,
    "families": FAMILIES,
    "before": [rule for rules in BEFORE.values() for rule in rules],
    "after": [rule for rules in AFTER.values() for rule in rules],
}
CASES = [(name, rule) for name, table in TABLES.items() for rule in table]


@pytest.mark.parametrize(("table", "rule"), CASES, ids=lambda it: getattr(it, "id", it))
def test_a_rule_matches_its_example_and_not_the_other(table: str, rule: Rule) -> None:
    pattern = re.compile(rf"(?:{rule.pattern})(?!\w)", re.IGNORECASE)
    assert pattern.fullmatch(rule.match)
    assert not pattern.fullmatch(rule.other)
    assert pattern.groups == 0


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_ids_are_unique_within_a_table(table: list[Rule]) -> None:
    ids = [rule.id for rule in table]
    assert len(ids) == len(set(ids))
