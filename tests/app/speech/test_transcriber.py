"""Listening, with the real Whisper base on real clips."""

from __future__ import annotations

import dataclasses
import json
import pickle
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from app.languages import OWN_NAMES
from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.engine import Decoding
from app.speech.engine_ctranslate2 import CTranslate2Engine
from app.speech.engine_openai import OpenAIWhisperEngine
from app.speech.features import log_mel
from app.speech.transcriber import (
    LANGUAGES,
    SpeechError,
    Transcript,
    WhisperTranslator,
    check_language,
    load_translator,
    runs_in_circles,
)
from app.speech.vad import joined, speech_spans

CLIPS = Path(__file__).parents[2] / "fixtures" / "clips"
SPOKEN = [clip for clip in json.loads((CLIPS / "clips.json").read_text("utf-8")) if clip["text"]]
NAMES = [clip["file"].removesuffix(".ogg") for clip in SPOKEN]


def sound(name: str) -> np.ndarray:
    return load_audio(CLIPS / f"{name}.ogg")


def likeness(one: str, other: str) -> float:
    letters = ["".join(filter(str.isalnum, text.lower())) for text in (one, other)]
    return SequenceMatcher(None, *letters).ratio()


def one_line(error: pytest.ExceptionInfo[SpeechError]) -> str:
    message = str(error.value)
    assert message and "\n" not in message
    return message


@pytest.fixture(scope="module")
def heard(translator) -> dict[str, Transcript]:
    return {name: translator.transcribe(sound(name)) for name in NAMES}


@pytest.mark.parametrize("clip", SPOKEN, ids=NAMES)
def test_each_clip_is_heard_in_its_language(heard: dict[str, Transcript], clip: dict[str, str]):
    transcript = heard[clip["file"].removesuffix(".ogg")]
    assert not transcript.is_empty and transcript.seconds > 0
    guesses = transcript.guesses
    assert len(guesses) == 3 and len({code for code, _ in guesses}) == 3
    assert [p for _, p in guesses] == sorted((p for _, p in guesses), reverse=True)
    assert transcript.language == guesses[0][0] == clip["language"]
    assert transcript.language_probability > 0.5
    wanted = clip["text"]
    if clip["language"] != "zh":  # Chinese may come in either script
        assert likeness(transcript.text, wanted) > 0.7


def test_transcripts_and_translations_are_good_on_the_whole(heard: dict[str, Transcript]):
    clips = dict(zip(NAMES, SPOKEN, strict=True))
    texts = [likeness(heard[name].text, clip["text"]) for name, clip in clips.items()]
    foreign = [name for name in clips if clips[name]["language"] != "en"]
    english = [likeness(heard[name].translation, clips[name]["english"]) for name in foreign]
    assert np.mean(texts) > 0.8
    assert np.mean(english) > 0.6
    assert "red" in heard["es_cat_apple"].translation.lower()
    assert "stars" in heard["es_stars"].translation.lower()


def test_english_is_its_own_translation(heard: dict[str, Transcript]):
    transcript = heard["en_stars"]
    assert transcript.translation == transcript.text
    assert likeness(transcript.text, "Three yellow stars in the night sky.") > 0.95


def test_a_given_language_is_obeyed(translator):
    transcript = translator.transcribe(sound("pt_flower"), language="pt")
    assert (transcript.language, transcript.language_probability) == ("pt", 1.0)
    assert transcript.alternatives == () and transcript.guesses == (("pt", 1.0),)
    assert "uma flor" in transcript.text.lower()


def test_long_recordings_are_heard_to_the_end(translator):
    pause = np.zeros(SAMPLE_RATE, np.float32)
    names = ["es_cat_apple", "es_stars", "es_flower"]
    audio = np.concatenate([part for name in names * 3 for part in (sound(name), pause)])
    assert len(audio) > 30 * SAMPLE_RATE
    assert all(end - start <= 28 * SAMPLE_RATE for start, end in joined(speech_spans(audio)))
    transcript = translator.transcribe(audio)
    assert transcript.language == "es"
    said = {clip["file"].removesuffix(".ogg"): clip["text"] for clip in SPOKEN}
    assert likeness(transcript.text, "".join(said[name] for name in names * 3)) > 0.9
    assert transcript.translation.count("stars") == 3


