"""Medications, follow-up and the problem list, of notes written for these tests."""

import pytest

from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.medications.lines import drug_lines
from secateur.pipelines.clinical.medications.reconciliation import medications
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

NOTE = """CHIEF COMPLAINT: Cough.

MEDICATIONS:
1. Lisinopril 10 mg daily
2. Metformin 500 mg BID

ALLERGIES: Penicillin - hives. No latex allergy.

ASSESSMENT AND PLAN:
1. Hypertension, above goal. Increase lisinopril to 20 mg daily.
2. Cough, from the ACE inhibitor perhaps. Stop aspirin 81 mg. Ibuprofen was considered.
3. Start amlodipine 5 mg daily. Return in 4 weeks for a blood pressure check.
"""
DRUGS = ("lisinopril", "metformin", "aspirin", "ibuprofen", "amlodipine", "penicillin", "codeine")


@pytest.fixture
def note(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE)
    document = read(tmp_path / "note.txt")
    return document, sentences(document.text, document.passages)


@pytest.fixture
def vocabulary():
    return TermMatcher(Term(name, name, "drug") for name in DRUGS)


def test_drugs_taken_or_started_count_and_stopped_or_weighed_ones_do_not(note, vocabulary):
    assert medications(*note, vocabulary).taken == ("lisinopril", "metformin", "amlodipine")


