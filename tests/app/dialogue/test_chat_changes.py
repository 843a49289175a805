"""Changes that are told in several languages are made as in English."""

import pytest

from tests.app.dialogue.answered import said


@pytest.mark.parametrize(
    ("language", "line", "noun"),
    [
        ("en", "new picture", None),
        ("fr", "nouvelle image", None),
        ("de", "zeichne ein neues Bild von einem Hund", "dog"),
        ("de", "mal ein neues Bild mit einer Katze", "cat"),
        ("es", "dibuja una nueva imagen de un perro", "dog"),
        ("fr", "fais un nouveau dessin avec un chat", "cat"),
    ],
)
def test_a_new_picture_is_drawn_in_any_language(chat, language, line, noun):
    row, _ = said(chat(speaks=(language,)), "a house in a forest", line)
    found = [thing["noun"] for thing in row["graph"]["things"]]
    assert (found, row["left_out"]) == ([noun] if noun else [], [])
    assert row["action"] == ("new" if noun else "restart")


@pytest.mark.parametrize(
    ("language", "lines", "states"),
    [
        ("de", ["ein Hund", "mach seinen Schwanz weiß"], ["white tailed"]),
        ("de", ["ein Hund", "mach den Schwanz des Hundes schwarz"], ["black tailed"]),
        ("de", ["ein Haus mit einem blauen Dach"], ["blue roofed"]),
        ("fr", ["un chien", "rends sa queue blanche", "fais ses oreilles noires"],
         ["white tailed black eared"]),
        ("fr", ["une maison avec un toit bleu"], ["blue roofed"]),
        ("es", ["una casa con tejado azul"], ["blue roofed"]),
        ("es", ["un perro", "pinta su cola de blanco"], ["white tailed"]),
        ("pt", ["um cachorro", "pinta o rabo dele de branco"], ["white tailed"]),
        ("zh", ["一座房子", "把屋顶涂成蓝色"], ["blue roofed"]),
    ],
)  # fmt: skip
def test_parts_are_painted_in_other_languages(chat, language, lines, states):
    row, _ = said(chat(speaks=(language,)), *lines)
    assert row["left_out"] == []
    assert [thing["state"] for thing in row["graph"]["things"]] == states


@pytest.mark.parametrize(
    ("language", "lines", "relation"),
    [
        ("de", ["ein Pirat", "setz einen Papagei auf seine Schulter"], "on the shoulder of"),
        ("de", ["ein Hund", "setz einen Vogel auf seinen Kopf"], "on"),
        ("de", ["ein Mann", "er hat einen Hund"], "next to"),
        ("es", ["una casa", "pon un gato en el tejado"], "on"),
        ("fr", ["une maison", "ajoute un chat devant la porte"], "in front of"),
    ],
)
def test_something_is_put_to_parts_in_other_languages(chat, language, lines, relation):
    row, _ = said(chat(speaks=(language,)), *lines)
    assert (row["left_out"], [name for _, name, _ in row["graph"]["relations"]]) == ([], [relation])


@pytest.mark.parametrize(
    ("language", "lines", "noun"),
    [
        ("fr", ["un chat", "plutôt un chien"], "dog"),
        ("fr", ["un chat", "dessine un chien à la place"], "dog"),
        ("de", ["ein Hund", "zeichne stattdessen eine Katze"], "cat"),
        ("de", ["ein Hund", "lieber eine Katze"], "cat"),
        ("es", ["un perro", "dibuja un gato en su lugar"], "cat"),
        ("pt", ["um gato", "desenha um cachorro em vez disso"], "dog"),
    ],
)
def test_something_else_is_drawn_instead_in_other_languages(chat, language, lines, noun):
    row, _ = said(chat(speaks=(language,)), *lines)
    assert [thing["noun"] for thing in row["graph"]["things"]] == [noun]


@pytest.mark.parametrize(
    ("line", "noun"),
    [("ein Mann ohne Kopf", "man"), ("un homme sans tête", "man"), ("un perro sin ojos", "dog"),
     ("ajoute un chat sans nez", "cat")],
)  # fmt: skip
def test_what_something_is_drawn_with_all_the_same_is_told(chat, line, noun):
    row, _ = said(chat(speaks=("fr", "de", "es")), line)
    assert [thing["noun"] for thing in row["graph"]["things"]] == [noun] and row["left_out"]


