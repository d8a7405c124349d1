"""Plain text keeps its characters; notes fall into passages and sections."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.sections.headings import canonical_section

NOTE = """CHIEF COMPLAINT: Cough.

HISTORY OF PRESENT ILLNESS: This is a 60-year-old man with a cough of two weeks.
He denies fever.

CURRENT MEDICATIONS:
1. Lisinopril 10 mg daily.
2. Aspirin 81 mg daily.
PHYSICAL EXAMINATION:
HEENT: Clear.
LUNGS: Few crackles.

ASSESSMENT AND PLAN
Bronchitis. Rest.
"""


def read_bytes(folder: Path, data: bytes, name: str = "note.txt") -> Document:
    path = folder / name
    path.write_bytes(data)
    return read(path)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Café visit: 5° of flexion, naïve to opioids."
    document = read_bytes(tmp_path, text.encode(encoding))
    assert document.text == text
    assert document.coverage.dropped == {}


def test_windows_quotes(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, b"He said \x93well\x94.")
    assert document.text == "He said “well”."
    (warning,) = document.warnings
    assert warning.startswith("no Unicode text: read as cp1252; ")


def test_one_wrong_byte_costs_one_character_and_is_told(tmp_path: Path) -> None:
    before, after = "Café, naïve to opioids", "5° of flexion"
    document = read_bytes(tmp_path, before.encode() + b" \xff " + after.encode())
    assert document.text == f"{before} \ufffd {after}"
    assert document.warnings == ("1 characters could not be decoded",)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"], ids=["dos", "mac", "unix"])
def test_line_ends_become_newlines(tmp_path: Path, newline: str) -> None:
    assert read_bytes(tmp_path, NOTE.replace("\n", newline).encode()).text == NOTE


def test_characters_stay_in_place(tmp_path: Path) -> None:
    text = "  Indented,\twith a tab.   Spaces stay.\n\n\n\nLast line  \n"
    assert read_bytes(tmp_path, text.encode()).text == text


def test_no_break_space_becomes_a_space(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "10\u00a0mg".encode()).text == "10 mg"


def test_control_and_zero_width_characters_are_dropped_and_counted(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, ("a\u200bb\x01c " + "x" * 300).encode())
    assert document.text.startswith("abc x")
    assert document.coverage.dropped == {"control characters": 2}


def test_gzip_is_unpacked_and_leaves_the_name(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, gzip.compress(b"HPI: well."), "a.txt.gz")
    assert (document.doc_id, document.text) == ("a.txt", "HPI: well.")


def test_passages_of_a_note(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, NOTE.encode())
    found = [(p.kind, p.section, document.text[p.start : p.end]) for p in document.passages]
    assert found == [
        ("paragraph", "Chief Complaint", "CHIEF COMPLAINT: Cough."),
        (
            "paragraph",
            "HPI",
            "HISTORY OF PRESENT ILLNESS: This is a 60-year-old man with a cough of two weeks.\n"
            "He denies fever.",
        ),
        ("title", "Medications", "CURRENT MEDICATIONS:"),
        ("list", "Medications", "1. Lisinopril 10 mg daily."),
        ("list", "Medications", "2. Aspirin 81 mg daily."),
        ("title", "Physical Exam", "PHYSICAL EXAMINATION:"),
        ("paragraph", "Physical Exam", "HEENT: Clear."),
        ("paragraph", "Physical Exam", "LUNGS: Few crackles."),
        ("title", "Assessment and Plan", "ASSESSMENT AND PLAN"),
        ("paragraph", "Assessment and Plan", "Bronchitis. Rest."),
    ]


def test_heading_ends_a_wrapped_paragraph(tmp_path: Path) -> None:
    note = (
        "HISTORY OF PRESENT ILLNESS: This is a man of 60 years who had a cough for two\n"
        "PLAN: Rest.\n"
    )
    assert [p.section for p in read_bytes(tmp_path, note.encode()).passages] == ["HPI", "Plan"]


def test_a_label_ends_a_wrapped_paragraph_that_does_not_lead_on(tmp_path: Path) -> None:
    principal = "Principal: Acute perforated diverticulitis with an abscess (Hinchey II)"
    note = f"{principal}\nSecondary: Gout\n\n{principal} and\nSigmoid: Inflamed\n"
    document = read_bytes(tmp_path, note.encode())
    texts = [document.text[p.start : p.end] for p in document.passages]
    assert texts == [principal, "Secondary: Gout", f"{principal} and\nSigmoid: Inflamed"]


@pytest.mark.parametrize(("words", "passages"), [(40, 3), (4, 2)])
def test_lines_go_on_only_in_texts_that_are_wrapped(
    tmp_path: Path, words: int, passages: int
) -> None:
    note = "\n".join(
        ["word " * words, "Elevated pressure of the blood without hypertension", "Gout"]
    )
    assert len(read_bytes(tmp_path, note.encode()).passages) == passages


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("A man of 60 years who came for his\nankle again.", 1),
        ("1. Ulcer of the foot, Wagner\ngrade 2.\nA man of 60 years who came for his", 2),
        ("Rest.\nankle again.\nA man of 60 years who came for his", 3),
        ("Gout\nasthma\nA man of 60 years who came for his", 3),
        ("gout of the ankle and of the knee\nasthma of his childhood", 2),
        (f"{'Convert to torsemid':e<132}\n40 BID.", 1),
    ],
)
def test_lines_go_on_where_they_were_wrapped(tmp_path: Path, text: str, passages: int) -> None:
    assert len(read_bytes(tmp_path, f"{text}\n".encode()).passages) == passages


def test_form_feed_ends_a_passage(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, b"First page.\fSecond page.")
    assert [document.text[p.start : p.end] for p in document.passages] == [
        "First page.",
        "Second page.",
    ]


def test_unknown_heading_in_capitals_keeps_its_words(tmp_path: Path) -> None:
    note = NOTE.replace("ASSESSMENT", "TOURNIQUET TIME: 40 minutes.\n\nASSESSMENT")
    assert "TOURNIQUET TIME" in {p.section for p in read_bytes(tmp_path, note.encode()).passages}


def test_problems_that_a_plan_goes_through_open_no_sections(tmp_path: Path) -> None:
    note = NOTE + "\nCOPD: Stable.\n"
    assert read_bytes(tmp_path, note.encode()).passages[-1].section == "Assessment and Plan"
    note = NOTE.replace("ASSESSMENT AND PLAN", "PLAN:") + "1. COPD: Stable.\n"
    assert read_bytes(tmp_path, note.encode()).passages[-1].section == "Plan"


def test_line_in_capitals_below_a_sentence_is_a_passage_of_its_own(tmp_path: Path) -> None:
    note = "Diabetes mellitus: Continue metformin 500 mg twice a day.\nHYPERTENSION\n"
    document = read_bytes(tmp_path, note.encode())
    assert [document.text[p.start : p.end] for p in document.passages] == note.splitlines()


def test_text_with_labels_but_no_clinical_heading_has_no_sections(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, b"WARNING: hot.\n\nNEW YORK: The firm grew.\n")
    assert {p.section for p in document.passages} == {None}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("HISTORY OF PRESENT ILLNESS", "HPI"),
        ("Past medical history", "Past Medical History"),
        ("POSTOPERATIVE DIAGNOSES", "Postoperative Diagnosis"),
        ("Assessment & Plan", "Assessment and Plan"),
        ("MEDS", "Medications"),
        ("ALLERGIES", "Allergies"),
        ("Follow-up", "Instructions"),
        ("PROBLEM LIST", "Problems"),
        ("LABS AND IMAGING", "Results"),
        ("DISCUSSION/PLAN", "Assessment and Plan"),
        ("Imp/Plan", "Assessment and Plan"),
        ("Tx", "Plan"),
        ("Advised", "Plan"),
        ("Medications reviewed with daughter", "Medications"),
        ("DISPOSITION AND PLAN", "Plan"),
        ("SECONDARY DIAGNOSES / HOSPITAL EVENTS", "Discharge Diagnosis"),
        ("DIAGNOSES AND EVENTS", None),
        ("MEDICATIONS/ALLERGIES", None),
        ("S/P", None),
        ("Quarterly outlook", None),
    ],
)
def test_names_of_headings(label: str, name: str | None) -> None:
    assert canonical_section(label) == name


@pytest.mark.parametrize(("part", "count"), [(" (1)", 4), (" ", 2_000), (" by Dr. 1 2024", 4)])
def test_the_time_for_what_is_no_heading_grows_with_its_length(part: str, count: int) -> None:
    assert growth(lambda text: canonical_section(f"Labs{text} x"), part, count) < LINEAR


def test_plain_text_report_has_items(tmp_path: Path) -> None:
    text = (
        "Item 1. Business\n\nWe make pumps.\n\nItem 1A. Risk Factors\n\nMany.\n\n"
        "Item 2. Properties\n\nOne plant.\n"
    )
    sections = [p.section for p in read_bytes(tmp_path, text.encode()).passages]
    assert sections == ["Item 1"] * 2 + ["Item 1A"] * 2 + ["Item 2"] * 2


STATEMENT = """Overview of the year, which was a good one.

                    STATEMENTS OF INCOME
                  (Dollars in thousands)
