"""Where a thing is, told on the page in the visitor's language."""

import pytest

from app.dialogue.remarks import remarked
from app.i18n import Translations
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.world.scene import Scene, Thing


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The dog is on the left, in the park."), ("de", "Linke Hälfte · Park")],
)
def test_it_is_told_by_the_side_and_the_place(language, said):
    scene = Scene((Thing("dog"),), (), "park")
    remark = Remark(
        "where", "dog", count=1, look="left", scene=scene, said="on the left, in the park"
    )
    assert said in remarked([remark], Translations(language))


def test_what_has_no_side_is_in_the_picture():
    remark = Remark("where", "dog", count=1, said="in the picture", scene=Scene((Thing("dog"),)))
    assert remarked([remark], Translations("fr")).startswith("Dans l’image")