@pytest.mark.parametrize(
    ("language", "lines", "state", "relation"),
    [
        ("fr", ["un garçon", "il court sous la pluie"], "running", None),
        ("fr", ["un garçon", "il mange une pomme"], None, "eating"),
        ("fr", ["un garçon", "le garçon court dans la forêt"], "running", None),
        ("de", ["ein Junge", "er rennt im Regen"], "running", None),
        ("de", ["ein Junge", "er isst einen Apfel"], None, "eating"),
        ("es", ["un niño", "come una manzana"], None, "eating"),
        ("es", ["un niño", "él corre bajo la lluvia"], "running", None),
        ("pt", ["um menino", "ele come uma maçã"], None, "eating"),
    ],
)
def test_who_stands_does_what_is_told_in_other_languages(chat, language, lines, state, relation):
    row, _ = said(chat(speaks=(language,)), *lines)
    assert row["action"] not in ("new", "question") and row["left_out"] == []
    assert (row["graph"]["things"][0]["noun"], row["graph"]["things"][0]["state"]) == ("boy", state)
    found = [name for _, name, _ in row["graph"]["relations"]]
    assert found == ([relation] if relation else [])


@pytest.mark.parametrize(
    ("language", "line", "things"),
    [
        ("de", "zehn Enten in einer Reihe", [("duck", 10, "lined up")]),
        ("fr", "une rangée de cinq arbres", [("tree", 5, "lined up")]),
        ("es", "cinco árboles en fila", [("tree", 5, "lined up")]),
        ("fr", "un homme promène deux chiens", [("man", 1, "walking"), ("dog", 2, "walking")]),
        ("fr", "un clown jongle avec des balles", [("clown", 1, None), ("sports ball", 3, None)]),
    ],
)
def test_rows_and_doings_are_told_in_other_languages(chat, language, line, things):
    row, _ = said(chat(speaks=(language,)), line)
    found = [(each["noun"], each["count"], each["state"]) for each in row["graph"]["things"]]
    assert (found, row["left_out"]) == (things, [])


@pytest.mark.parametrize("line", ["mets des lunettes à la femme", "donne des lunettes à la femme"])
def test_glasses_are_worn_and_no_glasses_of_water(chat, line):
    row, _ = said(chat(speaks=("fr",)), "une femme et un homme", line)
    assert [thing["noun"] for thing in row["graph"]["things"]] == ["woman", "man", "glasses"]
    assert [relation[1] for relation in row["graph"]["relations"]] == ["wearing"]


@pytest.mark.parametrize(
    ("lines", "english"),
    [
        (["un chevalier et un dragon", "le chevalier tue le dragon"], "the knight tue the dragon"),
        (["eine Frau und ein Hund", "die Frau bürstet den Hund"], ""),
        (["une femme et un chat", "elle xivre une tasse"], "she xivre a cup"),
    ],
)
def test_nobody_becomes_what_they_do_something_to(chat, lines, english):
    before, _ = said(chat(), lines[0])
    row, _ = said(chat(), *lines)
    assert row["graph"]["things"] == before["graph"]["things"] and row["left_out"]
    assert english in ("", row["english"])


@pytest.mark.parametrize(
    ("lines", "things"),
    [
        (["ein Traktor", "mach den Traktor grün statt rot"], [("tractor", "green", None)]),
        (["un dragon", "rends le dragon vert et plus gros"], [("dragon", "green", "big")]),
        (["une vieille dame", "elle boit du thé"],
         [("old woman", None, None), ("cup of tea", None, None)]),
        (["un perro", "duerme", "cámbialo por un gato"],
         [("cat", None, None), ("sleep symbol", None, None)]),
        (["ein Haus", "ein Feuerwehrauto kommt"],
         [("house", None, None), ("fire truck", None, None)]),
        (["una mujer y un hombre", "él le da una flor"],
         [("woman", None, None), ("man", None, None), ("flower", None, None)]),
    ],
)  # fmt: skip
def test_what_is_told_of_them_is_done_in_other_languages(chat, lines, things):
    row, _ = said(chat(), *lines)
    found = [(each["noun"], each["colour"], each["size"]) for each in row["graph"]["things"]]
    assert (found, row["left_out"]) == (things, [])


def test_who_is_given_something_has_it(chat):
    row, _ = said(chat(), "una mujer y un hombre", "él le da una flor")
    assert row["graph"]["relations"] == [[0, "holding", [2]]]


def test_what_several_do_is_told_in_a_language_without_pronouns(chat):
    row, _ = said(chat(), "una mujer y un hombre", "bailan")
    assert row["english"] == "they are dancing"
    assert [thing["state"] for thing in row["graph"]["things"][:2]] == ["dancing", "dancing"]


def test_words_of_no_language_are_answered_in_that_of_the_lines_before(chat):
    row, _ = said(chat(), "un chat et un chien", "il s'endort")
    assert (row["action"], row["language"]) == ("none", "fr")
