"""Places in fifteen languages: where somebody is said to be is the setting."""

import pytest

from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from app.i18n import tables
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.scene import Scene, Thing

BUILT = (
    "classroom", "office", "library", "shop", "restaurant", "church", "stage", "hospital", "gym",
    "hallway", "throne room", "laboratory", "workshop", "cellar", "cave", "playground", "platform",
    "harbor", "waterfall", "swamp", "stadium", "swimming pool", "graveyard", "market", "fairground",
    "porch", "canyon", "airport", "dining room", "nursery", "greenhouse", "spaceship", "attic",
    "museum", "stable", "autumn forest", "spring park", "flower field", "wheat field", "vineyard",
    "rooftop", "pier", "volcano", "campsite", "construction site", "ruins", "alley", "square",
    "courtyard", "canal", "frozen lake", "valley", "empty room", "cinema", "shop window",
)  # fmt: skip
# A cat somewhere, and the preposition before a place that is said without one.
SAID = {
    "fr": ("un chat {}", "dans"), "es": ("un gato {}", "en"), "pt": ("um gato {}", "em"),
    "it": ("un gatto {}", "in"), "de": ("eine Katze {}", "in"), "ru": ("кошка {}", "в"),
    "ar": ("قطة {}", "في"), "zh": ("{}有一只猫", ""), "ja": ("{}猫", ""), "hi": ("{} बिल्ली", ""),
    "tr": ("{} bir kedi", ""), "ko": ("{} 고양이", ""), "nl": ("een kat {}", "in"),
    "pl": ("kot {}", "w"), "uk": ("кіт {}", "в"),
}  # fmt: skip
PREPOSITIONS = {
    "sur", "dans", "à", "au", "en", "al", "sobre", "no", "na", "num", "numa", "sul", "sulla",
    "auf", "im", "in", "в", "на", "у", "على", "a", "all'", "alla", "allo", "nel", "nella", "am",
    "beim", "sous", "junto", "por", "sull'isola", "d'inverno", "con", "op", "aan", "bij", "tussen",
    "w", "we", "przy", "nad", "біля", "серед", "до", "عند", "قرب", "في", "dentro", "во",
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_every_place_of_a_language_is_read_as_the_setting(language):
    rows = Glossary.load().words.rows_of(language, "place", "~place")
    known = set()
    for row in rows:
        setting = read_scene(row.english).scene.setting
        some = row.words if row.kind == "place" else row.words[:2]
        for words in some if setting in BUILT else ():
            text, before = SAID[language]
            first = words.replace("l'", "l' ").split()[0]
            where = words if first in PREPOSITIONS else f"{before} {words}"
            wish = read_typed(text.format(where), Glossary.load())
            assert wish is not None, words
            assert read_scene(wish.prompt).scene == Scene((Thing("cat"),), (), setting), words
            known.add(setting)
    assert len(known) > 36


@pytest.mark.parametrize(
    ("language", "said", "setting", "style", "time", "weather"),
    [
        ("fr", "un chat à l'aquarelle", None, "watercolour", "day", "clear"),
        ("es", "un perro en la niebla", None, "3d", "day", "fog"),
        ("pt", "um barco no canal", "canal", "3d", "day", "clear"),
        ("de", "eine Katze als Bleistiftzeichnung", None, "pencil sketch", "day", "clear"),
        ("it", "una casa all'alba", None, "3d", "dawn", "clear"),
        ("zh", "雾中的房子", None, "3d", "day", "fog"),
        ("ja", "水彩画の猫", None, "watercolour", "day", "clear"),
        ("ru", "лошадь в долине", "valley", "3d", "day", "clear"),
        ("nl", "een koe in het bos", "forest", "3d", "day", "clear"),
        ("pl", "dom we mgle", None, "3d", "day", "fog"),
        ("tr", "çölde bir deve", "desert", "3d", "day", "clear"),
        ("uk", "кіт на кухні вночі", "kitchen", "3d", "night", "clear"),
        ("ko", "사막의 낙타", "desert", "3d", "day", "clear"),
        ("ar", "جمل في الصحراء", "desert", "3d", "day", "clear"),
        ("hi", "कोहरे में घर", None, "3d", "day", "fog"),
    ],
)
def test_style_time_and_weather_are_told_in_every_language(
    language, said, setting, style, time, weather
):
    wish = read_typed(said, Glossary.load(), speaks=[language])
    assert wish is not None
    scene = read_scene(wish.prompt).scene
    assert (scene.setting, scene.style, scene.time, scene.weather) == (
        setting, style, time, weather,
    )  # fmt: skip
    assert len(scene.things) == 1


@pytest.mark.parametrize(
    ("said", "prompt"),
    [
        ("une église rouge", "a red church"),
        ("une fille dans l'église", "a girl in a church"),
        ("une fille à l'église", "a girl in the church"),
        ("un chat devant l'église", "a cat in front of a church"),
        ("un chat sur le bureau", "a cat on a desk"),
        ("un chat au bureau", "a cat in the office"),
        ("un chat sur la bibliothèque", "a cat on a bookshelf"),
        ("教堂前面有一只猫", "a cat in front of a church"),
        ("病院の猫", "a cat in the hospital"),
        ("кошка в магазине", "a cat in a shop"),
        ("طفل في المسبح", "a child in a swimming pool"),
        ("학교에 있는 소녀", "a girl in the classroom"),
    ],
)
def test_what_is_a_thing_too_is_one_where_nobody_is_in_it(said, prompt):
    wish = read_typed(said, Glossary.load())
    assert wish is not None and wish.prompt == prompt


@pytest.mark.parametrize("language", tables())
def test_every_setting_has_a_name_on_the_page(language):
    names = [tables()[language].get(f"setting.{name.replace(' ', '-')}") for name in BUILT]
    assert all(names) and len(set(names)) == len(names)
