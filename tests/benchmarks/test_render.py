"""Rendered parts come from records alone; what is written by hand stays."""

from dataclasses import replace

import document_tables
import plots
import pytest
import render
import tables
from made_records import layer_run, timed, valued
from records import write

pytestmark = pytest.mark.tree

TEXT = """# Results

By hand.

<!-- rendered layer: begin -->
| an old table |
<!-- rendered layer: end -->

Also by hand.
"""


def test_a_part_is_replaced_and_the_rest_stays():
    new, kept = render.rendered(TEXT, layer_run())
    assert kept == []
    assert "an old table" not in new
    assert new.startswith("# Results\n\nBy hand.\n\n<!-- rendered layer: begin -->\n| n |")
    assert new.endswith("|\n<!-- rendered layer: end -->\n\nAlso by hand.\n")


def test_the_layer_table_has_ratio_spread_and_milliseconds():
    row = tables.layer(layer_run()).splitlines()[2]
    expected = "| 8,192 | 64 | fp32 | 2.50x (2.50 to 2.56), 400.0 ms | - |"
    assert row == f"{expected} 20.00x (17.50 to 20.00), 50.0 ms | - | 3 |"


def test_rendering_twice_changes_nothing():
    once, _ = render.rendered(TEXT, layer_run())
    assert render.rendered(once, layer_run())[0] == once


def test_a_part_without_records_keeps_what_it_holds():
    new, kept = render.rendered(TEXT, [valued("error", 0.1)])
    assert (new, kept) == (TEXT, ["layer"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("rendered layer", "rendered lair"), "nothing renders 'lair'"),
        (TEXT.replace("<!-- rendered layer: end -->", ""), "part 'layer' has no end"),
    ],
    ids=["unknown", "no end"],
)
def test_a_wrong_mark_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        render.rendered(text, layer_run())


@pytest.mark.parametrize("name", render.TABLES)
def test_no_table_is_made_of_nothing(name):
    assert render.TABLES[name]([]) is None


def test_every_part_of_the_documents_is_known(request):
    for file in ("README.md", "docs/results.md"):
        text = (request.config.rootpath / file).read_text()
        render.rendered(text, layer_run())


def test_the_documents_show_the_committed_results(request):
    folder = request.config.rootpath / "benchmarks" / "results"
    records = render.read_folder(folder)
    assert records
    for file in ("README.md", "docs/results.md"):
        text = (request.config.rootpath / file).read_text()
        assert render.rendered(text, records)[0] == text, f"{file}: make bench-render"


def test_exponents_are_slopes_of_logarithms():
    assert tables.exponent([(1, 3), (2, 12), (4, 48)]) == pytest.approx(2)


def test_a_call_whose_selection_costs_more_than_it_saves_is_a_limit():
    setting = {"figure": "call", "n": 1024, "sparsity": 0.9}
    records = [
        timed("sdpa", 10.0, **setting),
        timed("native", 4.0, **setting),
        timed("selection", 8.0, **setting),
    ]
    assert "1,024 tokens" in render.TABLES["limits"](records)
    records[2] = timed("selection", 1.0, **setting)
    assert render.TABLES["limits"](records) is None


def test_a_document_that_a_rival_reads_faster_is_a_limit():
    setting = {"figure": "report", "document": "a.html", "tokens": 9000, "dtype": "fp32"}
    records = [timed("dap", 3.0, **setting), timed("windows512", 2.0, **setting)]
    assert "windows of 512, stride 384 takes 2.00 s, DAP 3.00 s" in render.TABLES["limits"](records)


def test_a_document_whose_answers_change_is_a_limit():
    setting = {"document": "a.html", "tokens": 9000, "dtype": "fp32", "threads": 2}
    record = replace(valued("f1_against_full", 0.9), suite="documents", setting=setting)
    assert "agree by F1 0.900" in render.TABLES["limits"]([record])


def test_the_report_table_sets_speed_beside_memory_and_agreement():
    setting = {"document": "a.html", "tokens": 8200, "dtype": "fp32", "threads": 2}
    times = {"dap": (2.0, 2.2), "full": (8.0, 8.4), "windows512": (3.0, 3.1)}
    records = [
        replace(timed(name, *samples, figure="report"), setting=setting, unit="s")
        for name, samples in times.items()
    ]
    facts = {"suite": "documents", "figure": "report", "setting": setting}
    records += [
        valued("peak_memory", 900.0, **facts),
        valued("f1_against_full", 0.98, **facts),
        valued("density", 0.05, **facts),
        valued("read_again", 12, **facts),
    ]
    dap, full, windows = render.TABLES["reports"](records).splitlines()[2:]
    assert dap == (
        "| a | 8,200 | fp32 | **DAP** | 2.00 |  | - | 4,100 | 900 | 0.050 | 12 | 0.980 | 2 runs |"
    )
    assert "| 4.00x (3.82 to 4.00) |" in full
    assert "| 1.50x (1.41 to 1.50) |" in windows


def test_a_score_of_one_stretch_of_text_has_no_interval():
    setting = {"document": "a.html", "tokens": 8192}
    facts = {"suite": "quality", "figure": "filing", "setting": setting}
    notes = {"span+type.f1": "-", "+value.f1": "-", "+period.f1": "0.700 to 0.900"}
    records = [
        replace(valued(name, 0.8, **facts), note=f"95 % interval {note}")
        for name, note in notes.items()
    ]
    row = render.TABLES["quality"](records).splitlines()[2]
    assert row.endswith("| 0.800 (-) | 0.800 (-) | 0.800 (0.700 to 0.900) | - | - |")


