"""Utterances of several languages in the English of commands."""

import pytest

from app.dialogue.translation import heard_as, translated
from app.glossary.repair import Glossary


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("fr", "remplace le chat par un chien noir", "replace the cat by a black dog"),
        ("fr", "enlève la voiture et ajoute un bus", "remove the car and add a bus"),
        ("es", "pon el sombrero en la mesa", "put the hat on the table"),
        ("de", "mach das Boot rot", "change the red boat"),
        ("zh", "把船变成红色", "change the ship into red"),
        ("zh", "不要下雨", "clear weather"),
        ("fr", "supprime le cinquième chat", "remove the fifth cat"),
        ("fr", "enlève le chat de gauche", "remove the cat to the left"),
        ("es", "quita el gato de la izquierda", "remove the cat to the left"),
        ("es", "pinta el quinto gato", "paint the fifth cat"),
        ("pt", "pinta o segundo gato", "paint the second cat"),
        ("de", "entferne die dritte Katze", "remove the third cat"),
        ("zh", "把第三只狗变成红色", "change the third dog into red"),
        ("zh", "把猫放在桌子上", "put the cat on a table"),
        ("zh", "房子后面加一棵树", "add a tree behind a house"),
        ("fr", "le chat porte un chapeau", "the cat wearing a hat"),
        ("fr", "une porte rouge", "a red door"),
        ("fr", "enlève-la", "remove it"),
        ("fr", "mets-la dans l'église", "put it in the church"),
        ("fr", "plutôt au port", "at the harbor"),
        ("es", "mejor en el mercado", "at the market"),
        ("de", "stell sie auf den Bahnsteig", "put it on the platform"),
        ("zh", "把她放在教室里", "put her in the classroom"),
        ("pt", "coloque-a na igreja", "put it in the church"),
        ("es", "el gato está encima de la mesa", "the cat should be on the table"),
        ("pt", "tira a árvore", "remove the tree"),
        ("pt", "um cachorro ao lado", "a dog next to it"),
        ("fr", "les animaux plus grands", "the animals bigger"),
        ("fr", "mets-en un en bleu", "make one of them blue"),
        ("de", "beide Tiere sollen braun sein", "both animals should be brown"),
        ("de", "eins davon soll grün sein", "one of them should be green"),
        ("de", "daneben ein Stuhl", "add a chair next to it"),
        ("es", "quita los animales", "remove the animals"),
        ("es", "uno de ellos en verde", "one of them in green"),
        ("es", "un delfín delante", "a dolphin in front of it"),
        ("pt", "apaga as frutas", "remove the fruit"),
        ("zh", "把动物变小", "change the animals smaller"),
        ("zh", "其中一只不要了", "remove one of them"),
        ("de", "nein, ein Hund", "no, a dog"),
        ("de", "das linke Auto soll blau sein", "the left car should be blue"),
        ("de", "die Katze weg", "remove the cat"),
        ("de", "ein Vogel", "a bird"),
        ("de", "er braucht einen Hut", "he needs a hat"),
        ("de", "nochmal von vorn", "start over"),
        ("zh", "换成女孩", "make it a girl"),
        ("zh", "给它们都戴上帽子", "give them a hat"),
        ("zh", "去掉黑色的那只", "remove the black one"),
        ("zh", "左边的那只猫变成黑色", "turn the left cat into black"),
        ("zh", "不对，狗要白色的", "that was wrong, the dog should be white"),
        ("zh", "他戴着绿色的帽子", "him wearing green the hat"),
        ("zh", "他前面有一只鸽子", "there is a dove in front of him"),
        ("zh", "再来一个黄色的", "one more yellow"),
        ("zh", "旁边放两把伞", "put two umbrellas next to it"),
        ("fr", "enlève le noir", "remove the black one"),
        ("de", "zwei reichen", "two only"),
        ("es", "a la izquierda hay un cofre", "on the left there should be a treasure chest"),
        ("fr", "à la place de la noire mets un cochon", "instead of the black one put a pig"),
        ("fr", "une autre voiture derrière", "another car behind it"),
        ("fr", "je la préfère jaune", "i want it yellow"),
        ("es", "cambia la negra por un cerdo", "change the black one by a pig"),
        ("zh", "一只红色，一只蓝色", "one red, one blue"),
        ("zh", "再来两只黄色的", "two more yellow"),
        ("zh", "其中一头牛是棕色的", "one of the cow is brown"),
        ("fr", "l'un est marron et l'autre est blanc", "one is brown and the other one is white"),
        ("de", "nimm alles weg außer dem Haus", "remove everything except the house"),
        ("fr", "peins-le noir", "paint the black"),
        ("es", "la blanca más grande", "the white one bigger"),
        ("de", "die weiße soll weg und es soll schneien", "remove the white one and it is snowing"),
        ("de", "beide sollen einen Hut tragen", "both wearing a hat"),
        ("zh", "风筝换成气球", "turn the kite into the balloon"),
        ("zh", "猫变成两只狗", "turn the cat into two dogs"),
        ("zh", "太阳快下山了", "at sunset"),
        ("de", "einer trägt einen Schal", "one of them wearing a scarf"),
        ("de", "mach ein Iglu dazu", "add a igloo"),
        ("zh", "把猫和狗换位置", "change a cat and a dog swap places"),
        ("fr", "un chien à côté de lui", "a dog next to him"),
        ("zh", "加两个人", "add two people"),
        ("zh", "下雪代替夜晚", "it is snowing instead of at night"),
        ("pt", "sol em vez de chuva", "the sun instead of rain"),
        ("zh", "去掉左边的猫", "remove the left cat"),
        ("zh", "把最右边的猫变成黑色", "change the right cat into black"),
        ("zh", "中间的猫变小", "the middle cat smaller"),
        ("zh", "去掉左边那只", "remove the left one"),
        ("zh", "在第二只猫后面加一棵树", "add a tree behind the second cat"),
        ("zh", "猫左边加一棵树", "add a tree to the left of a cat"),
        ("fr", "mets un chapeau au troisième chat", "put a hat to the third cat"),
        ("pt", "dá um chapéu ao terceiro gato", "give a hat to the third cat"),
        ("de", "gib der linken Katze einen Hut", "give the left cat a hat"),
        ("de", "füge einen Mond hinzu", "add a moon"),
        ("de", "setz es auf den Mond", "put it on the moon"),
        ("fr", "ajoute la lune", "add the moon"),
        ("fr", "mets-le sur la lune", "put it on the moon"),
        ("es", "añade una luna", "add a moon"),
        ("pt", "adiciona uma lua", "add a moon"),
        ("fr", "je veux un ciel orageux", "i want a stormy sky"),
        ("de", "der Himmel soll bewölkt sein", "cloudy"),
        ("es", "pon el cielo nublado", "cloudy"),
        ("pt", "deixa o sol brilhar", "the sun is shining"),
        ("zh", "让太阳出来", "the sun is shining"),
        ("fr", "non pas un chien, un loup", "not a dog, a wolf"),
        ("fr", "pas un chien mais un loup", "not a dog, a wolf"),
        ("fr", "elles ne sont pas rouges mais vertes", "not red, green"),
        ("fr", "ajoute du mais", "add corn"),
        ("es", "no rojo, mejor azul", "not red, blue"),
        ("es", "no azul sino verde", "not blue, green"),
        ("es", "no, azul", "no, blue"),
        ("pt", "não verde mas azul", "not green, blue"),
        ("de", "nicht rot, sondern blau", "not red, blue"),
        ("de", "nicht ein Hund, sondern ein Wolf", "not a dog, a wolf"),
        ("es", "no un perro, un lobo", "not a dog, a wolf"),
        ("es", "no un perro", "no, a dog"),
        ("pt", "não é um cachorro, é um lobo", "not a dog, is a wolf"),
        ("zh", "不是狗，是狼", "not the dog, is the wolf"),
        ("de", "keine roten", "not red"),
        ("fr", "pas rouges", "not red"),
        ("fr", "les bateaux ne doivent pas être rouges", "the ships should not be red"),
        ("es", "que no sean rojos", "should not be red"),
        ("zh", "不要红色的", "not red"),
        ("zh", "一辆不是红色的汽车", "a car that is not red"),
    ],
)
def test_utterances_in_english(language, said, english):
    found = translated(said, language, Glossary.load())
    assert found.english == english and not found.unknown


