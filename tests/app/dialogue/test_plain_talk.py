"""How people talk to a picture in their languages, and what is told of it in their words."""

import pytest

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.glossary.repair import Glossary
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage
from maskgil.prompts import NothingKnownError
from tests.app.dialogue.answered import said


@pytest.fixture(scope="module")
def after():
    planner = Planner(load_collage())

    def run(language, *lines):
        talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
        *_, last = [talk.say(line) for line in lines]
        return last

    return run


def things_of(reply):
    scene = reply.moment.arrangement.scene
    return [
        " ".join(map(str, filter(None, (each.count, each.size, each.colour, each.noun))))
        for each in scene.things
    ]


@pytest.mark.parametrize(
    ("language", "wish", "told", "things"),
    [
        ("de", "ein Hund und eine Katze", "die Katze ist größer als der Hund",
         ["1 dog", "1 huge cat"]),
        ("fr", "un chien et un chat", "le chat est plus grand que le chien",
         ["1 dog", "1 huge cat"]),
        ("es", "un perro y un gato", "el perro es más pequeño que el gato",
         ["1 tiny dog", "1 cat"]),
        ("pt", "um cão e um gato", "o gato é maior do que o cão", ["1 dog", "1 huge cat"]),
        ("zh", "一只狗和一只猫", "猫比狗大", ["1 dog", "1 huge cat"]),
        ("fr", "un chien et un chat", "le chat est aussi grand que le chien",
         ["1 dog", "1 big cat"]),
        ("de", "ein Fuchs und ein Hase", "der Hase soll größer sein als der Fuchs",
         ["1 fox", "1 giant rabbit"]),
        ("de", "ein Dorf", "Vollmond und Fledermäuse", ["1 full moon", "2 bat"]),
        ("es", "un tren", "más rápido", ["1 train"]),
        ("es", "un gato", "el gato es café", ["1 brown cat"]),
        ("de", "ein Hund im Park", "ihm noch einen Ball geben", ["1 dog", "1 sports ball"]),
        ("de", "zwei Katzen", "die linke bitte grau", ["1 cat", "1 gray cat"]),
        ("de", "zwei Katzen", "eine reicht", ["1 cat"]),
        ("es", "dos gatos", "demasiados, deja uno", ["1 cat"]),
        ("es", "dos gatos", "con uno basta", ["1 cat"]),
        ("fr", "deux chats", "un seul suffit", ["1 cat"]),
        ("pt", "dois gatos", "um chega", ["1 cat"]),
        ("it", "due gatti", "ne basta uno", ["1 cat"]),
        ("es", "un gato y un árbol", "no, el árbol no, quítalo", ["1 cat"]),
        ("fr", "un chat et un arbre", "non, pas l'arbre, enlève-le", ["1 cat"]),
        ("fr", "un chat", "le chat est rose", ["1 pink cat"]),
        ("de", "ein Haus", "noch eins daneben, aber kleiner", ["1 house", "1 small house"]),
        ("fr", "une maison", "encore une, mais plus petite", ["1 house", "1 small house"]),
        ("es", "una casa", "otra más pequeña al lado", ["1 house", "1 small house"]),
        ("es", "una casa", "añade un plátano, no, dos", ["1 house", "2 banana"]),
        ("es", "una casa", "añade un perro, mejor dos", ["1 house", "2 dog"]),
        ("fr", "une maison", "ajoute un ballon, non, deux", ["1 house", "2 balloon"]),
        ("de", "ein Hund im Park", "das gleiche mit zwei Katzen", ["2 cat"]),
        ("fr", "un chien dans un parc", "la même chose mais avec un chat", ["1 cat"]),
        ("es", "un perro en el parque", "lo mismo pero con dos perros", ["2 dog"]),
        ("de", "ein Hund und zwei Bäume", "die sind zu groß", ["1 dog", "2 small tree"]),
        ("de", "vier Vögel", "das sind zu viele, zwei reichen", ["2 bird"]),
        ("de", "vier Vögel und ein Baum", "zu viele Vögel", ["2 bird", "1 tree"]),
        ("fr", "quatre oiseaux", "il y en a trop", ["2 bird"]),
        ("es", "cuatro pájaros y un gato", "hay demasiados pájaros", ["2 bird", "1 cat"]),
        ("de", "ein Pferd", "mit Flügeln", ["1 pegasus"]),
        ("fr", "un chat", "les enfants, ajoute un chien", ["1 cat", "1 dog"]),
        ("de", "ein Hund", "Kinder, fügt eine Katze hinzu", ["1 dog", "1 cat"]),
    ],
)  # fmt: skip
def test_changes(after, language, wish, told, things):
    assert things_of(after(language, wish, told)) == things


@pytest.mark.parametrize(
    ("language", "lines", "settings"),
    [
        ("de", ("ein Haus", "es schneit", "es schneit nicht mehr"), None),
        ("es", ("una casa", "llueve", "añade un árbol", "ya no llueve"), None),
        ("en", ("a house", "put it in a field", "it is snowing", "it stopped snowing"), "field"),
    ],
)
def test_a_place_that_came_with_the_weather_goes_with_it(after, language, lines, settings):
    scene = after(language, *lines).moment.arrangement.scene
    assert (scene.setting, scene.weather) == (settings, "clear")


