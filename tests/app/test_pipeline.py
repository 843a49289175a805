"""From sound to picture with the real models and real voices."""

import pickle
import threading
from dataclasses import replace

import numpy as np
import pytest

from app.config import load_config
from app.errors import SpeechError
from app.glossary.repair import Repair
from app.imaging import eta
from app.imaging.settings import DrawSettings, SettingsError, clean_prompt
from app.pipeline import SpeechToImage
from app.speech.audio import SAMPLE_RATE, AudioError, load_audio
from app.speech.transcriber import Transcript
from app.types import Heard, PictureRequest, SilenceError, UnclearLanguageError
from app.web import markup
from tests.helpers.small_pictures import SMALL_SIDE


def pixels(image):
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "zh"])
def test_the_same_sentence_in_five_languages(pipeline, clips, language):
    heard = pipeline.listen(clips[f"{language}_cat_apple"]["path"])
    assert heard.transcript.language == language
    words = set(heard.prompt.lower().replace(".", " ").replace(",", " ").split())
    assert {"cat", "apple", "red"} <= words
    assert heard.prompt == heard.repair.prompt
    assert 0 < heard.transcript.seconds < 60


def test_what_was_said_so_far_is_heard_and_sketched(detailed_pipeline, clips):
    pipeline = detailed_pipeline
    samples = load_audio(clips["fr_cat_apple"]["path"])
    assert pipeline.listen_live(np.zeros(SAMPLE_RATE, np.float32)) is None
    heard = pipeline.listen_live(samples)
    assert heard.transcript.language == "fr" and "apple" in heard.prompt.lower()
    assert pipeline.listen_live(samples, "fr").transcript.language_probability == 1
    sketch = pipeline.sketch(heard.prompt, seed=3)
    height, width = pipeline.generator.image_size
    assert pipeline.generator.detail > 1, "what is sketched has none"
    assert sketch.size == (width // 2, height // 2)
    assert (pixels(sketch) == pixels(pipeline.sketch(heard.prompt, seed=3))).all()


def test_language_can_be_set(pipeline, clips):
    heard = pipeline.listen(clips["pt_stars"]["path"], language="Portuguese")
    assert heard.transcript.language == "pt"


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("silence", SilenceError, "no speech heard"),
        ("noise", SilenceError, "no speech heard"),
        ("empty", AudioError, "empty"),
        ("text", AudioError, "not an audio file"),
        ("hour", AudioError, "longer than 120 s"),
        ("missing", AudioError, "does not exist"),
    ],
)
def test_bad_recordings_are_refused_in_one_line(pipeline, bad_audio, kind, error, said):
    with pytest.raises(error, match=said) as caught:
        pipeline.listen(bad_audio(kind))
    assert "\n" not in str(caught.value)


def test_unknown_language_is_named_before_anything_is_heard(pipeline, clips):
    with pytest.raises(SpeechError, match="klingon"):
        pipeline.listen(clips["fr_stars"]["path"], language="klingon")


def test_run_hears_then_draws_step_by_step(pipeline, clips):
    settings = DrawSettings(steps=6, seed=3)
    updates = list(pipeline.run(clips["fr_cat_apple"]["path"], settings))
    assert [update.stage for update in updates] == ["heard", *["drawing"] * 5, "done"]
    shown = [update.written.mean() for update in updates[1:-1]]
    assert shown == sorted(shown) and 0 < shown[0] < 1, "more is written each step"
    assert shown[-1] == 1, "all that is behind the things; these are the last step"
    result = updates[-1].result
    assert result.image.size == (SMALL_SIDE, SMALL_SIDE) and result.image.mode == "RGB"
    assert "cat" in result.prompt and result.settings == pipeline.settled(settings)
    seconds = result.seconds
    assert seconds.total == pytest.approx(seconds.load + seconds.listen + seconds.draw)
    text = result.png_text()
    assert text["language"] == "fr" and "pomme" in text["transcript"].lower()


def test_hybrid_writes_the_first_rows_one_by_one(pipeline):
    settings = DrawSettings(steps=4, ar_ratio=0.125)
    _, _, paper, row, *_, last = pipeline.paint(PictureRequest("a red apple", settings))
    assert paper.written.all(), "three steps for what is behind the apple"
    assert row.written[0, 0].all() and not row.written[0, 1:].any()
    assert last.num_steps == pipeline.generator.num_tokens // 8 + 4 and last.results


