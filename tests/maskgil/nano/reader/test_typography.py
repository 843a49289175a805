"""Characters: what looks or means the same is read alike, whatever it is written with."""

import random
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imaging.settings import EmptyPromptError, clean_prompt
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.text import emoji_nouns, written_words
from maskgil.nano.reader.typography import DIGITS, emoji_names, plain
from maskgil.nano.world.captions import canonical, caption
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.sampler import SceneSampler
from maskgil.utils.typography import clean

FEW = settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
NAMES = [noun.name for noun in load_nouns()]
EMOJI = emoji_nouns()


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ("２ ｒｅｄ ａｐｐｌｅｓ", "2 red apples", "two red apples"),
        ("a\u200b c\u00ada\u2060t\u202e", "a cat", "a cat"),
        ("“a red apple”", "“a red apple”", "a red apple"),
        ("‘a dog’s bone’", "‘a dog’s bone’", "a dog's bone"),
        ("(red:1.4) apple", "(red:1.4) apple", "red apple"),
        ("a cat (orange), (a <b>", "a cat (orange), (a <b>", "a cat, orange, a, b"),
        ("&quot;a cat&quot; &amp; a dog", "&quot;a cat&quot; &amp; a dog", "a cat and a dog"),
        ("[cat] ((dog:0.5)) {mouse}", "[cat] ((dog:0.5)) {mouse}", "cat, dog, mouse"),
        ("a cat::2", "a cat::2", "a cat"),
        ("a cat --ar 16:9 --tile", "a cat --ar 16:9 --tile", "a cat"),
        ("a cat --v 5 and a dog", "a cat --v 5 and a dog", "a cat and a dog"),
        ("½ apple", "1⁄2 apple", "half apple"),
        ("007 apples, 12 cats", "007 apples, 12 cats", "seven apples, 12 cats"),
        ("5️⃣ cats", "5️⃣ cats", "five cats"),
        ("🍎🍎 and 🐈\u200d⬛", "🍎🍎 and 🐈\u200d⬛", "two red apples and the black cat"),
        ("👩🏽\u200d🌾", "👩🏽\u200d🌾", "the woman farmer"),
        ("𝓪 𝕔𝕒𝕥 & a ﬁsh", "a cat & a fish", "a cat and a fish"),
        ("हिन्दी में", "हिन्दी में", "हिन्दी में"),
        ("a\t cat\r\n\x00", "a cat", "a cat"),
    ],
)
def test_characters(text, kept, words):
    assert (clean(text), plain(text)) == (kept, words)


@pytest.mark.parametrize(
    "text",
    ["", " \u00a0\u3000", "\u200b", "\u200d\ufe0f", "\u3164\u2800", "\u202e\u202c\ufeff", "\x00"],
)
def test_a_text_that_shows_nothing_is_empty(text):
    assert clean(text) == ""
    with pytest.raises(EmptyPromptError):
        clean_prompt(text)


def test_every_emoji_has_a_name_and_is_read_as_its_noun():
    assert len(emoji_names()) > 1800
    assert set(EMOJI) <= set(emoji_names())
    for emoji, name in EMOJI.items():
        reading = read_scene(emoji)
        assert reading.scene.things or reading.scene.setting or reading.scene.weather != "clear"
        assert reading == read_scene(f"the {name}") and not reading.left_out, emoji


@FEW
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    kept = clean(text)
    assert clean(kept) == kept == " ".join(kept.split())
    kinds = {unicodedata.category(c) for c in kept.replace("\u200d", "")}
    assert not kinds & {"Cf", "Cc", "Cs"}
    _check(text)


KNOWN = st.sampled_from(
    [*NAMES, *EMOJI, "a", "the", "two", "5", "0", "1,000", "red",
     "scarlet", "table", "no", "not", "without", "and", "or", "in", "on", "next to", "that is",
     "on the left", "in the sky", "background", "with", ",", ".", "(", ":1.3)", "n't", "'s", "of",
     "'", "don't", "it", "below", "to", "fly", "grass", "at night", "ran", "🏽", "\u200d"]
)  # fmt: skip


