"""Typed wishes: whose language it is, and what is wished for."""

import shutil
from pathlib import Path

import pytest

from app.__main__ import main
from app.errors import ForeignTextError
from app.glossary import repair, vocabulary
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from maskgil.nano.reader.phrases.occasions import OCCASIONS
from maskgil.utils.assets import table_rows

WISHES = Path(__file__).parents[2] / "fixtures" / "typed_wishes.tsv"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load()


@pytest.mark.parametrize(
    ("text", "language", "prompt"),
    [
        ("un dragon vert dans le ciel", "fr", "a green dragon in the sky"),
        ("chat noir", "fr", "a black cat"),
        ("una gallina roja y dos patos", "es", "a red chicken and two ducks"),
        ("três peixes azuis no mar", "pt", "three blue fish in the sea"),
        ("un gatto nero accanto a un albero", "it", "a black cat next to a tree"),
        ("ein kleiner roter Vogel auf dem Gras", "de", "a small red bird on the grass"),
        ("een rode fiets", "nl", "a red bicycle"),
        ("czarny kot", "pl", "a black cat"),
        ("красная машина на траве", "ru", "a red car on the grass"),
        ("草地上有一只白色的兔子", "zh", "a white rabbit on the grass"),
        ("青い鳥", "ja", "a blue bird"),
        ("빨간 사과", "ko", "a red apple"),
        ("قطة سوداء", "ar", "a black cat"),
        ("con mèo đen", "vi", "a black cat"),
        ("काली बिल्ली", "hi", "a black cat"),
        # what is worn, held and ridden
        ("une fille qui porte un chapeau", "fr", "a girl wearing a hat"),
        ("un niño montado en un caballo", "es", "a boy riding a horse"),
        ("um menino segurando um balão", "pt", "a boy holding a balloon"),
        ("一个女孩戴着帽子", "zh", "a girl wearing a hat"),
        ("戴红色帽子的猫", "zh", "a cat wearing a red hat"),
        ("une porte rouge", "fr", "a red door"),
        # who touches whom
        ("deux enfants qui se tiennent la main", "fr", "two children holding hands"),
        ("dos hombres se dan la mano", "es", "two men shaking hands"),
        ("um menino e uma menina de mãos dadas", "pt", "a boy and a girl holding hands"),
        ("zwei Bären umarmen sich", "de", "two bears hugging"),
        ("ein Mädchen streichelt eine Katze", "de", "a girl petting a cat"),
        ("两个孩子手牵手", "zh", "two children holding hands"),
        ("女の子が猫を撫でている", "ja", "a girl petting a cat"),
        ("男の子と女の子が抱き合っている", "ja", "a boy and a girl hugging"),
        ("мальчик и девочка держатся за руки", "ru", "a boy and a girl holding hands"),
        # things that no emoji shows
        ("un chat violet sur une table", "fr", "a purple cat on a table"),
        ("un faro blanco junto a un puente", "es", "a white lighthouse next to a bridge"),
        ("duas garrafas verdes e uma tigela", "pt", "two green bottles and a bowl"),
        ("一盏黄色的台灯在书桌上", "zh", "a yellow lamp on top of a desk"),
        ("tre cuscini rossi su una poltrona", "it", "three red pillows on an armchair"),
        ("ein Hund auf einem Tisch", "de", "a dog on a table"),
        # beside a water, and on it
        ("une maison au bord de la mer", "fr", "a house by the sea"),
        ("une vache à côté du lac", "fr", "a cow by the lake"),
        ("un chat au bord de la piscine", "fr", "a cat next to a swimming pool"),
        ("un bateau sur la mer", "fr", "a ship in the sea"),
        ("un chat à bord d'un bateau", "fr", "a cat on a ship"),
        ("ein Haus an der Küste", "de", "a house by the sea"),
        ("ein Haus am Ufer des Sees", "de", "a house by the lake"),
        ("una casa a orillas del mar", "es", "a house by the sea"),
        ("una casa junto al mar", "es", "a house by the sea"),
        ("uma casa à beira do lago", "pt", "a house by the lake"),
        ("海边有一座房子", "zh", "a house by the sea"),
        ("一只猫在池塘边", "zh", "a cat next to a pond"),
        ("una casa in riva al mare", "it", "a house by the sea"),
        ("een huis aan de rivier", "nl", "a house by the river"),
        ("дом на берегу моря", "ru", "a house by the sea"),
        ("dom nad brzegiem jeziora", "pl", "a house by the lake"),
        ("湖のほとりの家", "ja", "a house by the lake"),
    ],
)
def test_other_languages_are_read(
    glossary: Glossary, text: str, language: str, prompt: str
) -> None:
    wish = read_typed(text, glossary)
    assert wish is not None
    assert (wish.language, wish.prompt, wish.unknown) == (language, prompt, ())


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("un chien sans chapeau et une maison rouge", "a dog and a red house without a hat"),
        ("una casa sin árboles", "a house without trees"),
        ("uma casa sem árvores no jardim", "a house in the garden without trees"),
        ("keine Hunde", "without dogs"),
        ("一个没有树的房子", "a house without a tree"),
        ("零只猫", "without a cat"),
        ("0 gatos", "without cats"),
        ("une maison et -2 chiens", "a house minus two dogs"),
        ("moins trois chiens", "minus three dogs"),
        ("-3 Hunde", "minus three dogs"),
        ("-2只猫和一只狗", "a dog minus two cats"),
        ("une maison et 12 oiseaux", "a house and 12 birds"),
        ("zwei Boote, aber nicht rot", "two boats that are not red"),
        ("ein Boot, aber kein rotes", "a boat that is not red"),
        ("ein Auto in jeder Farbe außer Rot", "a car that is not red"),
        ("deux voitures mais pas rouges", "two cars that are not red"),
        ("une voiture qui ne soit pas rouge", "a car that is not red"),
        ("dos coches, pero no rojos", "two cars that are not red"),
        ("um carro de qualquer cor menos vermelho", "a car that is not red"),
        ("两辆汽车，但不是红色的", "two cars that are not red"),
        ("一辆不是红色的汽车", "a car that is not red"),
        ("una macchina ma non rossa", "a car that is not red"),
        ("машина, но не красная", "a car that is not red"),
        ("un gato, no un perro", "a cat without a dog"),
    ],
)
def test_what_should_not_be_there_is_said_so(glossary: Glossary, text: str, prompt: str) -> None:
    wish = read_typed(text, glossary)
    assert wish is not None
    assert (wish.prompt, wish.unknown) == (prompt, ())


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("un lapin blanc and eine rote Blume", "a white rabbit and a red flower"),
        ("a horse und ein Vogel", "a horse and a bird"),
        ("two pájaros azules in the sky", "two blue birds in the sky"),
        ("una barca with a white sail", "a boat with a white sail"),
        ("la lune jaune above a house", "a yellow moon above a house"),
        ("un lapin sur the table", "a rabbit on the table"),
        ("the rabbit dans le jardin", "the rabbit in the garden"),
        ("trois ducks et deux frogs", "three ducks and two frogs"),
        ("I want a green mochila", "I want a green backpack"),
        ("лошадь and a bird", "a horse and a bird"),
        ("a tree 和一只鸟", "a tree and a bird"),
        ("鳥とa tree", "a bird and a tree"),
        ("une fleur, un árbol, ein Pferd, a boat", "a flower, a tree, a horse, a boat"),
        ("a girl sin mochila", "a girl without a backpack"),
        ("un thé and a cake", "a cup of tea and a cake"),
    ],
)
def test_several_languages_in_one_wish(glossary: Glossary, text: str, prompt: str) -> None:
    wish = read_typed(text, glossary)
    assert wish is not None
    assert (wish.prompt, wish.unknown) == (prompt, ())