<TABLE>
<CAPTION>
                                    Years Ended June 30,
                                  -----------------------
                                     1997         1996
                                  ----------   ----------
<S>                               <C>          <C>
Revenues:
  Pumps . . . . . . . . . . . .   $  101,234   $   99,001
  Repairs ......................       4,321        ( 45 )
                                  ----------   ----------
                                     105,555       98,956
Costs of pumps, parts and
  repairs                             60,000         --
Tax rate                                38.5%        39.0 %
Net income after tax and all interest 12,345       11,000
                                  ==========   ==========
</TABLE>

The notes are part of these statements.  They were audited.
"""


def cells_of(document: Document) -> list[tuple[str, str | None, str | None]]:
    return [
        (document.text[p.start : p.end], p.row, p.column)
        for p in document.passages
        if p.kind == "cell"
    ]


def test_columns_of_figures_are_a_table(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, STATEMENT.encode())
    this, last = "Years Ended June 30, 1997", "Years Ended June 30, 1996"
    assert [cell for cell in cells_of(document) if cell[2]] == [
        ("$101,234", "Pumps", this),
        ("$99,001", "Pumps", last),
        ("4,321", "Repairs", this),
        ("( 45 )", "Repairs", last),
        ("105,555", None, this),
        ("98,956", None, last),
        ("60,000", "Costs of pumps, parts and repairs", this),
        ("--", "Costs of pumps, parts and repairs", last),
        ("38.5%", "Tax rate", this),
        ("39.0 %", "Tax rate", last),
        ("12,345", "Net income after tax and all interest", this),
        ("11,000", "Net income after tax and all interest", last),
    ]
    assert "\nRepairs\t4,321\t( 45 )\n105,555\t98,956\n" in document.text
    assert document.text.startswith(STATEMENT[: STATEMENT.index("\n<TABLE>")])
    assert document.text.endswith("\n\n" + STATEMENT.splitlines()[-1] + "\n")


def test_nothing_of_a_table_is_lost(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, STATEMENT.encode())
    dropped = document.coverage.dropped
    assert set(dropped) == {"SGML", "rules and leaders"}
    visible = len("".join(document.text.split())) + sum(dropped.values())
    assert visible == len("".join(STATEMENT.split()))


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "dos"])
def test_cells_point_at_their_bytes(tmp_path: Path, newline: str) -> None:
    data = ("caf\u00e9\n\n" + STATEMENT).replace("\n", newline).encode()
    document = read_bytes(tmp_path, data)
    assert any(passage.kind == "cell" for passage in document.passages)
    for passage in document.passages:
        assert passage.source is not None
        raw = data[slice(*passage.source)].decode()
        shown = document.text[passage.start : passage.end]
        assert "".join(raw.split()) == "".join(shown.split())


def test_heads_stand_above_the_columns_in_their_middle(tmp_path: Path) -> None:
    text = """
                 Three Months Ended     Six Months Ended      Percent
                      June 30,              June 30,           Change
                   1996      1995        1996      1995
                 -------   -------     -------   -------      -------