def test_a_growing_recording_is_heard_on_the_way(translator):
    audio = np.concatenate([sound("es_stars"), np.zeros(SAMPLE_RATE // 2, np.float32)])
    ends = [*range(0, len(audio), SAMPLE_RATE * 3 // 4), len(audio)]
    heard = [translator.partial(audio[:end]) for end in ends]
    assert heard[0] is None
    last = heard[-1]
    assert last is not None and last.language == "es" and len(last.guesses) == 3
    assert "estrellas" in last.text.lower() and "star" in last.translation.lower()
    counts = [len(partial.text) for partial in heard if partial is not None]
    assert 2 <= len(counts) < len(heard) and counts[0] < counts[-1]


def test_partial_hearing_obeys_the_language_and_hears_the_end_of_long_recordings(translator):
    pause = np.zeros(SAMPLE_RATE, np.float32)
    parts = [sound("fr_cat_apple")] * 9 + [sound("fr_stars")]
    audio = np.concatenate([piece for part in parts for piece in (part, pause)])
    assert len(audio) > 30 * SAMPLE_RATE
    partial = translator.partial(audio, language="French")
    assert partial is not None and partial.guesses == (("fr", 1.0),)
    assert "étoiles" in partial.text and 1 <= partial.text.count("pomme") < 9
    english = translator.partial(sound("en_stars"))
    assert english is not None and english.text == english.translation
    with pytest.raises(SpeechError, match="unknown language 'xx'"):
        translator.partial(audio, language="xx")


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding("la la la la la", (5, 5, 5, 5, 5), -0.1, 0.0),
        Decoding("Thanks for watching!", (1, 2, 3), -0.1, 0.0),
        Decoding("you", (1,), -0.9, 0.9),
    ],
)
def test_partial_hearing_rather_says_nothing(decoding: Decoding):
    class Engine:
        """Answers one text to everything; real speech does this too seldom for a test."""

        num_mels, languages = 80, frozenset({"fr"})
        asked = 0

        def encode(self, mel):
            return mel

        def detect(self, encoding):
            return [("fr", 0.9), ("en", 0.1)]

        def decode_all(self, encoding, wanted, **options):
            assert options["greedy"]
            self.asked += 1
            return [decoding] * len(wanted)

    engine = Engine()
    assert WhisperTranslator(engine).partial(sound("fr_stars")) is None
    assert engine.asked == 1, "a doubtful text is not tried again while somebody waits"


@pytest.mark.parametrize("still", [False, True])
def test_a_text_that_runs_in_circles_is_decoded_again(translator, monkeypatch, still: bool):
    """In a full window, and where it still does there, without any run of three that was."""
    engine, asked = translator.engine, []
    decode = engine.decode
    circles = Decoding("la la la la la", (5, 5, 5, 5, 5), -0.1, 0.0)

    def again(encoding, *wanted, no_repeat=0, **options):
        asked.append((encoding.shape[1], no_repeat))
        if still and not no_repeat:
            return circles
        return decode(encoding, *wanted, no_repeat=no_repeat, **options)

    monkeypatch.setattr(engine, "decode", again)
    monkeypatch.setattr(engine, "decode_all", lambda *_, **__: [circles, circles])
    transcript = translator.transcribe(sound("fr_stars"), language="fr")
    assert "étoiles" in transcript.text and "star" in transcript.translation.lower()
    assert asked == 2 * ([(1500, 0), (1500, 3)] if still else [(1500, 0)])


@pytest.mark.parametrize(
    ("tokens", "circles"),
    [
        ((1, 2, 3, 4, 5, 6), False),
        ((1, 1, 1), False),
        ((9, 1, 1, 1, 1, 1), True),
        ((9, 1, 2, 1, 2), False),
        ((9, 1, 2, 1, 2, 1, 2), True),
        ((1, 2, 3, 4, 5) * 2, True),
        (tuple(range(50)), True),
        ((), False),
    ],
)
def test_circles(tokens: tuple[int, ...], circles: bool):
    assert runs_in_circles(tokens, limit=50) is circles


# --- the second engine -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def engines(whisper_base: Path) -> tuple[CTranslate2Engine, OpenAIWhisperEngine]:
    return CTranslate2Engine(
        whisper_base, compute_type="float32", beam_size=1
    ), OpenAIWhisperEngine(whisper_base)


@pytest.mark.parametrize("greedy", [False, True])
def test_what_is_decoded_at_once_is_what_each_would_give_alone(translator, greedy: bool):
    engine = translator.engine
    encoding = engine.encode(log_mel(sound("fr_cat_apple"), 750))
    wanted = [("fr", "transcribe"), ("fr", "translate"), ("pt", "transcribe")]
    together = engine.decode_all(encoding, wanted, max_tokens=60, greedy=greedy)
    alone = [engine.decode(encoding, *one, max_tokens=60, greedy=greedy) for one in wanted]
    assert [one.tokens for one in together] == [one.tokens for one in alone]
    assert [one.others for one in together] == [one.others for one in alone]
    assert len({one.text for one in alone}) == 3
    for one, other in zip(together, alone, strict=True):
        assert one.mean_logprob == pytest.approx(other.mean_logprob, abs=1e-4)
        assert one.no_speech == pytest.approx(other.no_speech, abs=1e-4)


@pytest.mark.parametrize("name", ["fr_stars", "zh_stars"])
def test_both_engines_hear_the_same(engines, name: str):
    mel, language = log_mel(sound(name), 750), name[:2]
    answers = []
    for engine in engines:
        encoding = engine.encode(mel)
        (code, probability), *_ = engine.detect(encoding)
        texts = [
            engine.decode(encoding, language, task, max_tokens=40)
            for task in ("transcribe", "translate")
        ]
        answers.append((code, probability, texts))
    (code, probability, ours), (other_code, other_probability, theirs) = answers
    assert code == other_code == language
    assert probability == pytest.approx(other_probability, abs=0.02)
    for one, other in zip(ours, theirs, strict=True):
        assert one.tokens == other.tokens and one.text == other.text
        assert one.mean_logprob == pytest.approx(other.mean_logprob, abs=0.05)
        assert one.no_speech == pytest.approx(other.no_speech, abs=0.02)


def test_openai_checkpoints_are_read_and_nothing_in_them_runs(engines, tmp_path: Path):
    import torch

    _, engine = engines
    path = tmp_path / "base.pt"
    state = {name: tensor.half() for name, tensor in engine._model.state_dict().items()}
    dims = dataclasses.asdict(engine._model.dims)
    torch.save({"dims": dims, "model_state_dict": state}, path)
    translator = load_translator(path)
    assert isinstance(translator.engine, OpenAIWhisperEngine)
    assert "estrellas" in translator.transcribe(sound("es_stars")).text.lower()
    with pytest.raises(SpeechError, match="choose the engine openai-whisper"):
        load_translator(path, engine="faster-whisper")

    torch.save({"dims": dims | {"n_text_layer": 4}, "model_state_dict": {}}, path)
    with pytest.raises(SpeechError, match="turbo or distil"):
        load_translator(path)

    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    path.write_bytes(pickle.dumps({"dims": Trap(), "model_state_dict": {}}, protocol=2))
    with pytest.raises(SpeechError, match=r"base\.pt cannot be read"):
        load_translator(path)
    assert not (tmp_path / "ran").exists()


def test_spectrogram_is_whispers():
    import torch
    import whisper

    audio = sound("fr_stars")
    padded = torch.from_numpy(np.pad(audio, (0, 750 * 160 - len(audio) + 400)))
    for num_mels in (80, 128):
        theirs = whisper.log_mel_spectrogram(padded, num_mels)[:, :750].numpy()
        np.testing.assert_allclose(log_mel(audio, 750, num_mels), theirs, atol=1e-4)


# --- weights ---------------------------------------------------------------------------------


# --- languages and threads -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("fr", "fr"), (" FR ", "fr"), ("French", "fr"), ("français", "fr"), ("pt-BR", "pt"),
        ("zh_CN", "zh"), ("中文", "zh"), ("mandarin", "zh"), ("haw", "haw"), ("Русский", "ru"),
    ],
)  # fmt: skip
def test_languages_by_code_and_name(given: str, code: str):
    assert check_language(given) == code


@pytest.mark.parametrize(
    ("given", "offer"),
    [
        ("frr", "did you mean fr (French)"),
        ("spanisch", "did you mean es (Spanish)"),
        ("ger", "did you mean de (German)"),
        ("klingon", "give a code or a name (fr, French, Français), or auto"),
        ("zz", "give a code or a name"),
    ],
)
def test_unknown_languages_get_near_matches(given: str, offer: str):
    with pytest.raises(SpeechError) as error:
        check_language(given)
    assert repr(given) in one_line(error) and offer in one_line(error)


def test_language_table_is_whispers(translator):
    from whisper.tokenizer import LANGUAGES as THEIRS

    assert set(LANGUAGES) == set(OWN_NAMES) == set(THEIRS)
    assert translator.engine.languages == set(THEIRS) - {"yue"}
    with pytest.raises(SpeechError, match="does not know Cantonese"):
        translator.transcribe(sound("zh_stars"), language="yue")
    with pytest.raises(SpeechError, match="unknown language 'xx'"):
        translator.transcribe(sound("zh_stars"), language="xx")