def last_picture(pipeline, prompt, settings):
    *_, last = pipeline.paint(PictureRequest(prompt, settings))
    return pixels(last.result.image)


def test_same_seed_same_picture_other_seed_other_picture(pipeline):
    one = last_picture(pipeline, "an orange crab", DrawSettings(steps=2, seed=1))
    again = last_picture(pipeline, clean_prompt("an  orange\ncrab"), DrawSettings(steps=2, seed=1))
    assert (one == again).all()
    garden = [
        last_picture(pipeline, "a cat in a garden", DrawSettings(steps=2, seed=seed))
        for seed in range(4)
    ]
    assert len({picture.tobytes() for picture in garden}) == 4


def test_the_prompt_decides(pipeline):
    red = last_picture(pipeline, "a red apple", DrawSettings(steps=3, seed=0))
    blue = last_picture(pipeline, "a blue car", DrawSettings(steps=3, seed=0))
    redness = [(image[..., 0] - image[..., 2]).clip(0).mean() for image in (red, blue)]
    assert redness[0] > 2 * redness[1]


def test_guidance_that_is_asked_for_holds_for_both_models(pipeline, monkeypatch):
    asked = []
    draw = pipeline.generator.stream

    def watched(request):
        sampling = request.sampling
        asked.append((sampling.guidance_scale, sampling.autoregressive().guidance_scale))
        return draw(request)

    monkeypatch.setattr(pipeline.generator, "stream", watched)
    for guidance in (None, 4.0):
        last_picture(pipeline, "a dog", DrawSettings(steps=1, guidance=guidance))
    preset = pipeline.generator.sampling
    assert asked[0] == (preset.guidance_scale, preset.ar_guidance_scale) == (1.0, 1.0)
    assert asked[1] == (4.0, 4.0)


def test_threads_share_one_pipeline(pipeline):
    prompts = ["a red apple", "a green frog", "a yellow sun in the sky"]
    settings = DrawSettings(steps=3, seed=5)
    alone = [last_picture(pipeline, prompt, settings) for prompt in prompts]
    together: dict[int, np.ndarray] = {}

    def work(number):
        together[number] = last_picture(pipeline, prompts[number], settings)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(prompts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for number, picture in enumerate(alone):
        assert (together[number] == picture).all()


def test_closing_the_iterator_stops_and_frees_the_models(pipeline):
    updates = pipeline.paint(PictureRequest("a dog", DrawSettings(steps=30)))
    assert next(updates).step == 1
    updates.close()
    assert next(updates, None) is None
    assert not pipeline._work_lock.locked()
    drawn = last_picture(pipeline, "a dog", DrawSettings(steps=1))
    assert drawn.shape == (SMALL_SIDE, SMALL_SIDE, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0}, {"steps": 65}, {"steps": 8.5}, {"steps": True}, {"seed": -1},
        {"seed": 2**32}, {"guidance": float("nan")}, {"guidance": -0.1}, {"guidance": 1e9},
        {"ar_ratio": -0.01}, {"ar_ratio": 1.01}, {"ar_ratio": "0.5"},
    ],
)  # fmt: skip
def test_settings_outside_what_is_valid(wrong):
    (name,) = wrong
    with pytest.raises(SettingsError, match=name):
        DrawSettings(**wrong)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("  a\tred \n apple ", "a red apple"),
        ("a\0cat\x1b[31m", "a cat [31m"),
        ("<b>猫</b> 🐈", "<b>猫</b> 🐈"),
    ],
)
def test_prompts_become_one_line(text, prompt):
    assert clean_prompt(text) == prompt


@pytest.mark.parametrize("text", ["", " \n\t ", "\0", "x" * 10_000])
def test_prompts_that_cannot_be_drawn(pipeline, text):
    with pytest.raises(SettingsError):
        clean_prompt(text)
    with pytest.raises(SettingsError):
        pipeline.sketch(text)


def test_warm_up_tells_of_missing_weights(tmp_path):
    config = replace(load_config("nano"), weights=tmp_path / "nowhere")
    cold = SpeechToImage(config)
    cold.warm_up()
    with pytest.raises(ValueError, match="nowhere"):
        cold.wait_until_warm(60)


def started(pipeline):
    """Another with the same models, whose speed is not known yet."""
    other = SpeechToImage(replace(pipeline.config, steps=2))
    for model in ("_translator", "_glossary", "_generator"):
        setattr(other, model, getattr(pipeline, model))
    return other