@pytest.mark.parametrize(
    "text",
    [
        "four ballons in the sky",  # "four" is an oven in French
        "the line on the lower left side",
        "three kinds of sheep and a big piece of cheese",
        "a portrait of a fado singer in Lisboa",
        "a hause on the hil",
    ],
)
def test_strange_words_of_english_are_no_other_language(glossary: Glossary, text: str) -> None:
    assert read_typed(text, glossary) is None


@pytest.mark.parametrize("language", ["fr", "es", "pt", "it", "de", "zh"])
def test_prepositions_plurals_places_and_colours_mean_the_same(
    glossary: Glossary, language: str
) -> None:
    rows = [line.split("\t") for line in WISHES.read_text(encoding="utf-8").splitlines()]
    wishes = {said: prompt for code, said, prompt in rows if code == language}
    read = {said: read_typed(said, glossary) for said in wishes}
    assert len(wishes) > 30
    assert {s: wish and (wish.language, wish.prompt) for s, wish in read.items()} == {
        said: (language, prompt) for said, prompt in wishes.items()
    }


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("un chat sous le zinzin et un chien", "a cat and a dog"),  # under neither of them
        ("un chien sur la plage et un chat", "a dog and a cat on the beach"),
        ("un lapin dans le jardin, un oiseau", "a rabbit and a bird in the garden"),
    ],
)
def test_a_relation_to_no_thing_relates_no_others(
    glossary: Glossary, text: str, prompt: str
) -> None:
    wish = read_typed(text, glossary)
    assert wish is not None
    assert wish.prompt == prompt


