"""Names are whole: no article, no half of a hyphenated word, the point of their legal form."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.ends import with_initials
from secateur.pipelines.finance.mentions.rules import whole_names


def test_names_end_with_their_cell() -> None:
    text, found = read_marks("[Delaware\t001|LOC]-38")
    assert write_marks(text, whole_names(text, found)) == "[Delaware|LOC]\t001-38"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("paid [Acme, Inc|ORG]. then", "paid [Acme, Inc.|ORG] then"),
        ("by [Meyer Turku Oy|PER], [Acme Oyj|PER]", "by [Meyer Turku Oy|ORG], [Acme Oyj|ORG]"),
        ("by [Toyo KK|LOC] in [Edmonton, AB|LOC]", "by [Toyo KK|ORG] in [Edmonton, AB|LOC]"),
        ("[Ohm AG – Group|ORG] Report", "[Ohm AG|ORG] – Group Report"),
        ("[Bad Ems - Ulm|LOC], [Ems - Ulm|LOC]", "[Bad Ems|LOC] - [Ulm|LOC], [Ems - Ulm|LOC]"),
        (
            "[Ann Ohm – Reis|PER], [Ohm Oil - Ems|ORG]",
            "[Ann Ohm|PER] – [Reis|PER], [Ohm Oil - Ems|ORG]",
        ),
        (
            "[Ulm #|LOC][Ems #Bonn|LOC], [Store #4|ORG]",
            "[Ulm|LOC] #[Ems|LOC] #[Bonn|LOC], [Store #4|ORG]",
        ),
        ("by [Earth|ORG], Wind & Fire.", "by [Earth, Wind & Fire|ORG]."),
        ("of [Ohm|PER], [Reis|PER] & [Ems|PER] as", "of [Ohm, Reis & Ems|ORG] as"),
        ("at [Ohm|ORG], Reis and Company.", "at [Ohm, Reis and Company|ORG]."),
        ("by [Ohm|ORG], [Reis & Co.|ORG] as", "by [Ohm, Reis & Co.|ORG] as"),
        ("in [Ohm|LOC], [Ulm|LOC] and [Ems|LOC].", "in [Ohm|LOC], [Ulm|LOC] and [Ems|LOC]."),
        ("the [Superior|ORG] [Court of Ohio|ORG]", "the [Superior Court of Ohio|ORG]"),
        (
            "[Regents|ORG] of the [University of Ohio|ORG]",
            "[Regents of the University of Ohio|ORG]",
        ),
        ("on the [Nasdaq Capital|ORG] Market", "on the [Nasdaq Capital Market|ORG]"),
        ("[Alliance of Ohm|ORG] Customers", "[Alliance of Ohm Customers|ORG]"),
        (
            "[Ohm Fund|ORG], LP and [Ems & Co.|ORG], P.C.",
            "[Ohm Fund, LP|ORG] and [Ems & Co., P.C.|ORG]",
        ),
        ("in [Ohm state|LOC], police", "in [Ohm|LOC] state, police"),
        ("said [Alderman Ohm|PER].", "said Alderman [Ohm|PER]."),
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
        ("[Ann J.S.|PER] [Reis|PER], [Bo|PER] [Li|PER]", "[Ann J.S. Reis|PER], [Bo|PER] [Li|PER]"),
        ("[Ann|PER] B. [Acme|ORG] won", "[Ann|PER] B. [Acme|ORG] won"),
        ("are [Ms|PER]. [Castellano|PER] and", "are Ms. [Castellano|PER] and"),
        ("by [Mr. J. Durn|PER] and", "by Mr. [J. Durn|PER] and"),
        ("[Erin L|PER]. [2024|DATE]", "[Erin L|PER]. [2024|DATE]"),
        ("[Plan B|ORG]. Then", "[Plan B|ORG]. Then"),
        ("[Orlando Regional|LOC] [Medical Center|ORG]", "[Orlando Regional Medical Center|ORG]"),
        ("[U.S.|LOC] [GAAP|ORG] asks", "[U.S.|LOC] [GAAP|ORG] asks"),
        ("by [S&|ORG]P and [S|ORG]&P.", "by [S&P|ORG] and [S&P|ORG]."),
        ("by [Alder|ORG] ([Suzhou) Co., Ltd.|ORG].", "by [Alder (Suzhou) Co., Ltd.|ORG]."),
        ("in [EMEA|ORG] fell", "in [EMEA|LOC] fell"),
        (
            "[Martin Szabo|LOC], Chief Financial Officer",
            "[Martin Szabo|PER], Chief Financial Officer",
        ),
        ("in [New York|LOC], President Ann Lee", "in [New York|LOC], President Ann Lee"),
        ("[The|ORG] [Nasdaq Global|ORG] Select Market", "The [Nasdaq Global Select Market|ORG]"),
        ("[Leeds|LOC], [Acme|ORG]", "[Leeds|LOC], [Acme|ORG]"),
        ("[State Railway|ORG] of [Thailand|LOC]", "[State Railway of Thailand|ORG]"),
        ("[Acme Inc.|ORG] of [Boise|LOC]", "[Acme Inc.|ORG] of [Boise|LOC]"),
        ("by [BDO Seidman|PER], [LLP|ORG]\n", "by [BDO Seidman, LLP|ORG]\n"),
        ("by BDO Seidman, [LLP|ORG]\n", "by [BDO Seidman, LLP|ORG]\n"),
        ("by Kesselman & Hohenbergen, [LLP|ORG]", "by [Kesselman & Hohenbergen, LLP|ORG]"),
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
        ("[Hall &|PER] [Hall|PER] and [Ann|PER]", "[Hall & Hall|ORG] and [Ann|PER]"),
        ("[Hall &|ORG] [Hall|PER] and [Ann|PER]", "[Hall & Hall|ORG] and [Ann|PER]"),
        ("the [Inc.|ORG] of a firm", "the Inc. of a firm"),
        ("in [2009|DATE], [LLP|ORG]", "in [2009|DATE], LLP"),
        ("rated by [A.M.|ORG] Best.", "rated by [A.M. Best|ORG]."),
        ("[A.M.|PER] [Best|ORG] rates", "[A.M. Best|PER] rates"),
        ("with [Messrs|ORG]. [Reis|PER] and", "with Messrs. [Reis|PER] and"),
        ("[net income|KPI]-A of [$5|MONEY].", "[net income|KPI]-A of [$5|MONEY]."),
        ("the [Tree Fund and|ORG] [UNEP|ORG] sent", "the [Tree Fund|ORG] and [UNEP|ORG] sent"),
        ("[Gijon 2-1|ORG] [Gijon 2 - 1|ORG]", "[Gijon|ORG] 2-1 [Gijon|ORG] 2 - 1"),
        ("by [Acme Inc .|ORG] and [Ann K .|PER]", "by [Acme Inc|ORG] . and [Ann K .|PER]"),
        ("[Oslo, S.A. 2|LOC]. [Bo|ORG]", "[Oslo, S.A.|ORG] 2. [Bo|ORG]"),
        ("the [No. 18|ORG] flew", "the [No. 18|ORG] flew"),
        ("[Ann Ltd|PER], [Boise, CO|LOC]", "[Ann Ltd|ORG], [Boise, CO|LOC]"),
        ("[Reis|ORG] & [Bohm LLP|ORG]", "[Reis & Bohm LLP|ORG]"),
        ("[Acme Inc.|ORG] & [Bohm LLP|ORG]", "[Acme Inc.|ORG] & [Bohm LLP|ORG]"),
        ("[Reis|PER] & [Bohm|PER]", "[Reis|PER] & [Bohm|PER]"),
        ("[Bank of|ORG] [Hong Kong|LOC]", "[Bank of Hong Kong|ORG]"),
        ("[Bohm|ORG] , [S.A.|LOC] of", "[Bohm , S.A.|ORG] of"),
        (
            "[Sen|PER]. [Ann Reis|PER], [Lt. Gov. Bo Li|PER], [Prof Ed Ohm|PER]",
            "Sen. [Ann Reis|PER], Lt. Gov. [Bo Li|PER], Prof [Ed Ohm|PER]",
        ),
        ("[President|PER] [Ann Reis|PER]", "President [Ann Reis|PER]"),
        ("[Col Reis|PER] and [Rep|ORG]", "[Col Reis|PER] and Rep"),
        ("BRIEF-[Acme|ORG], Ex-[Acme|ORG]", "BRIEF-[Acme|ORG], Ex-[Acme|ORG]"),
        ("LEEDS-[ACME|ORG]", "[LEEDS-ACME|ORG]"),
        ("the [U.S.|LOC] Treasury and", "the [U.S. Treasury|ORG] and"),
        ("in [2024|DATE] [U.S.|LOC] Treasury and", "in [2024|DATE] [U.S. Treasury|ORG] and"),
        ("[Hong Kong|LOC] Stock [Exchange|ORG].", "[Hong Kong Stock Exchange|ORG]."),
        ("[Leeds|LOC] Army-issue, [Ann|PER] Navy", "[Leeds|LOC] Army-issue, [Ann|PER] Navy"),
        ("[Leeds|LOC] Stock [Exchange Five|ORG].", "[Leeds|LOC] Stock [Exchange Five|ORG]."),
        ("the [Oslo Parliament|LOC]", "the [Oslo Parliament|ORG]"),
        (
            "[LEEDS|LOC] STOCK EXCHANGE, [U.S.|LOC] treasury",
            "[LEEDS STOCK EXCHANGE|ORG], [U.S.|LOC] treasury",
        ),
        ("[LEEDS|LOC]-BASED [ACME AND|ORG] ", "[LEEDS|LOC]-BASED [ACME|ORG] AND "),
        (
            "[OHIO DISTRICT|LOC] [COURT|ORG], [U.S.|LOC] [FCC|ORG]",
            "[OHIO DISTRICT COURT|ORG], [U.S.|LOC] [FCC|ORG]",
        ),
        ("[BANK OF|ORG] [OHIO|LOC]; [Portland, OR|LOC]", "[BANK OF OHIO|ORG]; [Portland, OR|LOC]"),
        ("a [Reis Oil term loan|ORG]", "a [Reis Oil|ORG] term loan"),
        ("[Ohm Airlines Co .|ORG]", "[Ohm Airlines Co|ORG] ."),
        ("[R.|ORG]ON SE and [Ohm|ORG].com", "[R.ON SE|ORG] and [Ohm.com|ORG]"),
        ("[Ohm|ORG], Inc. and [Reis|ORG], Inc", "[Ohm, Inc.|ORG] and [Reis, Inc|ORG]"),
        ("[Ohm|ORG] SE-based, [Reis|ORG] [SE Ltd|ORG]", "[Ohm|ORG] SE-based, [Reis SE Ltd|ORG]"),
        (
            "[Republic|LOC] of [Ohm|LOC], [Leeds|LOC] of [Ohm|LOC]",
            "[Republic of Ohm|LOC], [Leeds|LOC] of [Ohm|LOC]",
        ),
        ("the [Kingdom of|LOC] [Ohm|LOC]", "the [Kingdom of Ohm|LOC]"),
        ("[Leeds 2|ORG]-1 [Oslo 777|LOC] - 200", "[Leeds|ORG] 2-1 [Oslo|LOC] 777 - 200"),
        ("[M. Reis 58|PER], [Cap 1|PER] and", "[M. Reis|PER] 58, [Cap 1|PER] and"),
        (
            "in [Ohm province|LOC], the [Reis news agency|ORG]",
            "in [Ohm|LOC] province, the [Reis|ORG] news agency",
        ),
        (
            "[President Reis|PER], [Crown Prince Bo|PER] of [Prince Hotels|ORG]",
            "President [Reis|PER], Crown Prince [Bo|PER] of [Prince Hotels|ORG]",
        ),
        ("by a [pope|PER], [King|PER]", "by a pope, [King|PER]"),
        ("[Ed Ohm|PER], [Jr.|PER] and [Bo Li|PER] II", "[Ed Ohm, Jr.|PER] and [Bo Li II|PER]"),
        ("[Ed Ohm|PER], [Jr. 5|DATE]", "[Ed Ohm|PER], [Jr. 5|DATE]"),
        (
            "OSLO - [The Ohm Council|ORG], - [The Ohm Co.|ORG]",
            "OSLO - The [Ohm Council|ORG], - [The Ohm Co.|ORG]",
        ),
        ('by [Ohm/Reis"|ORG] and', 'by [Ohm/Reis|ORG]" and'),
        ("[Ohm Bank|ORG], [National Association|ORG]", "[Ohm Bank, National Association|ORG]"),
        (
            "[Eli Ohm|ORG] and Company, [Reis|ORG] & Co.",
            "[Eli Ohm and Company|ORG], [Reis & Co.|ORG]",
        ),
        ("[District Court of|LOC] [Ohm County|LOC]", "[District Court of Ohm County|ORG]"),
        ("[Spain|ORG] and [Texas|PER], [Texas|ORG]", "[Spain|LOC] and [Texas|LOC], [Texas|ORG]"),
        ("[Eli Lilly|PER] [Taiwan|ORG] [Ohm|ORG]", "[Eli Lilly|ORG] [Taiwan Ohm|ORG]"),
        ("[Ohm|LOC] Commission on Tea Quality met", "[Ohm Commission on Tea Quality|ORG] met"),
        (
            "Office of the Comptroller of the [Currency supervise|ORG] it",
            "[Office of the Comptroller of the Currency|ORG] supervise it",
        ),
        (
            "[Department of Tea and Coffee|ORG], the Office of [Ann Ohm|PER]",
            "[Department of Tea and Coffee|ORG], the Office of [Ann Ohm|PER]",
        ),
        ("Committee of the Board of [Ohm|ORG]", "Committee of the Board of [Ohm|ORG]"),
        ("Department of Tea", "Department of Tea"),
        ("[Ohm|ORG] Desktop Service", "[Ohm|ORG] Desktop Service"),
        ("[Ohm Global|ORG] Investors, Inc. and", "[Ohm Global Investors, Inc.|ORG] and"),
        ("[Ohm|LOC] Investors, [Ohm|ORG] Energy-1", "[Ohm|LOC] Investors, [Ohm|ORG] Energy-1"),
        (
            "[Office of Tea|ORG] of the [U.S. Department|ORG] of Ale",
            "[Office of Tea|ORG] of the [U.S. Department of Ale|ORG]",
        ),
        (
            "[Ohm Post|LOC], [West Bank|LOC], [Reis Airlines|PER]",
            "[Ohm Post|ORG], [West Bank|LOC], [Reis Airlines|ORG]",
        ),
        (
            "[Oslo|ORG] [Narodny Bank|ORG], [Ohm|ORG] [Tea|ORG]",
            "[Oslo Narodny Bank|ORG], [Ohm|ORG] [Tea|ORG]",
        ),
        ("[Ohm|PER], [Reis|ORG], Bohm & [Alm LLP|ORG]", "[Ohm, Reis, Bohm & Alm LLP|ORG]"),
        ("[Ohm|ORG], [Bohm & Alm LLP|ORG]", "[Ohm|ORG], [Bohm & Alm LLP|ORG]"),
        ("[Ohm|ORG], [Reis|DATE], Bohm & Alm LLP", "[Ohm|ORG], [Reis|DATE], Bohm & Alm LLP"),
        ("[Ohm Reis|PER] Films, [U.S.|LOC] Steel", "[Ohm Reis Films|ORG], [U.S. Steel|ORG]"),
        ("[Ohm|LOC] Capital Markets", "[Ohm|LOC] Capital Markets"),
        ("[Sam Ohm|PER]-[Reis|ORG] said", "[Sam Ohm-Reis|PER] said"),
        ("[Philippine|ORG] [Telephone|ORG]", "[Philippine Telephone|ORG]"),
        (
            "[Court of Justice|ORG] of the [European Union|ORG]",
            "[Court of Justice of the European Union|ORG]",
        ),
        ("[Lord|PER] [Ann Reis|PER] said", "Lord [Ann Reis|PER] said"),
        ("Secretary of [State|ORG] of [Ohio|LOC]", "Secretary of [State|ORG] of [Ohio|LOC]"),
        ("[Australian|ORG] [Labor Party|ORG]", "[Australian Labor Party|ORG]"),
        (
            "[U.S.|LOC] Geological Survey, [New York Stock|ORG] Exchange",
            "[U.S. Geological Survey|ORG], [New York Stock Exchange|ORG]",
        ),
    ],
)
def test_ends_of_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, whole_names(text, found)) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("R. [Kessler|PER] and J.P. [Hale|PER]", "[R. Kessler|PER] and [J.P. Hale|PER]"),
        ("of A. [Moss|ORG]", "of A. [Moss|ORG]"),
        ("in the U.S. [Moss|PER]", "in the U.S. [Moss|PER]"),
        ("[Ada B.|PER] [Moss|PER]", "[Ada B.|PER] [Moss|PER]"),
    ],
)
def test_initials_before_a_person(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_initials(text, found)) == expected
