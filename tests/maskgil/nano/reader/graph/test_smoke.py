"""Smoke is where it comes from: below a rocket, over a train and a house, behind a car."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a space shuttle with lots of smoke", "three puffs of smoke below a space shuttle"),
        ("smoke coming from a rocket", "a puff of smoke below a rocket"),
        ("a steam locomotive with smoke", "a puff of smoke on the chimney of a steam locomotive"),
        ("smoke coming out of a train", "a puff of smoke above a train"),
        ("a truck with a lot of smoke", "three puffs of smoke next to a truck"),
        ("a car with smoke behind it", "a puff of smoke next to a car"),
        ("six puffs of smoke", "six puffs of smoke"),
        ("a puff of smoke behind a tree", "a puff of smoke behind a tree"),
    ],
)
def test_smoke_is_where_it_comes_from(said: str, meant: str) -> None:
    found = canonical(read_scene(said).scene)
    assert (
        found.removesuffix(" in space").removesuffix(" in the park").removesuffix(" at the railway")
        == meant
    )