def test_plots_are_the_same_for_the_same_records():
    drawn = plots.draw_all(layer_run())
    assert set(drawn) == {"time-by-length", "time-by-density"}
    assert drawn == plots.draw_all(layer_run())
    for svg in drawn.values():
        assert svg.startswith("<?xml")
        assert "<dc:date>" not in svg


def test_a_folder_without_results_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["render.py", "--results", str(tmp_path)])
    assert render.main() == 1
    assert "measure them with make bench" in capsys.readouterr().err


def test_check_writes_nothing_and_fails_where_a_file_would_change(tmp_path, monkeypatch, capsys):
    write(layer_run(1.0), tmp_path / "layer.jsonl")
    monkeypatch.setattr("sys.argv", ["render.py", "--results", str(tmp_path), "--check"])
    before = (render._ROOT / "README.md").read_text()
    assert render.main() == 1
    assert "time-by-length.svg differs" in capsys.readouterr().err
    assert (render._ROOT / "README.md").read_text() == before


def test_growth_has_a_row_a_length_and_the_exponent_that_fits():
    def grown(n, ms):
        setting = {"n": n, "dtype": "fp32", "threads": 2}
        facts = {"suite": "growth", "figure": "growth", "setting": setting}
        return [
            valued("time", ms, **facts),
            valued("time", ms / 4, "selection", **facts),
            valued("density", 100 / n, **facts),
            valued("peak_memory", 1000.0, **facts),
        ]

    records = grown(1000, 10.0) + grown(4000, 80.0) + grown(16_000, 1280.0)
    table = document_tables.growth(records).splitlines()
    assert table[2] == "| 1,000 | fp32 | 10 | 10.0 | 0.25 | 100 | 1,000 |"
    assert table[-1] == (
        "fp32: time grows as n to the power of 1.75, between the last two lengths 2.00."
    )
    assert document_tables.growth([valued("error", 0.1)]) is None


def whole_report(tokens, seconds, again, **more):
    setting = {"document": "a.html", "tokens": tokens, "dtype": "fp32", "threads": 2}
    facts = {"suite": "documents", "figure": "report", "setting": setting}
    return [
        *(valued("time", value, name, **facts, **more) for name, value in seconds.items()),
        valued("read_again", again, **facts),
    ]


def test_the_headline_tells_of_a_report_whose_unsure_words_were_not_read_again():
    short = whole_report(8200, {"dap": 2.0, "full": 8.0, "windows512": 3.0}, 12)
    long = whole_report(65_538, {"dap": 10.0, "full": 300.0}, 0, note="composed: in part")
    assert render.TABLES["headline"](long + short).splitlines()[2:] == [
        "| a, 8,200 tokens, fp32, to records | 8.0 s | 3.0 s | 2.0 s | **4.0** |",
        "| a, 65,538 tokens, fp32, to records | 300 s, composed |  | 10.0 s, no second reading "
        "| **30.0** |",
    ]


def test_the_headline_sets_the_default_of_twelve_drafts_beside_one_of_full_attention():
    setting = {"document": "8 notes", "tokens": 7680, "dtype": "bf16", "threads": 2}
    records = [
        valued("time", value, name, suite="documents", figure="record", setting=setting)
        for name, value in {"full": 20.0, "dap": 4.0, "drafts": 5.0}.items()
    ]
    assert render.TABLES["headline"](records).splitlines()[2] == (
        "| 8 notes, 7,680 tokens, bf16, to a summary | 20.0 s, one draft |  "
        "| 5.0 s, the best of twelve drafts | **4.0** |"
    )


def test_growth_of_a_report_compares_lengths_of_the_same_document_alone():
    records = whole_report(1000, {"dap": 1.0, "windows512": 2.0}, 0)
    records += whole_report(4000, {"dap": 8.0, "windows512": 8.0}, 0)
    setting = {"document": "b.html", "tokens": 9000, "dtype": "fp32", "threads": 2}
    other = valued("time", 1.0, suite="documents", figure="report", setting=setting)
    assert document_tables.document_growth([*records, other]).splitlines()[2:] == [
        "| a | fp32 | **DAP** | 1,000 to 4,000 | 1.50 | 1,000 to 500 |  |",
        "| a | fp32 | windows of 512, stride 384 | 1,000 to 4,000 | 1.00 | 500 to 500 "
        "| 2.00x to 1.00x |",
    ]


def test_perplexity_stands_beside_the_density_that_it_was_had_at():
    facts = {"suite": "perplexity", "figure": "perplexity"}
    facts["setting"] = {"document": "a.html", "tokens": 8192, "threads": 2}
    records = [
        valued("perplexity", 20.0, "full", **facts),
        valued("perplexity", 20.2, **facts),
        valued("density", 0.14, **facts),
    ]
    row = tables.perplexity(records).splitlines()[2]
    assert row == "| a | 8,192 | 20.00 | 20.20 (+1.0%) | 0.140 |"
    assert "20.20 by DAP, which keeps 14% of the pairs" in render.TABLES["summary"](records)
