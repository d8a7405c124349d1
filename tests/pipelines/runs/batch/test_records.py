"""What a run keeps of a note, in the columns of Parquet."""

import pyarrow as pa

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import Evidence, Prescription, Summary
from secateur.pipelines.runs.batch.plan import Item
from secateur.pipelines.runs.batch.records import schema, summary_record


def test_prescriptions_are_kept_and_records_of_older_versions_have_none():
    told = Prescription("iron", "25 mg", "PO", "daily", Evidence(0, 4, "iron"))
    summary = Summary(
        "n.txt", "brief", "", (), "full", 1, False, {},
        medications=("iron", "zinc"), prescriptions=(told, Prescription("zinc")),
    )  # fmt: skip
    part = Item("n.txt", 4, 0, "0" * 64)
    new, old = (
        summary_record(part, Document("n.txt", "iron", (), "text/plain"), summary) for _ in range(2)
    )
    del old["summary"]["prescriptions"]
    rows = pa.Table.from_pylist([new, old], schema("clinical", "brief")).to_pylist()
    first, second = rows[0]["summary"]["prescriptions"]
    assert (first["dose"], first["evidence"]["text"]) == ("25 mg", "iron")
    assert (second["dose"], second["evidence"]) == ("", None)
    assert rows[1]["summary"]["prescriptions"] is None