Sales              1,200     1,100       2,300     2,150         9.1%
Margin               400       390         800       777         2.6
"""
    columns = [column for _, row, column in cells_of(read_bytes(tmp_path, text.encode())) if row]
    assert columns[:5] == [
        "Three Months Ended June 30, 1996",
        "Three Months Ended June 30, 1995",
        "Six Months Ended June 30, 1996",
        "Six Months Ended June 30, 1995",
        "Percent Change",
    ]


@pytest.mark.parametrize("indent", ["", " " * 30])
def test_a_long_unit_line_parts_no_heads_from_their_columns(tmp_path: Path, indent: str) -> None:
    text = f"""Selected data of the company

                                  1996       1995
-----------------------------------------------------
{indent}(Dollars in thousands, except per share data)
<S>                            <C>        <C>
Net sales                      $240,100   $212,500
Net income per share               1.52       1.43
"""
    columns = {column for _, row, column in cells_of(read_bytes(tmp_path, text.encode())) if row}
    units = f" {text.splitlines()[4].strip()}" if indent else ""
    assert columns == {f"1996{units}", f"1995{units}"}


def test_a_rule_below_one_head_may_stand_beside_the_words_of_another(tmp_path: Path) -> None:
    text = """
                                           Period from
                     Year Ended             inception
                      June 30,            (May 1, 1999)
                  -----------------        to June 30,
                    2003      2002            2003
                  -------   -------       ------------