@pytest.mark.parametrize(
    "text",
    [
        "an orange cat and a red apple",
        "dragon",
        "chat",
        "a piñata and a taco",
        "a man eating ramen in Tokyo, cyberpunk style",
        "a portrait of a fado singer in Lisboa, chiaroscuro",
        "golden retriever puppy",
        "xyzzy blorf",
        "🐱 + 🍎",
        "1984",
        "...",
    ],
)
def test_english_stays_as_it_is(glossary: Glossary, text: str) -> None:
    assert read_typed(text, glossary) is None


@pytest.mark.parametrize(
    ("text", "speaks", "prompt"),
    [
        ("chat", ["fr"], "a cat"),
        ("pain", ["fr", "en"], "bread"),
        ("chat", ["en", "fr"], None),
        ("chat", ["zh"], None),
        ("a red car on a street", ["fr"], None),
        ("a cat", ["es"], None),
    ],
)
def test_the_language_of_the_writer_counts(glossary, text, speaks, prompt):
    wish = read_typed(text, glossary, speaks=speaks)
    assert (wish and wish.prompt) == prompt


@pytest.mark.parametrize("text", ["ein", "das", "la", "les", "el"])
def test_an_article_alone_is_no_thing_of_another_language(glossary, text):
    assert read_typed(text, glossary) is None


def test_what_is_not_understood_is_named(glossary: Glossary) -> None:
    wish = read_typed("un chat qui zigzague sur le canapé bleu", glossary)
    assert wish is not None
    assert (wish.prompt, wish.unknown) == ("a cat on a blue sofa", ("zigzague",))


def test_letters_that_no_language_knows_are_refused_in_one_line(glossary: Glossary) -> None:
    with pytest.raises(ForeignTextError) as refusal:
        read_typed("ⵣⵣⵣⵣ\nⵣⵣ", glossary)
    assert str(refusal.value).startswith("nothing of “ⵣⵣⵣⵣ ⵣⵣ” is understood")


@pytest.mark.parametrize("language", ["th", "lo", "my"])
def test_a_mark_without_a_letter_is_no_word(glossary: Glossary, language: str) -> None:
    words = [word for kind in ("noun", "colour", "number") for word, _ in
             glossary.lexicon(language).words(kind)]  # fmt: skip
    assert words and all(any(map(str.isalnum, word)) for word in words)
    assert language == "my" or min(map(len, words)) > 1


@pytest.mark.parametrize(
    "file", ["cldr.json.gz", "syllables.json.gz", "supplement.tsv", "nouns.tsv"]
)
def test_a_damaged_file_ends_the_program_with_one_line(file, tmp_path, monkeypatch, capsys):
    folder, picture = tmp_path / "glossary", tmp_path / "cat.png"
    shutil.copytree(vocabulary.DATA, folder)
    whole = (folder / file).read_bytes()
    middle = len(whole) // 2
    flipped = bytes(byte ^ 255 for byte in whole[middle : middle + 2000])
    (folder / file).write_bytes(whole[:middle] + flipped + whole[middle + 2000 :])
    monkeypatch.setattr(vocabulary, "DATA", folder)
    monkeypatch.setattr(repair, "_load", repair._load.__wrapped__)
    assert main(["--text", "un chat rouge", "-o", str(picture)]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"python -m app: cannot read the glossary in {folder}")
    assert said.err.count("\n") == 1 and not said.out and not picture.exists()


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("une femme en robe jaune", "a woman in a yellow dress"),
        ("deux enfants en bateau", "two children in a ship"),
        ("un garçon en bleu", "a blue boy"),
        ("une statue en or", "a golden statue"),
        ("un chien en train de courir", "a dog running"),
        ("un cerisier", "a cherry tree"),
        ("un arbre en fleurs", "a cherry blossom tree"),
    ],
)
def test_french_en_is_in(glossary: Glossary, text: str, prompt: str) -> None:
    wish = read_typed(text, glossary)
    assert wish is not None
    assert (wish.language, wish.prompt, wish.unknown) == ("fr", prompt, ())


def test_occasions_are_named_in_every_language_that_is_typed(glossary: Glossary) -> None:
    names = {name for names, *_ in table_rows(OCCASIONS) for name in names.split(", ")}
    rows = [row for row in glossary.words.rows if row.kind == "~noun" and row.english in names]
    assert len({row.language for row in rows}) == 15
    for row in rows:
        wish = read_typed(row.words[0], glossary, speaks=(row.language,))
        prompt = row.words[0].lower() if wish is None else wish.prompt
        assert row.english in prompt, (row, wish)