@pytest.mark.parametrize(
    ("language", "wish", "said"),
    [
        ("de", "ein Hund bei Nacht", "das ist mir zu dunkel"),
        ("fr", "un chien la nuit", "c'est trop sombre"),
        ("es", "un perro de noche", "está demasiado oscuro"),
        ("en", "a dog at night", "hmm, that's too dark"),
        ("en", "a dog in the rain", "it's too gloomy"),
    ],
)
def test_what_is_too_dark_is_lit(after, language, wish, said):
    scene = after(language, wish, said).moment.arrangement.scene
    assert (scene.time, scene.weather) == ("day", "clear")


@pytest.mark.parametrize(("language", "said"), [("de", "ein"), ("de", "der"), ("fr", "le")])
def test_what_names_nothing_is_quoted_as_it_was_said(after, language, said):
    with pytest.raises(NothingKnownError, match=f"“{said}”"):
        after(language, said)


def test_what_is_brought_goes_to_who_is_there(after):
    reply = after("es", "un niño en el parque", "añade un árbol", "dale tres globos")
    scene = reply.moment.arrangement.scene
    assert [(r.subject, r.name) for r in scene.relations] == [(0, "holding")]


@pytest.mark.parametrize(
    ("language", "lines", "left"),
    [
        ("de", ("ein Hund", "mach den Hund schneller"), ("schneller",)),
        ("de", ("ein Hund", "der Hund soll laut bellen"), ("laut", "bellen")),
        ("fr", ("un chien", "le chien a faim"), ("faim",)),
    ],
)
def test_only_what_is_not_done_is_left_out(after, language, lines, left):
    assert after(language, *lines).left_out == left


def test_who_says_something_is_told_with_it(chat):
    row, line = said(chat("de"), "ein Junge", "der Junge sagt hallo")
    assert "“HALLO”" in line, row


@pytest.mark.parametrize(
    ("language", "wish", "noun", "written", "setting"),
    [
        ("de", "ein Schild im Park, auf dem Willkommen steht", "placard", "Willkommen", "park"),
        ("de", "ein Boot mit dem Namen Anna auf einem See", "boat", "Anna", "lake"),
        ("fr", "un panneau qui dit Bienvenue", "placard", "Bienvenue", None),
        ("fr", "un garçon qui dit bonjour", "speech bubble", "BONJOUR", None),
        ("es", "un perro dice guau en el parque", "speech bubble", "GUAU", "park"),
        ("pt", "uma placa que diz Bem-vindo", "placard", "Bem-vindo", None),
        ("it", "un cartello che dice Benvenuti", "placard", "Benvenuti", None),
        ("zh", "一块写着Hello的牌子", "placard", "Hello", None),
    ],
)
def test_first_wishes_have_words_to_write(after, language, wish, noun, written, setting):
    scene = after(language, wish).moment.arrangement.scene
    assert [(t.noun, t.lettering) for t in scene.things if t.lettering] == [(noun, written)]
    assert scene.setting == setting


@pytest.mark.parametrize(
    ("language", "wish", "told", "things"),
    [
        ("it", "a cat and a tree", "togli il gatto", ["1 tree"]),
        ("it", "a cat and a tree", "rendi il gatto nero", ["1 black cat", "1 tree"]),
        ("pl", "a house", "dodaj psa", ["1 dog", "1 house"]),
        ("pl", "a cat and a house", "dodaj xyzq", ["1 cat", "1 house"]),
        ("nl", "a cat and a house", "haal de kat weg", ["1 house"]),
        ("tr", "a cat and a house", "kediyi sil", ["1 house"]),
        ("uk", "a cat and a house", "прибери кота", ["1 house"]),
        ("de", "a boy and a dog", "gib dem Jungen eine blaue Mütze",
         ["1 blue cap", "1 boy", "1 dog"]),
        ("de", "a house", "viel größer", ["1 big house"]),
        ("de", "a cat", "schreib Hallo auf ein Schild", ["1 cat", "1 placard"]),
        ("fr", "a beach", "une serviette", ["1 towel"]),
        ("", "a house", "winter", ["1 house"]),
    ],
)  # fmt: skip
def test_orders_of_languages_with_few_phrases(after, language, wish, told, things):
    reply = after(language or "en", wish, told)
    assert sorted(things_of(reply)) == things
    assert language or reply.language == "en"


@pytest.mark.parametrize(("language", "wish", "told", "time"), [
    ("de", "ein Hund im Park", "zu hell", "sunset"),
    ("fr", "un chien dans un parc", "c'est trop clair", "sunset"),
    ("es", "un perro en un parque", "demasiado claro, hazlo más oscuro", "night"),
    ("pt", "um cão num parque", "está muito claro", "sunset"),
    ("it", "un cane in un parco", "è troppo luminoso", "sunset"),
    ("it", "un cane in un parco di notte", "troppo buio", "day"),
    ("pt", "um cão num parque à noite", "está muito escuro", "day"),
    ("es", "un perro en un parque de noche", "que sea más claro", "day"),
    ("de", "ein Hund im Park", "dunkler", "night"),
])  # fmt: skip
def test_too_dark_and_too_bright(after, language, wish, told, time):
    assert after(language, wish, told).moment.arrangement.scene.time == time