Revenue            $1,240    $1,100          $4,560
Warrants             ----       201             201
Net loss             (340)     (300)         (1,460)
"""
    found = cells_of(read_bytes(tmp_path, text.encode()))
    assert [(shown, column) for shown, row, column in found if row == "Warrants"] == [
        ("----", "Year Ended June 30, 2003"),
        ("201", "Year Ended June 30, 2002"),
        ("201", "Period from inception (May 1, 1999) to June 30, 2003"),
    ]


def test_a_rule_may_stand_beside_the_label_of_the_rows(tmp_path: Path) -> None:
    text = """
                         Years Ended June 30,
(In thousands)           --------------------
                            2003      2002
                          -------   -------
Revenue                    $1,240    $1,100
Warrants                     ----       201
Costs                         900       800
"""
    columns = {column for _, row, column in cells_of(read_bytes(tmp_path, text.encode())) if row}
    assert columns == {"Years Ended June 30, 2003", "Years Ended June 30, 2002"}


def test_one_tab_between_cells_leads_to_the_next_column(tmp_path: Path) -> None:
    text = """Results of the year, which a paragraph of some words stands above.

\tNotes\t2023\t2022
\t\tRMB'000\tRMB'000
Revenue\t4\t3,412,601\t3,025,384
Cost of sales and of what else was sold\t\t(2,791,508)\t(2,492,916)
Tax\t8\t5\t6
Earnings per share\t10
– Basic (RMB cents)\t\t10.6\t8.9
"""
    document = read_bytes(tmp_path, text.encode())
    this, last = "2023 RMB'000", "2022 RMB'000"
    assert [cell for cell in cells_of(document) if cell[1]] == [
        ("4", "Revenue", "Notes"),
        ("3,412,601", "Revenue", this),
        ("3,025,384", "Revenue", last),
        ("(2,791,508)", "Cost of sales and of what else was sold", this),
        ("(2,492,916)", "Cost of sales and of what else was sold", last),
        ("8", "Tax", "Notes"),
        ("5", "Tax", this),
        ("6", "Tax", last),
        ("10", "Earnings per share", "Notes"),
        ("10.6", "– Basic (RMB cents)", this),
        ("8.9", "– Basic (RMB cents)", last),
    ]


def test_a_label_longer_than_all_beside_figures_parts_no_table(tmp_path: Path) -> None:
    text = """Some words.

\t2023\t2022
Loss\t(61,904)\t(48,277)
Adjustments that reconcile the loss with the cash used in operations:
Depreciation\t1,204\t1,118
"""
    found = cells_of(read_bytes(tmp_path, text.encode()))
    assert found[-2:] == [("1,204", "Depreciation", "2023"), ("1,118", "Depreciation", "2022")]


def test_a_head_before_empty_cells_heads_them_too(tmp_path: Path) -> None:
    text = """Some words.

