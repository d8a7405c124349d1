"""Names that the tagger of reports finds in notes, and what is medicine among them."""

from __future__ import annotations

import pytest

from secateur.pipelines.clinical.deidentification.deidentify import Redactor
from secateur.pipelines.clinical.deidentification.tagged import names_among
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.identifiers import score_marked
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.runs.deidentification import without_identifiers
from secateur.pipelines.terminology.matcher import Term, TermMatcher

VOCABULARY = TermMatcher(Term(name, name, "drug") for name in ("zoloft", "bowel sounds"))


def entity(text, name, label, score=0.95):
    start = text.index(name)
    return Entity("n", start, start + len(name), name, label, score)


@pytest.mark.parametrize(
    ("text", "name", "label", "kind"),
    [
        ("The talk with Roe went well.", "Roe", "PER", "NAME"),
        ("He flew in; Alder is near.", "Alder", "LOC", "PLACE"),
        ("Hired by Brantley Motor Works again.", "Brantley Motor Works", "ORG", "PLACE"),
        ("Susan Kelly called.", "Susan Kelly", "PER", "NAME"),
        ("Takes Zoloft daily.", "Zoloft", "PER", None),
        ("No Zoloft Starter kit.", "Zoloft Starter", "ORG", None),
        ("Good Bowel sounds.", "Bowel", "PER", None),
        ("Sent to the SNF today.", "SNF", "ORG", None),
        ("Closed by our PA-C today.", "PA-C", "ORG", None),
        ("An OCP (Roexon) daily.", "Roexon", "LOC", None),
        ("Was told Tues to hold it.", "Tues", "PER", None),
        ("A Kerrison punch.", "Kerrison", "PER", None),
        ("A Smythe retractor.", "Smythe", "PER", None),
        ("A Roe's and Doe's test.", "Roe", "PER", None),
        ("Sutured with 5-0 Roexon.", "Roexon", "PER", None),
        ("The ligament of Roetz.", "Roetz", "PER", None),
        ("Seen with roe in the clinic.", "roe", "PER", None),
        ("In Recheck labs again.", "Recheck labs", "ORG", None),
        ("He is on Nexium 40 now.", "Nexium 40", "ORG", None),
        ("It was hers.", "It", "PER", None),
        ("Roe, Ann   DOB", "DOB", "PER", None),
        ("A Killip II patient.", "Killip II", "PER", None),
        ("No Kayser-Fleischer rings.", "Kayser-Fleischer", "PER", None),
        ("For appendicitis Roe came.", "appendicitis", "PER", None),
        ("A total of Roe is due.", "Roe", "MONEY", None),
    ],
)
def test_names_are_kept_apart_from_medicine(text, name, label, kind):
    found = list(names_among(text, [entity(text, name, label)], VOCABULARY))
    start = text.index(name)
    assert found == ([(start, start + len(name), kind)] if kind else [])


@pytest.mark.parametrize(("score", "names"), [(0.95, 1), (0.6, 0)])
def test_a_word_that_opens_a_sentence_has_to_be_sure(score, names):
    text = "Stable. Roe slept well."
    tagged = [entity(text, "Roe", "PER", score)]
    assert len(list(names_among(text, tagged, VOCABULARY))) == names


def test_what_the_tagger_found_is_hidden_wherever_it_stands():
    text = "Fine with Dalloway here. DALLOWAY and Dalloway's cat left."
    redactor = Redactor(text, [entity(text, "Dalloway", "PER")])
    assert redactor.redact(text) == "Fine with [NAME] here. [NAME] and [NAME]'s cat left."
    assert redactor.redact("A word with Dalloway.") == "A word with [NAME]."


def test_a_label_that_the_tagger_took_for_a_part_of_a_name_stays():
    text = "Seen by A. Dalloway   Dx: cough. Dx of Dalloway."
    redactor = Redactor(text, [entity(text, "Dalloway   Dx", "PER")])
    assert redactor.redact("Dx of Dalloway.") == "Dx of [NAME]."


def test_the_shipped_tagger_finds_what_no_rule_tells(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text(
        "To whom it may concern: Brandon Kowalczyk may return to work. He was hurt at Hobart Lumber"
        " near Toledo. Zoloft 50 mg daily, Lachman test negative, Foley in place.\n"
    )
    hidden = without_identifiers(read(note)).text.strip()
    assert hidden == (
        "To whom it may concern: [NAME] may return to work. He was hurt at [PLACE]"
        " near [PLACE]. Zoloft 50 mg daily, Lachman test negative, Foley in place."
    )


def test_marked_lines_are_counted_whole():
    lines = ["Dr. [[NAME|Roe]] called.", "", "Lives in [[PLACE|Alder]]. Seen 12/11/2020 there."]
    score = score_marked([*lines, "He said [[NAME|jo]] [[NUMBER|77]] ok."], rules_only=True)
    assert score.marked == {"NAME": 2, "PLACE": 1, "NUMBER": 1}
    assert (score.gone["NAME"], score.gone["PLACE"], score.gone["NUMBER"]) == (1, 1, 0)
    assert score.others == 1
