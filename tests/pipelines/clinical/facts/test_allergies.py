"""Allergies, every one and nothing else, of notes written for these tests."""

from time import process_time

import pytest

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.intolerances import harmful_drugs
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ALLERGIES: Penicillin - hives. No latex allergy.", ("penicillin",)),
        (
            "ALLERGIES:  Cephalexin gave her hives when she was in hospital for pneumonia in the\n"
            "spring of that year. Cefepime now without difficulty. Morphine makes her itch.",
            ("cephalexin", "morphine"),
        ),
        ("Allergies: sulfa (rash). Code: DNR but ok with intubation.", ("sulfa",)),
        ("Allergies: latex, tape (rash).  CPT 97110x2 97140", ("latex", "tape")),
        ("Allergies: latex, shellfish - no.", ("latex",)),
        ("Allergies: latex (rash), heparin - none, tolerated", ("latex",)),
        ("Allergies: latex - C. diff; tape - rash", ("latex", "tape")),
        ("ALLERGY   latex - hives", ("latex",)),
        ("Allergies: NKDA\n\nThe mother is\nallergic to latex (rash).", ()),
        ("Allergies: latex; egg - no reaction (tolerates baked egg).", ("latex",)),
        ("Allergies: latex, silver sulfadiazine - NO, tolerates silver.", ("latex",)),
        ("Allergies: penicillin - no reaction known, latex", ("penicillin", "latex")),
        ("ALLERGIES: Latex (contact urticaria). Ibuprofen: swelling.", ("latex", "ibuprofen")),
        ("Your allergies: penicillin (swollen face), tape", ("penicillin", "tape")),
        ("Allergies: penicillin (childhood, likely not true allergy)", ("penicillin",)),
        ("Allergies: statin (myalgias)  latex (hives)", ("statin", "latex")),
        ("Allergies: no change: sulfa, latex", ("sulfa", "latex")),
        ("Allergies: lisinopril-cough; codeine~nausea", ("lisinopril", "codeine")),
        ("Allergies: codeine - itch. Can take hydrocodone; cefdinir ok", ("codeine",)),
        ("Allergies- penicillin", ("penicillin",)),
        ("ALLERGIES\nLatex ....... hives (2020)\nShrimp ..... gas", ("latex", "shrimp")),
        (
            "Allergies:\n- [X] Drugs:  cefazolin -> hives | codeine -> itch\n"
            "- [X] Latex: NO     [X] Tape: blisters   [ ] Food",
            ("cefazolin", "codeine", "tape"),
        ),
        ('Allergies: lamotrigine - rash, "they went up too fast"; tape', ("lamotrigine", "tape")),
        ("Allergies: egg (hives).\nFHx mother asthma on Flovent; dad eczema.", ("egg",)),
        ("Allergies: egg (hives). Amox - no: rash w/ roseola.", ("egg",)),
        ("Allergies: cisplatin (neuropathy, not allergy), latex (rash)", ("latex",)),
        ("Allergies: latex. Infusion reaction to iron - slowed; not an allergy.", ("latex",)),
        ("ALLERGIES: Sulfa, NSAID, and quinine.", ("sulfa", "nsaid", "quinine")),
        ("ALLERGIES: Sulfa - listed as rash, tolerated Bactrim", ("sulfa",)),
        ("ALLERGIES: PENICILLIN AND BIAXIN.", ("penicillin", "biaxin")),
        ("ALLERGIES: SHE IS ALLERGIC TO CODEINE.", ("codeine",)),
        ("ALLERGIES: SHE IS ALLERGIC OR SENSITIVE TO CODEINE.", ("codeine",)),
        ("ALLERGIES: Include penicillin.", ("penicillin",)),
        ("ALLERGIES: Said to be PENICILLIN and latex.", ("penicillin", "latex")),
        ("ALLERGIES:\n- Sulfa (criticality: high, reaction: hives)\n- Nuts", ("sulfa", "nuts")),
        ("ALLERGIES: The patient has allergies to Sulfa and Codeine.", ("sulfa", "codeine")),
        ("ALLERGIES: Penicillin and also intolerance to shellfish.", ("penicillin", "shellfish")),
        ("ALLERGIES: Bactrim, which causes nausea and vomiting, and tape.", ("bactrim", "tape")),
        ("ALLERGIES: Zocor and Altace caused cough, Zetia has caused rash.",
         ("zocor", "altace", "zetia")),
        ("ALLERGIES: Aspirin resulting in GI upset, disorientation.", ("aspirin",)),
        ("ALLERGIES: MORPHINE, SULFAS (RASH), PROZAC.", ("morphine", "sulfas", "prozac")),
        ("ALLERGIES: ASA/ PCN both cause rash.", ("asa", "pcn")),
        ("ALLERGIES: No known drug allergies except sulfa.", ("sulfa",)),
        ("ALLERGIES\n1. PENICILLIN.\n2. ACE BANDAGES.", ("penicillin", "ace bandages")),
        ("ALLERGIES: Penicillin.\nMEDICATION HISTORY: Aspirin.", ("penicillin",)),
        ("ALLERGIES\nPatient reports history of seasonal allergies.", ("seasonal allergies",)),
        ("ALLERGIES: She has a penicillin allergy.", ("penicillin",)),
        ("ALLERGIES: NKDA, latex", ("latex",)),
        ("ALL: latex", ("latex",)),
        ("ALLERGIES: PENICILLIN. IT IS LISTED THAT CODEINE HAS CAUSED SHORTNESS OF BREATH IN HER"
         " CHART AND I BELIEVE SHE HAS HAD A RASH WITH THAT.", ("penicillin", "codeine")),
        ("ALLERGIES: THE PATIENT STATES THAT ON OCCASION CODEINE DOSE PRODUCE HALLUCINATIONS.",
         ("codeine",)),
        ("ALLERGIES: Include penicillin. She is also allergic seafood; crab.",
         ("penicillin", "seafood", "crab")),
        ("ALLERGIES TO MEDICINES: codeine", ("codeine",)),
        ("Allergies: latex (welts)\n\nVS 98.9F, HR 102, BP 144/90\nGen: writhing.", ("latex",)),
        ("Allergies: latex\n\nActive orders\ncodeine 5 mg PO daily", ("latex",)),
        ("Allergies: latex, tape.\nTrue allergy: codeine (rash).", ("latex", "tape", "codeine")),
        ("Allergies - codeine (bad taste, vomiting); latex (tremor)", ("codeine", "latex")),
        ("Allergies: codeine (diarrhea w/ C diff), latex at age 4", ("codeine", "latex at age 4")),
        ('Allergies: codeine (restlessness, "wanted to crawl away")', ("codeine",)),
        ("Allergies: Antibiotics (codeine, sulfa).", ("antibiotics", "codeine", "sulfa")),
        ("Allergies: latex. Codeine is listed in an old chart in error; removed.", ("latex",)),
        ("Allergies: latex.\n\nAllergic rhinitis: fine on codeine.", ("latex",)),
        ("Allergic to latex, it makes his skin red and weepy.", ("latex",)),
        ("Allergy / intolerance       Reaction            Verified\n"
         "codeine                     anaphylaxis 2009    yes\n"
         "cats                        sneezing            yes", ("codeine", "cats")),
        ("Allergies\n  Codeine      GI upset       Low\n  Peanut       Anaphylaxis    High",
         ("codeine", "peanut")),
        ("PLAN: She reacts to codeine with facial swelling.", ("codeine",)),
        ("PLAN: Her only allergy is listed to latex.", ("latex",)),
        ("PLAN: No Diamox was given due to his sulfa allergy.", ("sulfa",)),
        ("PLAN: In view of her previous sulfa allergies we stop. This allergy is old.", ("sulfa",)),
        ("PLAN: He has no sulfa allergy. She has a known peanut allergy.", ("peanut",)),
        ("PLAN: The only allergy is the neoprene reaction outlined above.", ("neoprene",)),
        ("ALLERGIES: sulfa -> anaphylaxis; latex", ("sulfa", "latex")),
        ("All: PCN (rash), latex – cough", ("pcn", "latex")),
        ("Meds: aspirin 81 mg daily\nAll: latex (hives)", ("latex",)),
        ("HISTORY: Gout.\nAll: questions were answered to the satisfaction of the family, who were"
         " glad to hear that she may go home tomorrow.", ()),
        ("ALLERGIES: Ø", ()),
        ("ALLERGIES: penicillin - hives at age 4, amoxicillin tolerated 2019", ("penicillin",)),
        ("ALLERGIES: Food: shrimp (swelling). Env: ragweed, cat.", ("shrimp", "ragweed", "cat")),
        ("ALLERGIES: codeine = nausea. Shellfish: tolerates.", ("codeine",)),
        ("ALLERGIES: SHE HAD DIFFICULTY TOLERATING ATIVAN.", ("ativan",)),
        ("ALLERGIES\nPenicillin (1998), sulfa (2003)\nLatex - hives 2010",
         ("penicillin", "sulfa", "latex")),
        ("ALLERGIES: codeine\nECG NSR, LAFB.\nCr 1.1, Hgb 13.9, plt 244.", ("codeine",)),
        ("ALLERGIES: lisinopril (angioedema) — confirmed with clinic, reaction was cough only",
         ("lisinopril",)),
        ("ALLERGIES: penicillin - also sulfa. Statins not well tolerated.",
         ("penicillin", "statins not well tolerated")),
        ("Discharge medications: aspirin 81 mg daily\nNKDA. Latex sensitivity (contact rash).",
         ("latex",)),
        ("Allergies: latex\n\nDrink two liters of water every day.", ("latex",)),
        ("ALLERGIES: Per patient: aspirin, ibuprofen", ("aspirin", "ibuprofen")),
        ("ALLERGIES: Lisinopril (cough, angioedema), morphine (itching, nausea)",
         ("lisinopril", "morphine")),
        ("ALLERGIES: Antibiotics (penicillin, sulfa)", ("antibiotics", "penicillin", "sulfa")),
        ("ALLERGIES:\nDrug           Reaction\nPenicillin     Hives", ("penicillin",)),
        ("Drug Allergies\nPenicillin: rash\nSulfa: hives", ("penicillin", "sulfa")),
        ("NKDA except codeine (nausea)", ("codeine",)),
        ("HISTORY: Hypertension, penicillin allergy.", ("penicillin",)),
        ("HISTORY: Gout, latex allergy\nMedications: Zocor", ("latex",)),
        ("HISTORY: She is latex-allergic.", ("latex",)),
        ("HISTORY: No latex allergy. Seasonal allergy. Asthma and allergy.", ()),
        ("ALLERGIES: No known drug allergies, food allergies, or latex allergy.", ()),
        ("ALLERGIES: NKDA", ()),
        ("ALLERGIES: Lisinopril (angioedema). NKFA.", ("lisinopril",)),
        ("ALLERGIES: Refer to chart.", ()),
        ("ALLERGIES: Other notes indicate no known allergies.", ()),
        ("ALLERGIES: Denied.", ()),
        ("HISTORY: She is allergic to sulfa drugs, with hives.", ("sulfa drugs",)),
        ("HISTORY: He is allergic to codeine and aspirin (angioedema).", ("codeine", "aspirin")),
        ("HISTORY: She is allergic to Septra that was used before.", ("septra",)),
        ("HISTORY: He is not allergic to latex.", ()),
        ("PMH: Gout. Meds: Zocor 10 mg. Allergies: PCN (hives), latex. Social: lives alone.",
         ("pcn", "latex")),
        ("HISTORY: He is allergic to latex (rash) and sulfa.", ("latex", "sulfa")),
        ("HISTORY: He is intolerant of aspirin.", ("aspirin",)),
        ("ADRs: Codeine - confusion", ("codeine",)),
        ("Intolerances: metformin", ("metformin",)),
        ("HISTORY: Reports penicillin allergy, tolerated cefazolin.", ("penicillin",)),
        ("HISTORY: Denies penicillin allergy.", ()),
        ("ALLERGIES: Penicillin - tolerated cefazolin", ("penicillin",)),
        ("ALLERGIES:\nPENICILLIN\nReaction: hives\nLATEX\nSeverity: mild", ("penicillin", "latex")),
        ("ALLERGIES:\nLATEX\nNURSING STATUS", ("latex",)),
        ("ALLERGIES: Penicillin -- hives, latex=rash, sulfa/rash, codeine--GI upset",
         ("penicillin", "latex", "sulfa", "codeine")),
        ("ALLERGIES: Penicillin/ampicillin", ("penicillin/ampicillin",)),
        ("ALLERGIES: Mother reports no allergies", ()),
        ("ALLERGIES: Mom says amoxicillin gave him hives", ("amoxicillin",)),
        ("ALLERGIES: Penicillin, reaction unknown", ("penicillin",)),
        ("HISTORY: Her mother is allergic to latex.", ()),
        ("ALLERGIES: Penicillin (tolerates cephalexin), codeine. RTC 3 months.",
         ("penicillin", "codeine")),
        ("ALLERGIES: egg, milk. Follow up with allergist in 2 weeks.", ("egg", "milk")),
        ("ALLERGIES: latex reaction (flushing; rechallenged OK); iodine contrast: hives",
         ("latex", "iodine contrast")),
        ("ALLERGIES: Penicillin label removed 2024 after negative oral challenge; codeine",
         ("codeine",)),
        ("PRECAUTIONS: No open chain. Latex allergy - use non-latex bands.", ("latex",)),
        ("TECHNIQUE: Prednisone for prior contrast reaction (hives).", ("contrast",)),
        ("TECHNIQUE: Prednisone for prior allergic reaction (hives).", ()),
        ("HISTORY: No effort intolerance; intolerance to exercise.", ()),
    ],
)  # fmt: skip
def test_allergies(tmp_path, line, expected):
    assert allergies_of(tmp_path, line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("She gets a rash with Septra.", ("septra",)),
        ("Septra has caused hives, Zocor 5 mg is taken.", ("septra",)),
        ("Septra gave her a rash.\nAllergies: latex", ("latex",)),
        ("Her mother got hives from Septra.", ()),
        ("She got a rash before Septra was started.", ()),
        ("Septra never caused a rash.", ()),
        ("Rash after starting Septra.", ("septra",)),
        ("He came out in welts after taking Septra.", ("septra",)),
        ("Septra gave him pancreatitis.", ("septra",)),
        ("She cannot tolerate Zocor (pain).", ("zocor",)),
        ("He cannot take Zocor (cough).", ("zocor",)),
        ("He cannot take Zocor (shortage).", ()),
        ("Allergic to latex. Septra gave her hives.", ("latex", "septra")),
    ],
)
def test_a_drug_that_gave_a_rash_is_an_allergy(tmp_path, line, expected):
    drugs = TermMatcher(Term(name, name, "drug") for name in ("septra", "zocor"))
    assert allergies_of(tmp_path, f"HISTORY: {line}", drugs) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The septra they gave me for the UTI gave me a bumpy red rash on day 4.", ["septra"]),
        ("Septra was added to your allergies. Zocor goes on.", ["septra"]),
        ("Stop both septra and zocor now. Add both to allergy list.", ["septra", "zocor"]),
        ("She can't take septra (makes her hallucinate), zocor is fine.", ["septra"]),
        ("Zocor was added to your medicines. The septra they gave me worked.", []),
    ],
    ids=("clause between", "added", "both added", "cannot take", "none"),
)
def test_what_a_message_says_of_a_drug_is_an_allergy(text, expected):
    drugs = TermMatcher(Term(name, name, "drug") for name in ("septra", "zocor"))
    assert [drug.lower() for drug in harmful_drugs(text, drugs)] == expected