def test_without_a_vocabulary_the_list_of_medications_is_read(note):
    assert medications(*note, None).taken == ("lisinopril", "metformin")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MEDICATIONS: Aspirin, metformin, and Lotensin.", ("aspirin", "metformin", "lotensin")),
        ("MEDICATIONS: Lotensin.", ("lotensin",)),
        ("CURRENT SPINE MEDICATIONS: Lotensin and Zocor.", ("lotensin", "zocor")),
        (
            "MEDICATIONS ON TRANSFER:\n1. Zocor.\n2. Aspirin 5 mg, but we have had to hold it.",
            ("zocor",),
        ),
        ("MEDICATIONS AND ADVICE ON DISCHARGE:\n1. Lotensin 1 gram daily.", ("lotensin",)),
        ("MEDICATIONS: As I have given are Zocor, Lotensin 5 mg a day.", ("zocor", "lotensin")),
        ("MEDICATIONS: Zocor 5 units in a.m. Lotensin 5 mg daily.", ("zocor", "lotensin")),
        ("MEDICATIONS: Include aspirin, low dose Lotensin.", ("aspirin", "lotensin")),
        ("MEDICATIONS: Lotensin over-the-counter for pain.", ("lotensin",)),
        ("D/C meds:\n1) Zocor 5 mg\nDo NOT take: Lotensin 5 mg", ("zocor",)),
        ("Comfort medications in the home:\nZocor 5 mg daily\nLotensin - not using", ("zocor",)),
        ("MEDS: Zocor 5 mg.\n\nWife tearful, support given to her and to both of her sons.",
         ("zocor",)),
        ("Drug               Dose        Action at discharge\n---------------------------\n"
         "Zocor              20 mg       CONTINUE\nLotensin           5 mg        HOLD (Na 128)",
         ("zocor",)),
        ("Drug      | Dose  | Action\n----------|-------|---------\n"
         "Zocor     | 5 mg  | Continue\nLotensin  | 5 mg  | HOLD for surgery", ("zocor",)),
        ("MEDS: Zocor 5 mg\n\nActive orders\naspirin 81 mg daily", ("zocor", "aspirin")),
        ("MEDS: Zocor 5 mg, Lotensin patch, finished last week", ("zocor",)),
        ("MEDS: Zocor 5 mg\n\nPLAN: Stop Zocor. Start aspirin 81 mg daily.", ("aspirin",)),
        ("PLAN: Aspirin 81 mg PO given here, single dose. Metformin 5 mg daily.", ("metformin",)),
        ("PLAN: Was on aspirin 81 mg in college. Add metformin? No.", ()),
        ("PLAN: Partner is well and takes aspirin 81 mg.", ()),
        ("Rx: Lotensin 10 mg, NPH 14 units qhs, PNV\nNKDA", ("lotensin", "nph", "pnv")),
        ("Home Rx: Lotensin 10 mg, aspirin 81\nNKDA. Latex sensitivity.", ("lotensin", "aspirin")),
        ("Meds: Lotensin 10 mg\nSeasonal allergy: aspirin 81 mg", ("lotensin", "aspirin")),
        ("Meds at dialysis: Lotensin 10 mg, heparin 2000 units", ("lotensin", "heparin")),
        (
            "Medicine changes\nSTART taking:\n- Zocor 5 mg\nSTOP taking:\n- Ibuprofen 600 mg",
            ("zocor",),
        ),
        ("MEDICATIONS: Lotrel 10/20 daily; Norco for pain.", ("lotrel", "norco")),
        ("MEDICATIONS: His home meds include: Actos 15 mg, 1 p.o. daily.", ("actos",)),
        ("MEDICATIONS: Calcium with D, two at noon, vitamin E.", ("calcium with d", "vitamin e")),
        ("MEDICATIONS: Metformin, which upsets him, and baby aspirin.", ("metformin", "aspirin")),
        ("MEDICATIONS: Metformin, aspirin 81 mg stopped today, Zocor.", ("metformin", "zocor")),
        ("MEDICATIONS: Zocor, but she stopped it, and aspirin.", ("aspirin",)),
        ("MEDICATIONS: She also takes Ambien and 9 mg of Versed.", ("ambien", "versed")),
        ("MEDICATIONS: Reports taking Norvasc 5 mg and Bumex.", ("norvasc", "bumex")),
        ("MEDICATIONS: Ativan p.r.n. nausea and insomnia.", ("ativan",)),
        ("MEDICATIONS: Metformin 500 mg daily - STOP", ()),
        ("MEDICATIONS:\nHOLD aspirin 81 mg daily\nMetformin 500 mg daily", ("metformin",)),
        ("MEDICATIONS: Aspirin 81 mg, hold if bleeding.", ("aspirin",)),
        ("MEDICATIONS: Not taking: aspirin, Zocor.", ()),
        ("MEDICATIONS: He is no longer taking aspirin. Takes Zocor 5 mg.", ("zocor",)),
        ("MEDICATIONS: He was on aspirin, which has now been discontinued.", ()),
        ("MEDICATIONS: Stop taking:\nAspirin\nContinue taking:\nMetformin", ("metformin",)),
        ("MEDICATIONS:\nSTOP: Aspirin\nCONTINUE: Metformin", ("metformin",)),
        ("MEDICATIONS: Medications prior to admission: Os-Cal, Zyrtec.", ("os-cal", "zyrtec")),
        ("MEDICATIONS: Included Zocor 5 mg daily. Continue aspirin.", ("zocor", "aspirin")),
        (
            "MEDICATIONS: Metformin 25 mg, one-half tablet twice daily, Zocor.",
            ("metformin", "zocor"),
        ),
        ("PLAN: Eczema – lisinopril 1% BID prn. Zocor 1% of what was.", ("lisinopril",)),
        ("Meds: Lotensin 10 mg\nAccess: left AVF", ("lotensin",)),
        ("Meds: Lotensin 10 mg.\nCo-Q 10.", ("lotensin", "co-q")),
        ("Meds: aspirin 81 mg\nLabs 3/2: Na 138, K 4.1, Cr 1.0", ("aspirin",)),
        ("Meds: aspirin 81 mg\nVitals 08:00: BP 120/80, HR 72", ("aspirin",)),
        ("Meds: aspirin 81 mg\nToday's labs - Na 138, Qx 4.1, NT-proBNP 400", ("aspirin",)),
        ("Meds: Lotrel 5/10, Xanax 1 qhs, Qx 4.1, Norco 10 mg", ("lotrel", "xanax", "norco")),
        ("Meds:\nMedication\tSig\n•\tLotensin 10 mg\tDaily", ("lotensin",)),
        ("MEDICATIONS: None.", ()),
        ("MEDICATIONS: Refer to chart.", ()),
        ("MEDICATIONS: He takes no medications.", ()),
        ("MEDICATIONS: Watch for bleeding. She was seen by me, the nurse, and staff.", ()),
        ("HISTORY: She takes lisinopril and avoids aspirin.", ("lisinopril",)),
        ("HISTORY: Continue lisinopril 20 mg daily and metformin.", ("lisinopril", "metformin")),
        ("HISTORY: Aspirin was ruled out; metformin 2.5 mg daily.", ("metformin",)),
        ("HISTORY: Metformin 5 mg. Start metformin XR 5 mg daily.", ("metformin xr",)),
        ("HISTORY: I will prescribe Lortab, 5 mg. Start Monday 5 mg.", ("lortab",)),
        ("HISTORY: He takes metformin 5 mg and OTC aspirin.", ("metformin", "aspirin")),
        ("HISTORY: He uses metformin at times, using aspirin before.", ("metformin",)),
        ("SUBJECTIVE: Knee pain; taking aspirin 81 mg BID.\n\nPLAN: Rest.", ("aspirin",)),
        ("PLAN: Constipation: ibuprofen 2 tabs BID.", ("ibuprofen",)),
        (
            "He coughs. Current medication: aspirin, ibuprofen prn. He has gout.",
            ("aspirin", "ibuprofen"),
        ),
        ("He coughs. Current regimen is aspirin, ibuprofen prn.", ("aspirin", "ibuprofen")),
        ("Current orders reviewed:\n aspirin 81 mg daily\n Colace bid", ("aspirin", "colace")),
        ("IMMUNOSUPPRESSION: prednisone 5 mg daily", ("prednisone",)),
        ("HISTORY: He weaned himself from aspirin 81 mg.", ()),
        ("PMH: Gout. Meds: Zocor 10 mg, Lotensin. Allergies: latex, PCN.", ("zocor", "lotensin")),
        (
            "MEDICATIONS: Lisinopril 10 mg daily, Lotensin 40 mg nightly, metformin 500 mg\n"
            "twice daily, aspirin 81 mg daily, Colace 100 mg twice daily, insulin\n"
            "glargine 20 units daily.",
            ("lisinopril", "lotensin", "metformin", "aspirin", "colace", "insulin glargine"),
        ),
        (
            "MEDICATIONS:\nmetformin 500 mg tablet one by mouth twice a day with meals, daily\n"
            "ibuprofen 400 mg tablet one by mouth every day as needed",
            ("metformin", "ibuprofen"),
        ),
        ("MEDICATIONS: His wife takes aspirin 81 mg daily. He takes no medications.", ()),
        ("PLAN: He may benefit from lisinopril 25 mg.", ()),
        ("PLAN: Options discussed are exercise, ibuprofen as needed, and a cane.", ()),
        ("PMH: Gout. Meds: aspirin. She is on Zocor 1 tablet daily.", ("aspirin", "zocor")),
        ("PLAN: This may be gout, start ibuprofen 400 mg.", ("ibuprofen",)),
        ("PLAN: Discussed risks of metformin 15 mg. Risks told; start aspirin.", ("aspirin",)),
        ("PLAN: If BP stays high, add lisinopril 5 mg.", ()),
        ("PLAN: Return if worse, start lisinopril 5 mg.", ("lisinopril",)),
        ("PLAN: Given lisinopril 5 mg IV in the ED.", ()),
        ("PLAN: Metformin 500 BID. Aspirin 81 daily. Check lisinopril daily.",
         ("metformin", "aspirin")),
        ("PLAN: Ibuprofen PRN for pain.", ("ibuprofen",)),
        ("PLAN: Percocet 5/325 1-2 tabs q6h", ("percocet",)),
        ("PLAN: Protein 60 g daily", ()),
        ("PLAN: Start Norco 5/325, begin metformin, continue Augmentin for 7 more days.",
         ("norco", "metformin", "augmentin")),
        ("PLAN: Continue Foley for 7 days.", ()),
        ("PLAN: Continue aspirin, stop smoking.", ("aspirin",)),
        ("PLAN: Continue aspirin 81 mg, and avoid alcohol.", ("aspirin",)),
        ("PLAN: Resume home medications of aspirin, metformin, ibuprofen, and lisinopril.",
         ("aspirin", "metformin", "ibuprofen", "lisinopril")),
        ("PLAN: I gave a prescription for aspirin and some ibuprofen.", ("aspirin", "ibuprofen")),
        ("PLAN: Metformin (METFORMIN) 5 mg daily.", ("metformin",)),
        ("PLAN: Discharged with an aspirin of 8.9.", ()),
        ("Med Hx: gout, on metformin 5 mg.\n\nPLAN: Rest.", ("metformin",)),
        ("Medication on discharge (TTO):\nZocor 5 mg", ("zocor",)),
        ("Med reconciliation completed: Zocor 5 mg", ("zocor",)),
        ("MEDS PTA:\n1) Zocor 5 mg\n2) Lotensin 20 mg", ("zocor", "lotensin")),
        ("MEDICATIONS: Zocor 300 a day, Lotensin 10 mg.", ("zocor", "lotensin")),
        ("ANTIBIOTICS: Vancocin 1 g IV q12h, Zocor", ("vancocin", "zocor")),
        ("HISTORY: Start a metformin-free diet; start metformin free diet.", ()),
    ],
)  # fmt: skip
def test_medications(tmp_path, line, expected):
    (tmp_path / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\n{line}\n")
    document = read(tmp_path / "note.txt")
    drugs = (*DRUGS, "metformin xr")
    known = TermMatcher([*(Term(n, n, "drug") for n in drugs), Term("insomnia", "i", "disease")])
    assert (
        medications(document, sentences(document.text, document.passages), known).taken == expected
    )


LISTED = "aspirin, lisinopril"


def drugs_of(folder, text):
    (folder / "note.txt").write_text(text)
    document = read(folder / "note.txt")
    known = TermMatcher(
        [
            *(Term(n, n, "drug") for n in (*DRUGS, "losartan")),
            Term("prinivil", "lisinopril", "drug"),
        ]
    )
    return medications(document, sentences(document.text, document.passages), known).taken


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("Stop aspirin. Start losartan 5 mg.", "lisinopril, losartan"),
        ("Discontinue aspirin and start losartan 5 mg.", "lisinopril, losartan"),
        ("Hold aspirin and lisinopril because of bleeding.", ""),
        ("Discontinue Prinivil.", "aspirin"),
        ("Switch lisinopril to losartan.", "aspirin, losartan"),
        ("De-escalate lisinopril to losartan.", "aspirin, losartan"),
        ("I replaced the lisinopril by losartan.", "aspirin, losartan"),
        ("We exchange lisinopril for losartan.", "aspirin, losartan"),
        ("Aspirin held while she cannot sit.", "lisinopril"),
        ("Mother says the aspirin was stopped in June when it ended.", "lisinopril"),
        ("Aspirin did little and she no longer takes it.", "lisinopril"),
        ("He finished the aspirin on Sunday.", "lisinopril"),
        ("Stop aspirin today, losartan 5 mg for 4 more days.", "lisinopril, losartan"),
        ("Stop aspirin, losartan 5 mg.", "lisinopril"),
        ("She was changed from lisinopril to losartan 5 mg.", "aspirin, losartan"),
        ("Aspirin and lisinopril were stopped.", ""),
        ("Continue aspirin, discontinue lisinopril.", "aspirin"),
        ("She is to discontinue the use of aspirin.", "lisinopril"),
        ("DC aspirin 81 mg.", "lisinopril"),
        ("Aspirin dc'd.", "lisinopril"),
        ("Aspirin was d/c'ed today.", "lisinopril"),
        ("Off aspirin as of today.", "lisinopril"),
        ("Stop the taper once off metformin.", LISTED),
        (
            "Aspirin, started in the emergency room for pain in the chest that came on at rest,"
            " was stopped.",
            "lisinopril",
        ),
        ("DC home on metformin 5 mg.", f"{LISTED}, metformin"),
        ("Aspirin was switched to losartan 5 mg daily.", "lisinopril, losartan"),
        ("Aspirin 81 mg → losartan 5 mg.", "lisinopril, losartan"),
        ("Aspirin may be switched to losartan.", LISTED),
        (
            "Her blood pressure is above the goal even with the diet, so we will now stop\n"
            "aspirin and start losartan 5 mg daily.",
            "lisinopril, losartan",
        ),
        ("Lisinopril 5 → 10 mg, losartan 5 mg.", f"{LISTED}, losartan"),
        ("Continue metformin, discontinue aspirin.", "lisinopril, metformin"),
        ("Allergic to penicillin, so losartan 5 mg was given.", f"{LISTED}, losartan"),
        ("Change lisinopril to 20 mg.", LISTED),
        ("Consider switching lisinopril to losartan.", LISTED),
        ("Stop aspirin if she bleeds.", LISTED),
        ("If she bleeds, stop aspirin.", LISTED),
        ("Hold aspirin for surgery, then resume.", LISTED),
        ("Stop aspirin 7 days before surgery.", LISTED),
        ("Hold aspirin x 1 wk.", LISTED),
        ("Aspirin 81 mg held for loose stools.", "lisinopril"),
        ("Aspirin 81 mg daily hold if bleeding.", LISTED),
        ("Do not stop aspirin.", LISTED),
        ("The family is reluctant in discontinuing aspirin.", LISTED),
        ("Stop smoking and aspirin rubs.", LISTED),
        ("Her mother stopped aspirin.", LISTED),
        ("Instead of ibuprofen take metformin 5 mg.", f"{LISTED}, metformin"),
        ("He refuses to take metformin 5 mg.", LISTED),
    ],
)
def test_the_plan_ends_what_it_stops(tmp_path, plan, expected):
    text = f"MEDICATIONS: Aspirin 81 mg, lisinopril 5 mg.\n\nPLAN: {plan}\n"
    assert ", ".join(drugs_of(tmp_path, text)) == expected