def test_warm_up_leaves_everything_loaded(pipeline, monkeypatch):
    monkeypatch.setattr(eta, "PATIENCE", 0.0)  # the first drawing tells enough
    cold = started(pipeline)
    warming = cold.warm_up()
    assert cold.wait_until_warm(120)
    warming.join()  # it still measures the speed of drawing
    assert cold.eta.expect(DrawSettings(steps=8)) > 0
    assert cold._time(DrawSettings(steps=1, ar_ratio=0.02), 2) > 0, "others are timed alike"
    assert all(m.is_loaded for m in (cold._generator, cold._translator, cold._glossary))


def test_a_program_that_ends_does_not_wait_until_the_speed_is_measured(pipeline):
    hasty = started(pipeline)
    warming = hasty.warm_up()
    assert hasty.wait_until_warm(120)
    hasty.end(warming)
    assert not warming.is_alive() and hasty.is_warm
    assert hasty.eta.expect(DrawSettings(steps=8)) is None


def test_what_nobody_waits_for_gives_way_to_a_drawing(pipeline, monkeypatch):
    monkeypatch.setattr(eta, "PATIENCE", 0.0)
    cold = started(pipeline)
    drawing, drawn = cold.paint(PictureRequest("a red apple", DrawSettings(steps=2))), []
    monkeypatch.setattr(cold.translator, "warm_up", lambda: drawn.append(drawing.gi_frame is None))
    next(drawing)
    warming = cold.warm_up()
    cold.wait_until_warm(2.0)
    *_, last = drawing
    assert last.result is not None and cold.wait_until_warm(120)
    assert drawn == [True], "it was over when the translator was warmed"
    held = cold.paint(PictureRequest("a red apple", DrawSettings(steps=2)))
    next(held)
    cold.end(warming)  # it is not waited for until nobody draws
    held.close()
    assert not warming.is_alive()


def test_presets():
    with pytest.raises(ValueError, match="nano, paper"):
        load_config("mega")


def test_words_beside_the_vocabulary_are_drawn_by_the_nearest_thing(pipeline):
    def drawn(prompt):
        *_, last = pipeline.paint(PictureRequest(prompt, DrawSettings(steps=2, seed=1)))
        return last.result

    far, near = drawn("a stallion"), drawn("a horse")
    assert (far.drawn, near.drawn) == ("a horse", "a horse")
    assert far.prompt == far.png_text()["prompt"] == "a stallion"
    assert (pixels(far.image) == pixels(near.image)).all()


def test_words_that_are_not_in_the_picture_are_told(pipeline):
    *_, last = pipeline.paint(PictureRequest("a cup of coffee on a qwrtz", DrawSettings(steps=1)))
    summary = last.result.summary("out.png")
    assert "qwrtz" in summary["left_out"] and "coffee" in summary["drawn"]
    assert last.result.left_out == tuple(summary["left_out"])


def test_a_doubtful_language_is_a_question() -> None:
    guesses = (("he", 0.3), ("it", 0.1))
    heard = Heard(Transcript("fr", 0.4, guesses, "la", "there", 0.5), Repair("there"))
    error = UnclearLanguageError(heard)
    assert str(error).startswith("did you speak French, Hebrew or Italian?")
    assert error.guesses == (("fr", 0.4), *guesses)
    again = pickle.loads(pickle.dumps(error))
    assert (again.heard, str(again)) == (heard, str(error))


def test_where_the_language_is_in_doubt_nothing_unknown_is_drawn(pipeline, clips, doubtful):
    clip = clips["fr_stars"]["path"]
    doubtful("la", "over there")
    with pytest.raises(UnclearLanguageError, match="did you speak French or Hebrew"):
        pipeline.listen(clip)
    assert pipeline.listen(clip, language="fr").prompt, "who says the language is believed"
    doubtful("la", "over there", share=0.6)
    assert pipeline.listen(clip).notes == ()


def test_a_language_in_doubt_is_a_note_of_the_answer(pipeline, clips, doubtful):
    doubtful("un chien", "a dog")
    *_, last = pipeline.run(clips["fr_stars"]["path"], DrawSettings(steps=1))
    assert last.result is not None
    notes = last.result.summary("a.png")["notes"]
    assert notes == ["the language is in doubt: French 40%, Hebrew 30%"]
    assert notes[0] in markup.heard_card(last.result.heard)
