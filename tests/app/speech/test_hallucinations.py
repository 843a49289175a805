"""Sounds with nobody in them are answered with nothing, and nobody who speaks is turned away."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.engine import Decoding
from app.speech.hallucinations import sounds_invented, without_credits
from app.speech.vad import even_loudness, latest_speech, speech_spans
from tests.helpers.no_speech import sounds

ROOT = Path(__file__).parents[3]
CLIPS = ROOT / "tests" / "fixtures" / "clips"
EXAMPLES = ROOT / "assets" / "examples"
POLYVOICE = ROOT / "assets" / "polyvoice" / "nano"
SOUNDS = dict(sounds(seconds=3.0, seed=0))


def sound(name: str) -> np.ndarray:
    return load_audio(CLIPS / f"{name}.ogg")


def spoken_files() -> list[Path]:
    """Every shipped recording of the app and its tests, and each 42nd of PolyVoice, 12 of 500."""
    rows = json.loads((CLIPS / "clips.json").read_text("utf-8"))
    clips = [CLIPS / row["file"] for row in rows if row["text"]]
    some = sorted(POLYVOICE.glob("*/*.ogg"))[::42]
    assert len(some) >= 10
    return [*clips, *sorted(EXAMPLES.glob("*.ogg")), *some]


@pytest.mark.parametrize("name", SOUNDS)
def test_no_speech_is_heard_where_none_is(translator, name: str):
    transcript = translator.transcribe(SOUNDS[name])
    assert transcript.is_empty
    assert transcript.text == transcript.translation == ""
    assert translator.partial(SOUNDS[name]) is None


@pytest.mark.parametrize("length", [0, 1, 10, 159, 1600])
def test_next_to_nothing_is_no_speech(translator, length: int):
    for audio in (np.zeros(length, np.float32), np.ones(length, np.float32)):
        assert translator.transcribe(audio).is_empty
        assert translator.partial(audio) is None


@pytest.mark.parametrize("name", ["silence", "noise"])
def test_recorded_silence_and_noise_are_no_speech(translator, name: str):
    assert translator.transcribe(sound(name)).is_empty


def test_every_shipped_voice_is_found():
    """By the gate and the detector alone; `slow` below also asks Whisper."""
    for path in [*spoken_files(), *sorted(POLYVOICE.glob("*/*.ogg"))[::8]]:
        spans = speech_spans(even_loudness(load_audio(path)))
        assert sum(end - start for start, end in spans) > 0.5 * SAMPLE_RATE, path.name


@pytest.mark.slow
def test_no_shipped_voice_is_turned_away(translator):
    paths = [*spoken_files(), *sorted(POLYVOICE.glob("*/*.ogg"))[::8]]
    turned_away = [path.name for path in paths if translator.transcribe(load_audio(path)).is_empty]
    assert not turned_away


def test_speech_is_heard_when_quiet_off_centre_or_amid_noise(translator):
    speech = sound("en_cat_apple")
    room = np.random.default_rng(0).normal(0, 0.003, len(speech) + 6 * SAMPLE_RATE)
    room[3 * SAMPLE_RATE : 3 * SAMPLE_RATE + len(speech)] += speech
    holes = speech.copy()
    holes[::4000] = np.nan
    for audio in (0.01 * speech, 0.01 * speech + 0.2, room, holes):
        text = translator.transcribe(audio.astype(np.float32)).text.lower()
        assert "orange cat" in text and "red apple" in text


def test_silence_around_speech_is_cut_off():
    speech, pause = sound("fr_stars"), np.zeros(5 * SAMPLE_RATE, np.float32)
    spans = speech_spans(np.concatenate([pause, speech, pause]))
    (start, _), (_, end) = spans[0], spans[-1]
    assert end - start < len(speech) + SAMPLE_RATE
    assert start > 4 * SAMPLE_RATE


def test_a_noise_before_speech_does_not_choose_the_language(translator):
    cough = 0.3 * np.random.default_rng(0).normal(size=3200) * np.hanning(3200)
    pause = np.zeros(SAMPLE_RATE)
    audio = np.concatenate([cough, pause, SOUNDS["low melody"], pause, sound("es_stars")])
    transcript = translator.transcribe(audio.astype(np.float32))
    assert transcript.language == "es" and "estrellas" in transcript.text.lower()


def test_the_latest_speech_fits_a_short_window():
    sentence, pause = sound("es_cat_apple"), np.zeros(SAMPLE_RATE, np.float32)
    assert len(latest_speech(np.zeros(SAMPLE_RATE, np.float32))) == 0
    assert len(sentence) * 0.5 < len(latest_speech(sentence)) <= len(sentence)
    long = np.concatenate([part for _ in range(8) for part in (sentence, pause)])
    assert 6 * SAMPLE_RATE < len(latest_speech(long)) <= 12 * SAMPLE_RATE
    unbroken = np.concatenate([sentence[3000:-3000]] * 8)
    assert len(latest_speech(unbroken)) <= 12 * SAMPLE_RATE


# --- phrases that Whisper makes up -------------------------------------------------------------

CREDITS = [
    "Thanks for watching!",
    "Thank you for watching.",
    "Thank you so much for watching this video!",
    "Please subscribe to my channel.",
    "Don't forget to like and subscribe!",
    "See you in the next video. Bye!",
    "Subtitles by the Amara.org community",
    "Transcription by CastingWords",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Sous-titrage Société Radio-Canada",
    "Sous-titrage ST' 501",
    "❤️ par SousTitreur.com",
    "Merci d'avoir regardé cette vidéo !",
    "¡Gracias por ver el video!",
    "Subtítulos realizados por la comunidad de Amara.org",
    "¡Suscríbete al canal!",
    "Obrigado por assistir!",
    "Legendas pela comunidade Amara.org",
    "Untertitel der Amara.org-Community",
    "Untertitelung des ZDF, 2020",
    "Vielen Dank fürs Zuschauen!",
    "Sottotitoli e revisione a cura di QTSS",
    "Ondertitels ingediend door de Amara.org gemeenschap",
    "Napisy stworzone przez społeczność Amara.org",
    "Teksting av Nicolai Winther",
    "Altyazı M.K.",
    "Субтитры сделал DimaTorzok",
    "Продолжение следует...",
    "ご視聴ありがとうございました",
    "チャンネル登録をお願いいたします",
    "字幕by索兰娅",
    "字幕由Amara.org社区提供",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
    "시청해주셔서 감사합니다.",
    "MBC 뉴스 이덕영입니다.",
    "ترجمة نانسي قنقر",
    "Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn",
    "I hope you enjoyed this video.",
    "If you liked this video, share it with your friends.",
    "We'll see you again in the next episode.",
    "Thank you all so much for your support.",
    "Welcome back to my channel.",
    "Hit the bell so you never miss a show.",
    "This is the end of our tutorial.",
    "Captioned by the National Captioning Institute",
    "Translation and timing by Anna",
    "www.example.org",
    "♪♪♪",
    "...",
    "",
]
WISHES = [
    "A red apple.",
    "A music box",
    "A film with subtitles and a see-saw.",
    "Thank you, I would like to see a cat.",
    "Show me somebody watching the sea.",
    "A girl who enjoys the show at the circus.",
    "A red button to subscribe.",
    "Please draw a video camera on a table.",
    "A boy watching a channel of water, thank you.",
    "The end of a rainbow.",
    "See the sea behind you.",
    "A television with a cooking show.",
    "Un chat qui regarde la mer, merci.",
    "Una bandera en el canal.",
    "一只猫在看电视",
    "夜空に三つの黄色い星",
]


@pytest.mark.parametrize("text", CREDITS)
def test_credits_are_no_speech_however_sure_whisper_is(text: str):
    assert sounds_invented(Decoding(text, (1,), -0.1, 0.0))
    assert without_credits(text) in ("", text if not any(map(str.isalnum, text)) else "Bye!")


@pytest.mark.parametrize("text", WISHES)
def test_wishes_are_speech(text: str):
    assert not sounds_invented(Decoding(text, (1,), -0.3, 0.1))
    assert without_credits(text) == text


@pytest.mark.parametrize(
    ("text", "logprob", "no_speech", "invented"),
    [
        ("A red apple.", -0.2, 0.01, False),
        ("A red apple.", -1.3, 0.9, True),
        ("A red apple.", -0.3, 0.9, False),
        ("1%, 2%, 3%, 4%,", -0.77, 0.84, True),
        ("Колодец.", -1.4, 0.45, False),
        ("Thank you.", -0.2, 0.6, True),
        ("Thank you. Bye.", -0.9, 0.1, True),
        ("Thank you.", -0.2, 0.1, False),
        ("you", -0.3, 0.8, True),
        ("Music", -0.3, 0.1, False),
        ("Music", -1.0, 0.1, True),
    ],
)
def test_doubts_count(text: str, logprob: float, no_speech: float, invented: bool):
    assert sounds_invented(Decoding(text, (1,), logprob, no_speech)) is invented


def test_credits_after_a_wish_are_cut_off():
    assert without_credits("A red cat. Thanks for watching!") == "A red cat."
    assert without_credits("Sous-titres par Amara.org. Un chat roux.") == "Un chat roux."
    assert without_credits("一只红色的猫。谢谢观看。") == "一只红色的猫。"
