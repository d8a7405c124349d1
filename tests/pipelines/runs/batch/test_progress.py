"""What a run tells."""

import io

from secateur.pipelines.runs.batch.progress import Progress
from secateur.pipelines.runs.batch.work import Done


def test_the_line_tells_counts_throughput_and_time_left():
    progress = Progress(files=1_010, done=10, left_bytes=4_000)
    for number in range(250):
        error = int(number == 0)
        progress.add(Done(str(number), 1 - error, error, "", 1.0, 40), 4)
    assert progress.line(100.0) == (
        "260 of 1,010 files, 1 error, 2.50 documents/s, 100 tokens/s, 5:00 left"
    )


def test_lines_go_to_the_stream_and_end():
    stream = io.StringIO()
    progress = Progress(1, 0, 4, stream)
    progress.add(Done("k", 1, 0, "", 1.0, 40), 4)
    progress.tell(last=True)
    assert stream.getvalue().startswith("1 of 1 file, 0 errors")
    assert stream.getvalue().endswith("\n")
    assert "left" not in stream.getvalue()
