"""Characters: what looks or means the same is read alike, whatever it is written with."""

import random
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imaging.settings import EmptyPromptError, clean_prompt
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano.emoji.captions import caption_scene
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.sprites import load_nouns
from maskgil.nano.prompts.normalizer import PromptNormalizer
from maskgil.nano.prompts.typography import DIGITS, bare, emoji_names, plain
from maskgil.prompts import NothingKnownError, Reading
from maskgil.utils.typography import clean

FEW = settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
NAMES = [noun.name for noun in load_nouns()]


@pytest.fixture(scope="module")
def reader() -> PromptNormalizer:
    return PromptNormalizer(NAMES, load_text_encoder("minilm"))


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ("２ ｒｅｄ ａｐｐｌｅｓ", "2 red apples", "two red apples"),
        ("a\u200b c\u00ada\u2060t\u202e", "a cat", "a cat"),
        ("“a red apple”", "“a red apple”", "a red apple"),
        ("‘a dog’s bone’", "‘a dog’s bone’", "a dog's bone"),
        ("(red:1.4) apple", "(red:1.4) apple", "red apple"),
        ("a cat (orange), (a <b>", "a cat (orange), (a <b>", "a cat, orange, a, b"),
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


def test_every_emoji_has_a_name_and_every_noun_its_emoji(reader):
    assert len(emoji_names()) > 1800
    for noun in load_nouns():
        assert bare(noun.emoji) in emoji_names()
        reading = reader.read(noun.emoji)
        assert noun.name in reading.drawn and reading.left_out == ()


@FEW
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(reader, text):
    kept = clean(text)
    assert clean(kept) == kept == " ".join(kept.split())
    kinds = {unicodedata.category(c) for c in kept.replace("\u200d", "")}
    assert not kinds & {"Cf", "Cc", "Cs"}
    _check(reader, text)


KNOWN = st.sampled_from(
    [*NAMES, *(noun.emoji for noun in load_nouns()), "a", "the", "two", "5", "0", "1,000", "red",
     "scarlet", "table", "no", "not", "without", "and", "or", "in", "on", "next to", "that is",
     "on the left", "in the sky", "background", "with", ",", ".", "(", ":1.3)", "n't", "'s", "of",
     "'", "don't", "it", "below", "to", "fly", "grass", "at night", "ran", "🏽", "\u200d"]
)  # fmt: skip


@FEW
@given(st.lists(KNOWN, max_size=14).map(" ".join))
def test_any_known_words_are_read_or_refused(reader, text):
    _check(reader, text)


def _check(reader, text):
    """One line of a caption of known things alone, which is itself read so; or none and why."""
    try:
        reading = reader.read(text)
    except NothingKnownError as error:
        assert "\n" not in str(error)
        return
    if text.strip():
        again = reader.read(reading.drawn)
        assert again.drawn == reading.drawn and again.left_out == ()
        words = plain(text, {bare(n.emoji): n.name for n in load_nouns()}).lower()
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
def test_a_prompt_and_its_typographic_variants_are_understood_alike(reader, variant, number):
    rng = random.Random(number)
    scene = SceneSampler(nouns=load_nouns(), styles=(("3d", 1.0),), held_out=False).sample(rng)
    text = caption_scene(scene, rng)
    assert _alike(reader.read(VARIANTS[variant](text))) == _alike(reader.read(text))


def _alike(reading: Reading) -> tuple[str, tuple[str, ...]]:
    return reading.drawn.lower(), reading.left_out
