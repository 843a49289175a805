"""Who is given something stands beside who holds it out; what is picked hangs in its tree."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a nurse giving a child a lollipop",
         "a nurse next to a child and the nurse holding a lollipop"),
        ("a mother giving her baby a bottle",
         "a woman next to a baby and the woman holding a bottle"),
        ("a man giving a woman flowers",
         "a man next to a woman and the man holding two flowers"),
        ("a girl giving a cat milk", "a girl next to a cat and the girl holding a glass of milk"),
        ("a man giving a dog a bath",
         "a man next to a dog and the dog in a bathtub in the bathroom"),
        ("a baby elephant", "a little elephant"),
        ("a girl picking apples from a tree", "a girl next to a tree, two apples in the tree"
         " and the girl holding a basket in the park"),
    ],
)  # fmt: skip
def test_who_is_given_something_is_in_nobodys_arms_and_fruit_in_its_tree(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())
