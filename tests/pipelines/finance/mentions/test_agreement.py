"""Mentions of one name agree, and nothing else of what was found is touched."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.candidates.found import NAMES, Found
from secateur.pipelines.finance.mentions.rules import settle_names


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "[Marvel|ORG] and [Marvel|ORG] and [Marvel|PER|0.4]",
            "[Marvel|ORG] and [Marvel|ORG] and [Marvel|ORG]",
        ),
        (
            "[Georgia|LOC|0.9] or [Georgia|ORG|0.9], which?",
            "[Georgia|LOC] or [Georgia|ORG], which?",
        ),
        (
            "[Costa Limited|ORG] runs [Costa|LOC|0.99] shops; [Costa|LOC|0.99]",
            "[Costa Limited|ORG] runs [Costa|ORG] shops; [Costa|ORG]",
        ),
        (
            "[Costa A/S|ORG] runs [Costa|LOC|0.99] shops; [Costa|LOC|0.99]",
            "[Costa A/S|ORG] runs [Costa|ORG] shops; [Costa|ORG]",
        ),
        (
            "[Hulu|ORG] and [Hulu|ORG] and Hulu’s",
            "[Hulu|ORG] and [Hulu|ORG] and [Hulu|ORG]’s",
        ),
        ("[Hulu|ORG] and Hulu", "[Hulu|ORG] and Hulu"),
        (
            "[Acme|ORG] ([TSX: ACM|ORG]), [Kern|ORG] ([KRN NA|ORG])",
            "[Acme|ORG] (TSX: ACM), [Kern|ORG] (KRN NA)",
        ),
        ("see www.[ohm|PER].example or ir@[Ohm|ORG].com", "see www.ohm.example or ir@Ohm.com"),
        ("[Ann|PER]: [Hi.|PER] [Priya|PER]?", "[Ann|PER]: Hi. [Priya|PER]?"),
        ("under the symbol “[VRDZ|ORG]”", "under the symbol “VRDZ”"),
        ("[Ohm|ORG]'s [Xbox|ORG] in [2001|DATE]", "[Ohm|ORG]'s Xbox in [2001|DATE]"),
        ("[Ohm|ORG]'s [works council|ORG] met", "[Ohm|ORG]'s works council met"),
        ("[national bank|ORG] branches", "national bank branches"),
        ("a [Wells|ORG] notice, [Wells|ORG] Street", "a Wells notice, [Wells|ORG] Street"),
        (
            "[Hulu|ORG] [Hulu|ORG] Hulu-like, Hulus, unHulu",
            "[Hulu|ORG] [Hulu|ORG] Hulu-like, Hulus, unHulu",
        ),
        (
            "[Hulu|ORG] [Hulu|ORG] [Hulu sales|KPI]",
            "[Hulu|ORG] [Hulu|ORG] [Hulu sales|KPI]",
        ),
        ("[Ohm|ORG|0.4] or [Ann|PER|0.49] in [Paris|LOC|0.3]", "Ohm or Ann in Paris"),
        ("[Ohm|ORG|0.4] and [Ohm|ORG|0.5]", "[Ohm|ORG] and [Ohm|ORG]"),
        ("[Nokia|PER|0.4] in [Spain|ORG|0.2]", "[Nokia|ORG] in [Spain|LOC]"),
        ("(“Rump”) [Rump|ORG|0.4], [Ohm Ltd|ORG|0.3]", "(“Rump”) [Rump|ORG], [Ohm Ltd|ORG]"),
        ("[Tehran|PER] v [York|LOC]", "[Tehran|ORG] v [York|ORG]"),
        ("[Goodwill|ORG] " + "Goodwill " * 4, "Goodwill " * 5),
        ("(“Rump”) [Rump|ORG]" + " Rump" * 4, "(“Rump”) [Rump|ORG]" + " Rump" * 4),
        ("Item 2.\n[PROPERTIES|ORG]\nOur properties", "Item 2.\nPROPERTIES\nOur properties"),
        ("2. [REAL ESTATE|ORG]\nof real estate", "2. REAL ESTATE\nof real estate"),
        (
            "[REAL BANK|ORG]\nby [Real Bank|ORG], a real bank",
            "[REAL BANK|ORG]\nby [Real Bank|ORG], a real bank",
        ),
        ("the [ESTATE|ORG]\nof an estate", "the [ESTATE|ORG]\nof an estate"),
        ("[ACME GROUP|ORG]\nthe group", "[ACME GROUP|ORG]\nthe group"),
        (
            "[FUND INC.|ORG]\n\n[FUND|ORG]\nof a fund",
            "[FUND INC.|ORG]\n\n[FUND|ORG]\nof a fund",
        ),
        ("paid in [SEK|ORG] by [Acme|ORG]", "paid in SEK by [Acme|ORG]"),
        ("paid by [Sterling|ORG]", "paid by [Sterling|ORG]"),
        ("[Lac Corp. (TSX: LSG)|ORG] grew", "[Lac Corp.|ORG] (TSX: LSG) grew"),
        ("[Lac Re Ltd (BSX: LAC)|ORG] grew", "[Lac Re Ltd|ORG] (BSX: LAC) grew"),
        ("[Lac Group (NYSE: LSG)|ORG] grew", "[Lac Group|ORG] (NYSE: LSG) grew"),
        ("in [Docket No|ORG]. UE-25 and [Case No.|ORG] 7", "in Docket No. UE-25 and Case No. 7"),
        ("[c/o|ORG] [Acme, Inc|ORG]., Ohio", "c/o [Acme, Inc.|ORG], Ohio"),
        ("[ARR|ORG] of [Acme|ORG] grew", "ARR of [Acme|ORG] grew"),
        ("[Treasury|ORG] shares, the [Treasury|ORG]", "Treasury shares, the [Treasury|ORG]"),
        ("[Hall Bau|PER] [SE|LOC] grew", "[Hall Bau SE|ORG] grew"),
        ("in [Las Vegas|LOC], [NV|LOC] 89101", "in [Las Vegas|LOC], [NV|LOC] 89101"),
        ("in [Adelaide|LOC] [SA|LOC] and [NV|LOC]", "in [Adelaide|LOC] [SA|LOC] and [NV|LOC]"),
        ("[Acme Fund|ORG] (the [“Fund”|ORG])", "[Acme Fund|ORG] (the “[Fund|ORG]”)"),
        ("[S&P|ORG] kept a rating [AA+/Stable|ORG]", "[S&P|ORG] kept a rating AA+/Stable"),
        ("sold by [P&G.|ORG] It grew", "sold by [P&G|ORG]. It grew"),
        ("flew by [AA|ORG] to [Ohio|LOC]", "flew by [AA|ORG] to [Ohio|LOC]"),
        ("[QBX|ORG] QBX QBX QBX QBX", "[QBX|ORG] QBX QBX QBX QBX"),
        (
            "[Big Board|ORG] [Big Board|ORG] [Big|LOC|0.3] Board",
            "[Big Board|ORG] [Big Board|ORG] [Big Board|ORG]",
        ),
        (
            "variable interest entities (VIEs); a [VIE|ORG], [VIEs|ORG]",
            "variable interest entities (VIEs); a VIE, VIEs",
        ),
        ("[Ohio|LOC] " * 9 + "and [turkey|LOC]", "[Ohio|LOC] " * 9 + "and turkey"),
        ("[TRIAZ®|ORG] and [Triaz|ORG] sell", "TRIAZ® and Triaz sell"),
        ("[LUSTRA-AF|ORG]™ sells", "LUSTRA-AF™ sells"),
        ("[Acme|ORG]® of [Acme|ORG] by [Acme|ORG]", "[Acme|ORG]® of [Acme|ORG] by [Acme|ORG]"),
        ("[Nike|ORG]® of [Nike, Inc.|ORG]", "[Nike|ORG]® of [Nike, Inc.|ORG]"),
        (
            "[Tyson Foods, Inc.|ORG] " * 3 + "[Tyson|PER] grew; [Ann Tyson|PER] led",
            "[Tyson Foods, Inc.|ORG] " * 3 + "[Tyson|ORG] grew; [Ann Tyson|PER] led",
        ),
        (
            "[Brand Bau AG|ORG], [Brand Co., Ltd.|ORG]: [Brand|PER] grew",
            "[Brand Bau AG|ORG], [Brand Co., Ltd.|ORG]: [Brand|ORG] grew",
        ),
        (
            "[ACME MOTOR CORP.|ORG]: [Acme Motor Corp.|ORG] rose, says [Acme|PER]",
            "[ACME MOTOR CORP.|ORG]: [Acme Motor Corp.|ORG] rose, says [Acme|ORG]",
        ),
        ("120 [MW|ORG] in [Ohio|LOC], run by [MW|ORG]", "120 MW in [Ohio|LOC], run by [MW|ORG]"),
        ("[Acme Oyj|ORG] ([ISIN|ORG]: FI000123)", "[Acme Oyj|ORG] (ISIN: FI000123)"),
        ("at [STIBOR|ORG] plus 2% of [Ohio|LOC]", "at STIBOR plus 2% of [Ohio|LOC]"),
        ("[Diluted|ORG] shares of [Ohio|LOC]", "Diluted shares of [Ohio|LOC]"),
        ("[ISIN|ORG] codes of [Ohio|LOC]", "[ISIN|ORG] codes of [Ohio|LOC]"),
        ("from [Xaa3|ORG] to [C|ORG] by [X|ORG]", "from [Xaa3|ORG] to C by [X|ORG]"),
        (
            "[Rump Hotels, Inc.|ORG] fell. " + "[Rump|PER] spoke. " * 4,
            "[Rump Hotels, Inc.|ORG] fell. " + "[Rump|PER] spoke. " * 4,
        ),
        (
            "[Tyson Foods, Inc.|ORG] " * 3 + "Mr. [Tyson|PER] led",
            "[Tyson Foods, Inc.|ORG] " * 3 + "Mr. [Tyson|PER] led",
        ),
        (
            "[Tyson Foods, Inc.|ORG] " * 3 + "[A Tyson|PER], [B Tyson|PER]: [Tyson|PER]",
            "[Tyson Foods, Inc.|ORG] " * 3 + "[A Tyson|PER], [B Tyson|PER]: [Tyson|PER]",
        ),
        ("says [Ek|ORG], or [Bo Ek|PER]: [Ek|PER]", "says [Ek|PER], or [Bo Ek|PER]: [Ek|PER]"),
        ("[Bo Ford|PER] of [Ford|ORG], [Ford|ORG]", "[Bo Ford|PER] of [Ford|ORG], [Ford|ORG]"),
        ("[PBRSUs|ORG] and [Class B|ORG] of [HSBC|ORG]", "PBRSUs and Class B of [HSBC|ORG]"),
        ("[Class B Common|ORG] at [Ba1|ORG], [B1|ORG]", "Class B Common at Ba1, [B1|ORG]"),
        ("[SaaS|ORG] of [Ohm|ORG] by [DSL|ORG]", "SaaS of [Ohm|ORG] by DSL"),
        ("Item 1. [Business|ORG]\nWe", "Item 1. Business\nWe"),
        ("See Item 1. [Ohm|ORG] grew", "See Item 1. [Ohm|ORG] grew"),
        ("[Board of the|ORG] year met", "[Board|ORG] of the year met"),
        ("[acme|ORG] in [ohio|LOC]", "[acme|ORG] in [ohio|LOC]"),
        (
            "[fairlife, LLC|ORG] of [Ohio|LOC]: [fairlife|ORG]",
            "[fairlife, LLC|ORG] of [Ohio|LOC]: [fairlife|ORG]",
        ),
    ],
    ids=lambda value: value[:30],
)  # fmt: skip
def test_mentions_agree(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, settle_names(text, found)) == expected


def test_taught_mentions_have_the_mean_probability() -> None:
    text, found = read_marks("[Hulu|ORG|0.7] [Hulu|ORG|0.9] Hulu")
    assert settle_names(text, found)[-1] == Found(10, 14, "ORG", 0.8)


def test_where_identifiers_are_hidden_no_name_is_too_uncertain() -> None:
    text, found = read_marks("[Ohm|ORG|0.4] or [Ann|PER|0.49]")
    assert settle_names(text, found, least=0.0) == found


_PIECES = st.lists(
    st.tuples(
        st.sampled_from(["Acme", "Acme Corp", "U.S", "the Ohio", "a", "B-", "Lee K", "(IRS", "5"]),
        st.sampled_from(["", "ORG", "LOC", "PER", "KPI", "MONEY", "DATE"]),
        st.floats(0, 1),
        st.sampled_from([" ", "-", ". ", " of ", "\n", ") "]),
    ),
    max_size=25,
)


@example([("Lee K", "PER", 0.0, ". "), ("Acme Corp", "PER", 0.0, "-"), ("Acme", "KPI", 0.0, " ")])
@example([("U.S", "ORG", 0.0, ". "), ("Acme", "ORG", 0.0, "-"), ("Acme", "KPI", 0.0, " ")])
@given(_PIECES)
def test_the_rest_is_untouched_and_all_is_disjoint(
    pieces: list[tuple[str, str, float, str]],
) -> None:
    text, found = "", []
    for words, label, score, gap in pieces:
        if label:
            found.append(Found(len(text), len(text) + len(words), label, score))
        text += words + gap
    agreed = settle_names(text, found)
    rest = [other for other in found if other.label not in NAMES]
    assert [other for other in agreed if other.label not in NAMES] == rest
    assert all(first.end <= second.start for first, second in pairwise(agreed))
    assert all(text[other.start : other.end].strip() for other in agreed)
    assert all(other.end <= len(text) for other in agreed)
