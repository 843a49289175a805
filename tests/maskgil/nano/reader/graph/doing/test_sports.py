"""Sports: who crosses a finish line is under its arch, who skis down a hill does it in snow."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("a runner crossing the finish line", "a person running under a finish line"),
        ("a man running across the finish line", "a running man under a finish line"),
        ("a car at the finish line", "a car under a finish line in the street"),
        ("a dog next to the finish line", "a dog next to a finish line"),
        ("a skateboarder jumping over a bin",
         "a jumping boy above a trash can and the boy riding a skateboard in the street"),
        ("a skier going down a steep slope", "a skier on the ski slope"),
        ("a snowboarder going down a hill", "a snowboarder on a hill while it is snowing"),
        ("a girl sledding down a hill", "a girl riding a sled on a hill while it is snowing"),
        ("a house on a grassy hill", "a house on a hill"),
    ],
)  # fmt: skip
def test_who_does_sports_is_where_they_are_done(text: str, drawn: str) -> None:
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (drawn, ())
    assert canonical(read_scene(drawn).scene) == drawn


def test_who_crosses_a_finish_line_is_between_its_posts() -> None:
    scene = read_scene("a runner crossing the finish line").scene
    runner, arch = sorted(load_collage().layout.arranged(scene, 0)[1], key=lambda s: s.thing)
    assert arch.left <= runner.left and runner.left + runner.width <= arch.left + arch.width
    assert arch.bottom - arch.height < runner.bottom - runner.height