\tThree months that end with the quarter\t\tYear ended
\t2023\t2022\t2023\t2022
Sales\t132.5\t118.7\t519.4\t452.8
Costs of all that was sold\t13.5\t11.7\t51.4\t45.8
"""
    columns = [column for _, row, column in cells_of(read_bytes(tmp_path, text.encode())) if row]
    heads = ("Three months that end with the quarter", "Year ended")
    assert columns[:4] == [f"{head} {year}" for head in heads for year in (2023, 2022)]


def test_heads_in_the_middle_of_three_columns_head_all_of_them(tmp_path: Path) -> None:
    text = """Company\tSector\tValue\t%
A company of some name\tA sector of a long name\t38,214\t5.2
Another one\tHealth care\t35,070\t4.8

Statement of the year
\t2024\t\t\t2023
\tRevenue £'000\tCapital £'000\tTotal £'000\tRevenue £'000\tCapital £'000\tTotal £'000
Gains\t–\t57,318\t57,318\t–\t12,406\t12,406
Income\t24,116\t842\t24,958\t23,004\t–\t23,004
Fees\t(811)\t(1,893)\t(2,704)\t(779)\t(1,818)\t(2,597)
Costs\t(691)\t(1,613)\t(2,304)\t(691)\t(1,613)\t(2,304)
"""
    found = cells_of(read_bytes(tmp_path, text.encode()))
    heads = [
        f"{year} {of} £'000" for year in (2024, 2023) for of in ("Revenue", "Capital", "Total")
    ]
    assert [column for _, row, column in found if row == "Income"] == heads


@pytest.mark.parametrize(
    "text",
    [
        "Item 1.  Business ..............   3\nItem 2.  Properties ............  12\n",
        "Boston, MA   02110\nCambridge, MA   02139\n",
        "Tel   617 555-1212\nFax   617 555-1213\n",
        "It rose in  1995.  It  fell  by  $5,000\nIt rose in  1996.  It  fell  by  $6,000\n",
        "1.  Pumps   5\n2.  Parts and repairs of them\n3.  Rent\n",
        "John Smith     45   Chairman\nJane Roe       44   Director\n",
        "LABS:\nSodium        138     136\nPotassium     4.2     4.4\nGlucose        98     101\n",
        "VITALS:  BP 120/80   HR  72\nTemp     98.6\nPulse    72\n",
        "Revenue  $1,234\n\nThe year was good.\n\nCosts    $1,100\n",
    ],
    ids=["contents", "codes", "phones", "prose", "list", "ages", "labs", "vitals", "far apart"],
)
def test_other_columns_are_no_table(tmp_path: Path, text: str) -> None:
    document = read_bytes(tmp_path, text.encode())
    assert (document.text, cells_of(document)) == (text, [])


def test_the_mark_of_a_footnote_is_no_figure(tmp_path: Path) -> None:
    rows = "1997 ..... $64,731   $24,918\n1996 .....  40,260    14,948\n"
    document = read_bytes(tmp_path, f"{rows}\nOur portfolio   (1)\n".encode())
    assert [p.kind for p in document.passages] == ["cell"] * 6 + ["paragraph"]


def test_tables_end_where_sections_begin(tmp_path: Path) -> None:
    rows = "Pumps     $1,200   $1,100\nParts        300      250\n"
    text = f"{rows}Item 7.   Management's Discussion\n{rows}"
    document = read_bytes(tmp_path, text.encode())
    assert [p.kind for p in document.passages] == ["cell"] * 6 + ["paragraph"] + ["cell"] * 6


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Interest income, net is as follows:", "paragraph"),
        ("Debt consists of (in millions):", "paragraph"),
        ("Inventories (in thousands):", "paragraph"),
        ("Our customers include:", "paragraph"),
        ("We cannot be sure of:", "paragraph"),
        ("The segment earns its revenue from:", "paragraph"),
        ("MEDICATIONS:", "title"),
        ("MEDICATIONS: As follows:", "title"),
        ("Physical exam:", "title"),
        ("Cranial nerves:", "title"),
        ("Liquidity and capital resources:", "title"),
        ("Reason for visit:", "title"),
        ("STIMULATION THRESHOLDS ARE AS FOLLOWS:", "title"),
    ],
)
def test_sentences_that_lead_in_are_no_titles(tmp_path: Path, line: str, kind: str) -> None:
    document = read_bytes(tmp_path, f"{line}\n\nMore text.\n".encode())
    assert document.passages[0].kind == kind
