"""Places of a note that support a sentence."""

import os
import subprocess
import sys

_SHARES = """
from secateur.pipelines.clinical.verification.evidence import EvidenceFinder
from secateur.pipelines.document.document import Document, Passage
lines = ["Mild cough, wheezing, fever and chills since Monday.", "No chest pain or fever.",
         "Wheezing and cough on both sides.", "Chest film without effusion.", "Seen Monday."]
text = "\\n".join(lines)
starts = [text.index(line) for line in lines]
spans = [(start, start + len(line)) for start, line in zip(starts, lines)]
finder = EvidenceFinder(Document("a", text, (Passage(0, len(text)),), "text/plain"), spans)
print([share.hex() for share in finder.shares(" ".join(lines))])
"""


def test_the_order_of_words_in_memory_moves_no_digit():
    found = {
        subprocess.run(
            [sys.executable, "-P", "-c", _SHARES],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(found) == 1
