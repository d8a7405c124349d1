"""Names are whole: no article, no half of a hyphenated word, the point of their legal form."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.ends import whole_names


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("paid [Acme, Inc|ORG]. then", "paid [Acme, Inc.|ORG] then"),
        ("a bank, [Keybank, N.A|ORG].", "a bank, [Keybank, N.A.|ORG]"),
        ("of [Network Services.|ORG]\nThen", "of [Network Services|ORG].\nThen"),
        (
            "in [Washington, D.C.|LOC] for [Foo Corp.|ORG]",
            "in [Washington, D.C.|LOC] for [Foo Corp.|ORG]",
        ),
        ("paid [Acme|ORG]. Then", "paid [Acme|ORG]. Then"),
        ("improve [the Coca|ORG]-Cola system", "improve the [Coca-Cola|ORG] system"),
        ("Aqua-[Chem, Inc|ORG]., of", "[Aqua-Chem, Inc.|ORG], of"),
        ("an [Ohio|LOC]-based firm", "an [Ohio|LOC]-based firm"),
        ("non-[U.S|LOC]. sales, Non-[U.S.|LOC]", "non-[U.S.|LOC] sales, Non-[U.S.|LOC]"),
        ("the [U.S.|LOC]-[China|LOC] pact", "the [U.S.|LOC]-[China|LOC] pact"),
        ("[The Hague|LOC]", "[The Hague|LOC]"),
        ("by [BA, LLC (“BodyArmor|ORG]”) in", "by [BA, LLC|ORG] (“BodyArmor”) in"),
        ("[Acme (Delaware) LLC|ORG]", "[Acme (Delaware) LLC|ORG]"),
        ("/s/ [Jennifer K|PER]. [Mann|PER]\t", "/s/ [Jennifer K. Mann|PER]\t"),
        ("/s/ [Erin L|PER]. May\tDirector", "/s/ [Erin L. May|PER]\tDirector"),
        ("/s/ [Gerald|PER] N. Osei\t", "/s/ [Gerald N. Osei|PER]\t"),
        ("[Ann|PER] B. [Acme|ORG] won", "[Ann|PER] B. [Acme|ORG] won"),
        ("are [Ms|PER]. [Castellano|PER] and", "are Ms. [Castellano|PER] and"),
        ("by [Mr. J. Durn|PER] and", "by Mr. [J. Durn|PER] and"),
        ("[Erin L|PER]. [2024|DATE]", "[Erin L|PER]. [2024|DATE]"),
        ("[Plan B|ORG]. Then", "[Plan B|ORG]. Then"),
        ("[Orlando Regional|LOC] [Medical Center|ORG]", "[Orlando Regional Medical Center|ORG]"),
        ("[U.S.|LOC] [GAAP|ORG] asks", "[U.S.|LOC] [GAAP|ORG] asks"),
        ("[Leeds|LOC], [Acme|ORG]", "[Leeds|LOC], [Acme|ORG]"),
        ("[State Railway|ORG] of [Thailand|LOC]", "[State Railway of Thailand|ORG]"),
        ("[Acme Inc.|ORG] of [Boise|LOC]", "[Acme Inc.|ORG] of [Boise|LOC]"),
        ("by [BDO Seidman|PER], [LLP|ORG]\n", "by [BDO Seidman, LLP|ORG]\n"),
        ("by BDO Seidman, [LLP|ORG]\n", "by [BDO Seidman, LLP|ORG]\n"),
        ("the [Bank of Ohio|ORG], [N.A.|ORG] of", "the [Bank of Ohio, N.A.|ORG] of"),
        ("[Syntex|ORG] ([U.S.A.|LOC]), [Inc.|ORG] and", "[Syntex (U.S.A.), Inc.|ORG] and"),
        ("[Estate Funding|ORG] [VIII, L.P.|ORG]", "[Estate Funding VIII, L.P.|ORG]"),
        ("[FINRA'|ORG]s office, [Reis'|ORG] office", "[FINRA|ORG]'s office, [Reis'|ORG] office"),
        ("[Norwest Bank|ORG] [Ohio|LOC], [N.A.|ORG] of", "[Norwest Bank Ohio, N.A.|ORG] of"),
        ("to Norwest Bank [Ohio|LOC], [N.A.|ORG] of", "to [Norwest Bank Ohio, N.A.|ORG] of"),
        ("in [Ohio|LOC], [N.A.|ORG] of", "in [Ohio|LOC], N.A. of"),
        ("of [Hoechst|ORG] [Marion Roussel, Inc.|ORG]", "of [Hoechst Marion Roussel, Inc.|ORG]"),
        (
            "the [U.S. District Court|LOC] for the [District of Maine|LOC]",
            "the [U.S. District Court for the District of Maine|ORG]",
        ),
        ("the [Sable Water District|LOC]", "the [Sable Water District|ORG]"),
        ("[Board of the|ORG] [Treadway Body|ORG] met", "[Board of the Treadway Body|ORG] met"),
        (
            "in [Miami, FL 33764|LOC], [Ohio 43004-1234|LOC]",
            "in [Miami, FL|LOC] 33764, [Ohio|LOC] 43004-1234",
        ),
        ("[Hall &|ORG] [Hall|PER] and [Ann|PER]", "[Hall & Hall|ORG] and [Ann|PER]"),
        ("the [Inc.|ORG] of a firm", "the Inc. of a firm"),
        ("in [2009|DATE], [LLP|ORG]", "in [2009|DATE], LLP"),
        ("rated by [A.M.|ORG] Best.", "rated by [A.M. Best|ORG]."),
        ("[A.M.|PER] [Best|ORG] rates", "[A.M. Best|PER] rates"),
        ("with [Messrs|ORG]. [Reis|PER] and", "with Messrs. [Reis|PER] and"),
        ("[net income|KPI]-A of [$5|MONEY].", "[net income|KPI]-A of [$5|MONEY]."),
    ],
)
def test_ends_of_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, whole_names(text, found)) == expected