@pytest.mark.parametrize(
    ("language", "said", "english", "unknown"),
    [
        ("fr", "ajoute une vendeuse", "add a vendeuse", "vendeuse"),
        ("zh", "加一个球", "add one 球", "球"),
        # what is English by chance is no English word
        ("fr", "deux clients à droite", "two something to the right", "clients"),
    ],
)
def test_a_thing_that_nobody_knows_keeps_its_name(language, said, english, unknown):
    found = translated(said, language, Glossary.load())
    assert (found.english, found.unknown) == (english, (unknown,))


def test_what_was_heard_is_read_by_the_table_or_as_translated():
    glossary = Glossary.load()
    assert heard_as("ajoute un bateau", "fr", "had a boat", glossary).english == "add a ship"
    assert heard_as("lisää vene", "fi", "add a boat", glossary).english == "add a boat"


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("es", "no la casa roja", "no, the red house"),
        ("es", "no lluvia", "remove rain"),
        ("es", "no quiero la casa", "remove the house"),
        ("pt", "não no cachorro", "no, on the dog"),
        ("fr", "le zèbre je n'en veux plus", "remove the zebra"),
        ("es", "la vaca no la quiero", "remove the cow"),
        ("zh", "猫不要了换成狗", "replace the cat with the dog"),
        ("fr", "il lui faudrait un chapeau", "give a hat"),
        ("fr", "un oiseau sur sa tête", "a bird on it"),
        ("es", "un amigo", "a friend"),
    ],
)
def test_what_is_said_without_a_comma_or_loosely(language, said, english):
    assert translated(said, language, Glossary.load()).english == english