def test_a_story_tells_what_is_taken_and_letters_name_drugs(tmp_path):
    text = (
        "SUBJECTIVE: Arthritis for 9 years, on MTX 15 mg weekly + metformin 5 mg; aspirin 81 mg "
        "was started 3 months ago. ASA II.\n\nPLAN: Decrease MTX. Take ASA 81 mg.\n"
    )
    assert drugs_of(tmp_path, text) == ("mtx", "metformin", "asa")


@pytest.mark.parametrize(
    ("discharge", "expected"),
    [
        ("Resume home medications. Start Keflex 500 mg.", ("zocor", "bumex", "keflex")),
        ("Same as on admission.", ("zocor", "bumex")),
        ("Home medications: Zocor 20 mg.", ("zocor",)),
        ("None.", ()),
    ],
)
def test_discharge_medications_may_point_at_those_before(tmp_path, discharge, expected):
    text = f"HOME MEDICATIONS: Zocor, Bumex.\n\nDISCHARGE MEDICATIONS: {discharge}\n"
    assert drugs_of(tmp_path, text) == expected


def test_without_a_list_the_story_tells_what_is_taken_now(tmp_path):
    text = (
        "HPI: He is on aspirin and losartan. He was on metformin 5 mg last year.\n\n"
        "DESCRIPTION OF PROCEDURE: Lisinopril 5 mg was given.\n\nPLAN: Rest.\n"
    )
    assert drugs_of(tmp_path, text) == ("aspirin", "losartan")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "HPI: Weak.\n\nMEDS: none.\n\nCOURSE: He was given ibuprofen 5 mg. He was"
            " discharged home on aspirin 20 tid, and metformin 25 mg bid.",
            ("aspirin", "metformin"),
        ),
        (
            "PREOPERATIVE DIAGNOSIS: Hernia.\n\nDESCRIPTION OF PROCEDURE: Ibuprofen 5 mg was"
            " injected. She will be discharged home today with aspirin for pain.",
            ("aspirin",),
        ),
        (
            "DISCHARGE DIAGNOSIS: Gout.\n\nHOSPITAL COURSE: Aspirin was increased to 10 mg.",
            ("aspirin",),
        ),
        ("PROCEDURE: Gastroscopy.\n\nMEDICATIONS: MAC.\n\nFINDINGS: None.", ()),
        ("PROCEDURE: Gastroscopy.\n\nMEDICATIONS: Aspirin and versed 6 mg.\n", ()),
        ("HPI: Cough.\n\nMEDICATIONS: Aspirin and versed 6 mg.\n", ("aspirin", "versed")),
        ("He was sedated with ibuprofen 5 mg.", ()),
        (
            "Dear Dr. Roe,\n\nDIAGNOSES:\n1. Gout\n\nCURRENT MEDICATION: aspirin, losartan\n"
            "ALLERGIES: latex\n\nHe was well on metformin. I have stopped losartan and started"
            " ibuprofen 10 mg.",
            ("aspirin", "ibuprofen"),
        ),
        (
            "Seen for gout. She takes aspirin daily. She had ibuprofen 5 mg before.\n\n"
            "Plan:\n1. Rest\n",
            ("aspirin",),
        ),
    ],
)
def test_what_is_taken_afterwards_is_told_anywhere(tmp_path, text, expected):
    assert drugs_of(tmp_path, text) == expected


