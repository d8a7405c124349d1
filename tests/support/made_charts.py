"""Written records of invented patients: a file of two patients' notes, and a patient's files."""

from __future__ import annotations

VOSS = "Patient: Henry Voss    MRN: 20-4411    DOB: 03/02/1951"
BRANDT = "Patient: Lena Brandt    MRN: 20-9087    DOB: 11/30/1989"

TWO_PATIENTS = f"""NORTHGATE CLINIC
Progress note
{VOSS}
Date: 2024-05-02

HPI: Mr. Voss is a 73-year-old man with atrial fibrillation and heart failure. He is short of \
breath on stairs.
Medications: apixaban 5 mg twice daily, furosemide 20 mg daily.
Allergies: penicillin (rash).
Assessment: Heart failure, worse. EF 35 percent.
Plan: Increase furosemide to 40 mg daily. BNP is pending. Return in 2 weeks.

NORTHGATE CLINIC
Progress note
{BRANDT}
Date: 2024-05-03

HPI: Ms. Brandt is a 34-year-old woman, 28 weeks pregnant, with gestational diabetes. Fasting \
glucose is 104.
Medications: prenatal vitamin daily.
Allergies: NKDA.
Assessment: Gestational diabetes, diet is not enough.
Plan: Start insulin detemir 10 units at bedtime. Growth ultrasound at 32 weeks. Return in 1 week.

NORTHGATE CLINIC
Progress note
{VOSS}
Date: 2024-05-16

HPI: He breathes better and lost 3 kg. BNP from the last visit was 640.
Medications: apixaban 5 mg twice daily, furosemide 40 mg daily.
Assessment: Heart failure, improved.
Plan: Start spironolactone 25 mg daily. Echocardiogram on 06/20/2024.

NORTHGATE CLINIC
Note de suivi
{VOSS}
Date: 2024-05-20

Le patient se plaint d'une douleur au genou depuis deux jours. Pas de fièvre. Il prend du \
paracétamol avec un bon effet. On lui conseille de revenir dans une semaine si la douleur ne \
passe pas.

NORTHGATE CLINIC
Progress note
{BRANDT}
Date: 2024-05-10

HPI: Fasting glucose is now 92 on insulin. The baby moves well. She noticed some swelling of her \
feet and was asked to
"""

FILES = {
    "1-visit.txt": """RIVERSIDE FAMILY PRACTICE
Office visit
Patient: Marta Okafor    DOB: 04/11/1958    MRN: 77-1042
Date of visit: 01/09/2024

CHIEF COMPLAINT: Tiredness and thirst.

HISTORY OF PRESENT ILLNESS: Ms. Okafor is a 65-year-old woman with hypertension who has been \
tired and thirsty for six weeks.

ALLERGIES: No known drug allergies.

MEDICATIONS:
Lisinopril 10 mg daily

ASSESSMENT AND PLAN:
1. New type 2 diabetes. Start metformin 500 mg twice daily.
2. Hypertension, 152/90. Increase lisinopril to 20 mg daily.
Urine albumin is pending. Follow up in 4 weeks.
""",
    "2-call.txt": """Telephone encounter
Patient: Okafor, Marta   DOB: 04/11/1958
Date: 01/16/2024

Urine albumin came back at 84 mg/g, elevated. She is taking metformin and lisinopril 20 mg daily \
without trouble.
""",
    "3-stay.txt": """DISCHARGE SUMMARY
Patient: Marta Okafor
MRN: 771042
Admitted: 02/20/2024
Discharged: 02/24/2024

HISTORY OF PRESENT ILLNESS: 65-year-old woman with diabetes and hypertension admitted with fever \
and flank pain.

HOSPITAL COURSE: Pyelonephritis with E. coli. Lisinopril was stopped because of cough and \
losartan was started. Blood cultures were drawn on admission and are pending.

DISCHARGE MEDICATIONS:
Metformin 1000 mg twice daily
Losartan 50 mg daily
Cefpodoxime 200 mg twice daily for 7 days

ALLERGIES: Sulfa (hives)

FOLLOW-UP: See Dr. Lund in the clinic in 2 weeks. Renal ultrasound on 03/18/2024.
""",
    "4-visit.txt": """Clinic note
Patient: Marta Okafor   MRN: 77-1042
Date of visit: 03/08/2024

SUBJECTIVE: She feels well after pyelonephritis. Cough is gone on losartan.

OBJECTIVE: BP 128/78. Blood cultures from the hospital were negative.

ASSESSMENT AND PLAN:
1. Hypertension, at goal on losartan 50 mg daily.
2. Type 2 diabetes. Continue metformin 1000 mg twice daily. Start empagliflozin 10 mg daily.
Follow up in 3 months.
""",
}
"""A patient's notes by the names of their files."""
