"""GenEval's folders of pictures, the same from any number of processes."""

import json

import pytest

from maskgil.evaluation.commands import geneval
from maskgil.evaluation.geneval.scorer import read_prompts
from maskgil.evaluation.image_sets import DrawnPictures
from maskgil.evaluation.prompts import Prompts
from tests.helpers.tiny_evaluation import CHANGES, TINY


class Plain(DrawnPictures):
    """Draws class pictures for captions: the layout is what is tested."""

    def draw(self, numbers):
        self.prompts = Prompts(tuple(number % 6 for number in range(len(self))))
        return super().draw(numbers)


def test_geneval_folders_do_not_depend_on_the_processes(tmp_path):
    path = tmp_path / "geneval2.jsonl"
    rows = [{"prompt": f"{n} cats", "vqa_list": [["q", "a"]], "skills": []} for n in range(5)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        drawing = geneval.plan(
            folder, read_prompts(path),
            lambda prompts: Plain(TINY, prompts, seed=2, changes=CHANGES), per_prompt=3,
        )  # fmt: skip
        geneval.write_metadata(drawing)
        for rank in range(processes):
            geneval.draw_share(drawing, rank, processes)
    files = sorted(p.relative_to(tmp_path / "1") for p in (tmp_path / "1").rglob("*.*"))
    assert len(files) == 5 * (1 + 3)
    for name in files:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    with pytest.raises(ValueError, match=r"evaluation\.py with image_paths\.json"):
        geneval.score_folder(tmp_path / "1", lambda image: [], tmp_path / "r.jsonl")
