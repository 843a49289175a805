"""What is told of weather, time, style and place that a scene does not have is said."""

import pytest

from maskgil.nano.reader.reader import read_scene

UNSEEN = {
    "a cat in the cellar in the snow": "in the snow",
    "a cat in the snow in the cellar": "in the snow",
    "a dog in a cave on a rainy day": "on a rainy day",
    "a cat in a snowy throne room": "snowy",
    "a girl in the classroom at night": "at night",
    "a kitchen at sunset": "at sunset",
    "a rocket in space in the rain": "in the rain",
    "a cat in fog and rain": "in fog",
    "a pixel art watercolour cat": "watercolor",
    "a piano in the living room in the mountains": "in the mountains",
}


@pytest.mark.parametrize("text", UNSEEN)
def test_what_a_scene_does_not_have_is_left_out_in_words(text):
    assert read_scene(text).left_out == (UNSEEN[text],)


@pytest.mark.parametrize(
    "text",
    [
        "a cat in the snow in the rain", "a snowy tree in the kitchen", "a dog in a snowy forest",
        "a sunny day in the kitchen", "a bedroom at night", "houses in the mountains by the sea",
        "a man in a cafe in the city", "a cow on plain paper", "a storm at sea at night",
        "a cat on the kitchen floor in daylight",
    ],
)  # fmt: skip
def test_what_is_in_the_scene_is_not(text):
    assert read_scene(text).left_out == ()
