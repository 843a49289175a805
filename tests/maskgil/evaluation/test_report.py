"""Reports: the paper's numbers beside ours, for people and for programs."""

import json

from maskgil.evaluation import paper_results, report


def test_the_papers_numbers_never_meet_ours():
    text = report.beside_paper(
        paper_results.TABLE_3, "nano", {"fed-efficientnet": 12.5, "steps": 8}
    )
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()
    ]
    fid, fed = header.index("FID ↓"), header.index("fed-efficientnet")
    assert [row[fid] for row in rows] == ["5.64", "4.01", "3.9", "3.71", "–"]
    assert [row[fed] for row in rows] == ["–", "–", "–", "–", "12.50"]
    assert rows[-1][0] == "**nano (this run)**" and rows[-1][-1] == "measured"
    assert all(row[-1] != "–" for row in rows[:4])  # every quoted number has a source


def test_every_quoted_number_has_a_source():
    for table in (
        paper_results.TABLE_1,
        paper_results.TABLE_3,
        paper_results.TABLE_4,
        paper_results.TABLE_5,
        paper_results.TABLE_A4,
    ):
        for row in table.rows:
            assert bool(row.source) == bool(row.values), row
            assert set(row.values) <= set(table.columns)


def test_numbers_for_people_and_programs(tmp_path):
    shown = [report.shown(v) for v in (None, 3, 3.0, 50000, 0.12345, 305.64, "x", 0.0)]
    assert shown == ["–", "3", "3", "50,000", "0.1235", "305.6", "x", "0"]
    record = {"title": "t", "command": ["a"], "value": float("inf"), "path": tmp_path}
    report.write(tmp_path, "r", record, ["text"])
    assert json.loads((tmp_path / "r.json").read_text())["value"] is None