@FEW
@given(st.lists(KNOWN, max_size=14).map(" ".join))
def test_any_known_words_are_read(text):
    _check(text)


def _check(text):
    """What is read is known, and its caption is read as it is; what is left out was said."""
    reading = read_scene(text)
    again = read_scene(canonical(reading.scene))
    assert canonical(again.scene) == canonical(reading.scene) and again.left_out == ()
    words = " ".join(word.said.replace("no'n", "No. ") for word in written_words(text))
    assert all(part in words for one in reading.left_out for part in one.split())


def _wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


VARIANTS = {
    "full width": _wide,
    "capitals": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "zero width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: re.sub(r"(\w)(\w)", "\\1\u00ad\\2", text),
    "directions": lambda text: f"\u202a{text}\u202c\u200f",
    "spaces": lambda text: f"\u3000{text}\n".replace(" ", "\u00a0 "),
    "quotes": lambda text: f"“{text.replace(chr(39), chr(8217))}”",
    "mathematical": lambda text: re.sub(
        "[a-z]", lambda found: chr(0x1D41A + ord(found[0]) - ord("a")), text
    ),
    "digits": lambda text: re.sub(
        r"\b(two|three|four)\b", lambda found: str(DIGITS.index(found[0])), text
    ),
    "weights": lambda text: re.sub(r"\b(red|blue|green)\b", r"(\1:1.4)", text),
    "brackets": lambda text: f"[{text}]",
}


@pytest.mark.parametrize("variant", VARIANTS)
@settings(FEW, max_examples=40)
@given(number=st.integers(0, 2**31))
def test_a_prompt_and_its_typographic_variants_are_understood_alike(variant, number):
    scene = SceneSampler().scene(number, seed=3)
    text = caption(scene, random.Random(number))
    assert read_scene(VARIANTS[variant](text)).scene == read_scene(text).scene


@pytest.mark.parametrize(
    "said",
    ["- 2 owls\n- 3 pigs", "-2 owls\n-3 pigs", "* 2 owls\r\n* 3 pigs\r\n", "• 2 owls\n\n• 3 pigs",
     "1. 2 owls\n2. 3 pigs", "a) 2 owls\nb) 3 pigs", "1 - 2 owls\n2 - 3 pigs",
     "–two owls\n–3 pigs"],
)  # fmt: skip
def test_the_lines_of_a_list_are_told_one_after_another(said):
    found = read_scene(clean_prompt(said))
    assert found == read_scene("two owls, three pigs") == read_scene(said)


def test_one_line_and_a_mark_within_a_line_of_a_list_count_off():
    assert read_scene(clean_prompt("-2 owls\n")).left_out == ("minus two owls",)
    listed = read_scene(clean_prompt("- a pig\n- -2 owls"))
    assert listed.left_out == ("minus two owls",)
    assert [thing.noun for thing in listed.scene.things] == ["pig"]


@pytest.mark.parametrize("said", ["-2 owls on a beach", "minus two owls on a beach"])
def test_less_than_none_of_a_thing_leaves_the_rest(said):
    found = read_scene(clean_prompt(said))
    assert found.scene.setting == "beach" and not found.scene.things
    assert found.left_out == ("minus two owls",)


def test_with_in_short_is_with():
    assert read_scene("a dog w/ a hat") == read_scene("a dog with a hat")
    assert read_scene("a dog w/o a hat") == read_scene("a dog without a hat")


@pytest.mark.parametrize(
    "text, alike",
    [
        ("a dog thats next to a tree", "a dog that is next to a tree"),
        ("ppl in a park tbh", "people in a park"),
        ("a cat on smth", "a cat on something"),
        ("a dog because i like it", "a dog"),
    ],
)
def test_short_forms_are_read_at_length(text, alike):
    assert read_scene(text) == read_scene(alike)
