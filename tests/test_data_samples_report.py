"""The sample annual report: it foots, repeats nothing, and its gold stands where it says."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

REPORT = Path(__file__).resolve().parents[1] / "data_samples" / "report"
IX = "{http://www.xbrl.org/2013/inlineXBRL}"
XHTML = "{http://www.w3.org/1999/xhtml}"
XBRLI = "{http://www.xbrl.org/2003/instance}"
BUILT = ("annual_report.html", "gold_entities.jsonl")
FOOTINGS = (REPORT / "footings.txt").read_text(encoding="utf-8").splitlines()
# Price columns stand beside the counts that foot.
FIRST_COLUMN_ONLY = {"rsu", "options", "business-segments", "mda-results"}
# The last column is the sum of the others.
ACROSS = [
    *("equity", "goodwill", "aoci", "segments-2025", "segments-2024", "segments-2023"),
    "segment-capital",
]
AGREEMENTS = (REPORT / "agreements.txt").read_text(encoding="utf-8").splitlines()
Row = tuple[str, list[Decimal]]
Tables = dict[str, list[Row]]
Gold = dict[str, list[dict[str, Any]]]


def collapsed(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


@pytest.fixture(scope="module")
def root() -> etree._Element:
    return etree.parse(REPORT / "annual_report.html").getroot()


@pytest.fixture(scope="module")
def header(root: etree._Element) -> etree._Element:
    found = root.find(f".//{IX}header")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def elements(root: etree._Element) -> dict[str, etree._Element]:
    found = [item for item in root.iter() if re.fullmatch(r"b\d{4}", item.get("id", ""))]
    by_id = {item.get("id", ""): item for item in found}
    assert len(by_id) == len(found)
    return by_id


@pytest.fixture(scope="module")
def blocks(elements: dict[str, etree._Element]) -> dict[str, str]:
    return {name: collapsed(element) for name, element in elements.items()}


@pytest.fixture(scope="module")
def prose(elements: dict[str, etree._Element], blocks: dict[str, str]) -> dict[str, str]:
    return {name: blocks[name] for name, item in elements.items() if item.tag == f"{XHTML}div"}


@pytest.fixture(scope="module")
def gold() -> Gold:
    """Return the gold entities by block."""
    grouped: Gold = {}
    for line in (REPORT / BUILT[1]).read_text(encoding="utf-8").splitlines():
        entity = json.loads(line)
        grouped.setdefault(entity["block"], []).append(entity)
    return grouped


def number(text: str) -> Decimal | None:
    """Read a printed cell; empty and dash are zero, None is no number."""
    if text in ("", "—"):
        return Decimal(0)
    match = re.fullmatch(r"(\()?([\d,]+(?:\.\d+)?)\)?%?", text)
    if match is None:
        return None
    value = Decimal(match[2].replace(",", ""))
    return -value if match[1] else value


@pytest.fixture(scope="module")
def tables(root: etree._Element) -> Tables:
    """Return the rows of figures of each table."""
    found: Tables = {}
    for table in root.iter(f"{XHTML}table"):
        rows = found[table.get("id", "").removeprefix("t-")] = []
        for line in table.iter(f"{XHTML}tr"):
            label, *cells = (collapsed(cell) for cell in line.iter(f"{XHTML}td"))
            numbers = [number(cell) for cell in cells if cell != "$"]
            figures = [item for item in numbers if item is not None]
            if figures and len(figures) == len(numbers):
                rows.append((label, figures))
    return found


def row(tables: Tables, table: str, label: str) -> list[Decimal]:
    """Return the row of that label, or the only one that begins with it."""
    found = [values for name, values in tables[table] if name == label]
    found = found or [values for name, values in tables[table] if name.startswith(label)]
    assert len(found) == 1, f"{table}: {label!r} fits {len(found)} rows"
    return found[0]


def signed(tables: Tables, table: str, label: str) -> list[Decimal]:
    if label.startswith("-"):
        return [-value for value in row(tables, table, label[1:])]
    return row(tables, table, label)


@pytest.mark.parametrize("footing", FOOTINGS, ids=lambda line: line.rpartition(" | ")[0])
def test_total_is_the_sum_of_its_parts(tables: Tables, footing: str) -> None:
    table, label, parts = footing.split(" | ")
    columns = zip(*(signed(tables, table, part) for part in parts.split("; ")), strict=True)
    sums = [sum(column) for column in columns]
    width = 1 if table in FIRST_COLUMN_ONLY else len(sums)
    assert row(tables, table, label)[:width] == sums[:width]


def test_every_statement_is_footed() -> None:
    footed = Counter(line.partition(" | ")[0] for line in FOOTINGS)
    assert {"income", "comprehensive", "balance", "cash-flow", "equity"} <= footed.keys()
    assert footed.total() >= 80


@pytest.mark.parametrize("table", ACROSS)
def test_last_column_is_the_sum_of_the_others(tables: Tables, table: str) -> None:
    assert tables[table]
    for label, values in tables[table]:
        assert sum(values[:-1]) == values[-1], label


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_tables_agree(tables: Tables, agreement: str) -> None:
    left, left_row, right, right_row = agreement.split(" | ")
    pairs = list(zip(row(tables, left, left_row), row(tables, right, right_row), strict=False))
    assert len(pairs) >= 2
    assert all(a == b for a, b in pairs)


def test_closing_equity_is_on_the_balance_sheet(tables: Tables) -> None:
    for column, year in enumerate(("2025", "2024")):
        *_, retained, other, total = row(tables, "equity", f"Balance, September 30, {year}")
        assert retained == row(tables, "balance", "Retained")[column]
        assert other == row(tables, "balance", "Accumulated")[column]
        assert total == row(tables, "balance", "Total stockholders' equity")[column]


@pytest.mark.parametrize("kind", ["basic", "diluted"])
def test_earnings_per_share_follow_from_income_and_shares(tables: Tables, kind: str) -> None:
    printed = row(tables, "income", f"Net income per {kind}")
    shares = row(tables, "income", kind.capitalize())
    for value, income, count in zip(
        printed, row(tables, "income", "Net income"), shares, strict=True
    ):
        assert abs(value - income / count) <= Decimal("0.006")


def test_report_is_long_enough(blocks: dict[str, str], prose: dict[str, str]) -> None:
    assert len(" ".join(blocks.values()).split()) >= 9000
    assert len(" ".join(prose.values()).split()) >= 8000


def test_items_stand_in_order(prose: dict[str, str]) -> None:
    items = [
        match[1] for text in prose.values() if (match := re.match(r"Item (\d+[ABC]?)\. ", text))
    ]
    expected = "1 1A 1B 1C 2 3 4 5 6 7 7A 8 9 9A 9B 9C 10 11 12 13 14 15 16"
    assert items == expected.split()


def test_no_sentence_stands_twice(prose: dict[str, str]) -> None:
    sentences = [
        sentence.strip(" •").lower()
        for text in prose.values()
        for sentence in re.split(r"(?<=[.?!:;])\s+(?=[A-Z(])", text)
        if len(re.findall(r"[A-Za-z]+", sentence)) >= 4
    ]
    repeated = [text for text, count in Counter(sentences).items() if count > 1]
    assert len(sentences) > 350
    assert repeated == []


def test_hidden_header_defines_what_the_facts_use(
    root: etree._Element, header: etree._Element
) -> None:
    hidden = {fact.get("name"): fact.text for fact in header.iter(f"{IX}nonNumeric")}
    assert hidden["dei:DocumentFiscalYearFocus"] == "2025"
    assert len(hidden) >= 5
    defined = {item.get("id") for item in header.iter(f"{XBRLI}context", f"{XBRLI}unit")}
    facts = list(root.iter(f"{IX}nonFraction", f"{IX}nonNumeric"))
    used = {fact.get(name) for fact in facts for name in ("contextRef", "unitRef")} - {None}
    assert used <= defined
    assert len(facts) > 700


def test_hidden_facts_are_not_in_the_visible_text(
    header: etree._Element, blocks: dict[str, str]
) -> None:
    parent = header.getparent()
    assert parent is not None
    assert "display:none" in parent.get("style", "")
    assert not [item for item in header.iter() if item.get("id") in blocks]
    assert "--09-30" not in " ".join(blocks.values())


def test_a_fact_has_one_value_wherever_it_stands(root: etree._Element) -> None:
    values = defaultdict(set)
    for fact in root.iter(f"{IX}nonFraction"):
        size = number((fact.text or "").strip())
        assert size is not None
        value = size.scaleb(int(fact.get("scale", ""))) * (-1 if fact.get("sign") == "-" else 1)
        values[fact.get("name"), fact.get("contextRef"), fact.get("unitRef")].add(value)
    assert {key: found for key, found in values.items() if len(found) > 1} == {}


def test_gold_stands_at_its_offsets(gold: Gold, blocks: dict[str, str]) -> None:
    assert gold.keys() <= blocks.keys()
    for name, entities in gold.items():
        for entity in entities:
            assert blocks.get(entity.get("sign_block", ""), "$") == "$"
            assert entity["block_text"] == blocks[name]
            assert entity["text"] == blocks[name][entity["start"] : entity["end"]]
            assert entity["text"] == entity["text"].strip() != ""
        for first, second in itertools.pairwise(entities):
            assert first["end"] <= second["start"]


def test_gold_blocks_are_in_reading_order(gold: Gold, blocks: dict[str, str]) -> None:
    order = {name: index for index, name in enumerate(blocks)}
    places = [order[name] for name in gold]
    assert places == sorted(places)


def test_every_tagged_figure_is_gold(elements: dict[str, etree._Element], gold: Gold) -> None:
    for name, element in elements.items():
        printed = [fact.text for fact in element.iter(f"{IX}nonFraction")]
        found = gold.get(name, [])
        kept = [item["text"] for item in found if "concept" in item] if printed else []
        assert len(printed) == len(kept)
        assert all(digits in text for digits, text in zip(printed, kept, strict=True))


def test_every_label_has_gold(gold: Gold) -> None:
    counts = Counter(item["label"] for entities in gold.values() for item in entities)
    labels = "ORG PER LOC DATE MONEY PERCENT SHARES PER_SHARE KPI".split()
    assert sorted(counts) == sorted(labels)
    assert min(counts.values()) >= 40


def masked(text: str, entities: list[dict[str, Any]]) -> str:
    """Return the text with its entities blanked out."""
    characters = list(text)
    for entity in entities:
        characters[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    return "".join(characters)


def test_no_figure_or_year_is_left_unmarked(blocks: dict[str, str], gold: Gold) -> None:
    names = r"A(?:ct of|CT OF) \d{4}|Framework \(2013\)|2021 Equity|Update 20\d\d-\d\d"
    for name, text in blocks.items():
        rest = re.sub(names, "", masked(text, gold.get(name, [])))
        if rest != "$":
            assert re.findall(r"[$€%]|(?<![\d,-])(?:19|20)\d\d(?![\d,-])", rest) == [], text


def test_a_marked_name_is_marked_everywhere(blocks: dict[str, str], gold: Gold) -> None:
    entities = [item for found in gold.values() for item in found]
    names = {item["text"] for item in entities if item["label"] in ("ORG", "PER", "LOC")}
    pattern = "|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w.-]\w)" for name in names)
    known = re.compile("Delaware General Corporation Law|" + pattern)
    for name, text in blocks.items():
        found = set(known.findall(masked(text, gold.get(name, []))))
        assert found <= {"Delaware General Corporation Law"}, text


def test_the_built_files_are_what_the_generator_makes(tmp_path: Path) -> None:
    command = [sys.executable, str(REPORT / "build.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, timeout=60)
    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (REPORT / name).read_bytes()