def test_a_long_note_of_drugs_is_searched_soon():
    text = "She takes septra and zocor daily. " * 3_000
    begin = process_time()
    assert list(harmful_drugs(text, TermMatcher([Term("septra", "septra", "drug")]))) == []
    assert process_time() - begin < 5


def allergies_of(folder, line, drugs=None):
    (folder / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\n{line}\n\nPLAN: Rest.\n")
    return allergies(read(folder / "note.txt"), drugs)


def test_heads_of_measurements_are_no_allergens(tmp_path):
    log = (
        "Time    Rate   BP      Note\n0915    10     124/78  start\n0930    20     122/76  flushed"
    )
    (tmp_path / "note.txt").write_text(f"HPI: Well.\n\nAllergies: latex (rash)\n\nLog\n{log}\n")
    assert allergies(read(tmp_path / "note.txt")) == ("latex",)


def test_what_the_sender_added_to_the_list(tmp_path):
    vocabulary = TermMatcher([Term("aspirin", "aspirin", "drug")])
    text = "Do not take aspirin until we know more. I have added both to your allergy list."
    (tmp_path / "note.txt").write_text(text)
    assert allergies(read(tmp_path / "note.txt"), vocabulary) == ("aspirin",)


@pytest.mark.parametrize(
    "text",
    [
        "HPI: Fetal intolerance to labor.",
        "HPI: She was intolerant of compression dressings.",
        "HPI: She is allergic, however, she takes it.",
        "ALLERGIES: HE DOES HAVE.",
        "ALLERGIES: Nonsignificant except as mentioned above for medications.",
    ],
)
def test_what_is_no_substance_is_no_allergen(tmp_path, text):
    (tmp_path / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\n{text}\n")
    known = TermMatcher([Term("codeine", "codeine", "drug")])
    assert allergies(read(tmp_path / "note.txt"), known) == ()