def test_a_line_without_stops_is_read_in_pieces(tmp_path):
    (tmp_path / "note.txt").write_text(f"He {'walks ' * 1000}and takes aspirin 81 mg daily")
    document = read(tmp_path / "note.txt")
    lines = drug_lines(document, sentences(document.text, document.passages), True)
    texts = [line.text(document) for line in lines]
    assert max(map(len, texts)) <= 2000
    assert "takes aspirin 81 mg daily" in texts[-1]


def test_one_drug_has_one_name_where_no_list_says_both(tmp_path):
    (tmp_path / "note.txt").write_text("MEDICATIONS: Zocor.\n\nPLAN: Simvastatin 40 mg daily.\n")
    document = read(tmp_path / "note.txt")
    names = ("zocor", "simvastatin")
    known = TermMatcher(Term(name, "simvastatin", "drug") for name in names)
    found = medications(document, sentences(document.text, document.passages), known).taken
    assert found == ("zocor",)


def test_drugs_reviewed_with_somebody_are_a_list(tmp_path):
    text = (
        "HISTORY: Seen at home.\n\nMedications reviewed with daughter: aspirin 81 mg, losartan.\n"
    )
    assert drugs_of(tmp_path, text) == ("aspirin", "losartan")


def test_what_is_to_be_given_in_some_case_is_not_taken(tmp_path):
    text = "PLAN:\nStart aspirin 81 mg daily (if it bleeds switch to losartan 25 mg).\n"
    assert drugs_of(tmp_path, text) == ("aspirin",)


def test_follow_up_says_where_the_note_says_it(note):
    document, spans = note
    found = follow_up(document, spans)
    assert [place.text for place in found] == ["Return in 4 weeks for a blood pressure check."]
    assert all(document.text[place.start : place.end] == place.text for place in found)


def test_what_a_tablet_has_besides_is_part_of_the_name(tmp_path):
    text = "MEDICATIONS: Aspirin with codeine 2 daily, metformin with lisinopril daily.\n"
    found = drugs_of(tmp_path, text)
    assert found[0] == "aspirin with codeine"
    assert "metformin" in found


def test_another_salt_is_another_drug(tmp_path):
    text = "DISCHARGE MEDICATIONS:\n- {} 100 mg daily (NEW)\n- STOP: {}\n"
    salts = TermMatcher(
        [Term(f"metoprolol {salt}", "metoprolol", "drug") for salt in ("succinate", "tartrate")]
    )
    for kept, ended, expected in (
        ("metoprolol succinate", "metoprolol tartrate", ("metoprolol succinate",)),
        ("metoprolol succinate", "metoprolol succinate", ()),
    ):
        (tmp_path / "note.txt").write_text(text.format(kept, ended))
        document = read(tmp_path / "note.txt")
        spans = sentences(document.text, document.passages)
        assert medications(document, spans, salts).taken == expected


def test_what_no_list_of_drugs_has_is_taken_too(tmp_path):
    text = (
        "SUBJECTIVE: Well. Taking prenatal vitamin daily, lisinopril 200 mg bid for pressure, baby"
        " ASA 81.\n\nPLAN: ASA II, no ASA given. Return in a week.\n"
    )
    assert drugs_of(tmp_path, text) == ("prenatal vitamin", "lisinopril", "asa")
