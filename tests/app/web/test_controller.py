"""What the page's listeners do, with the real models: views, marks, batches, stopping, leaving."""

import shutil
from pathlib import Path

import pytest

from app.i18n import Translations
from app.imaging.png import read_settings
from app.imaging.settings import DrawSettings, SettingsError
from app.types import PictureRequest
from app.web import markup
from app.web.controller import PageController
from app.web.forms import FormValues, PageRequest
from app.web.sessions import Sessions
from tests.helpers.page.page_requests import (
    ONE_STEP,
    begin,
    canvas_of,
    draw,
    drawn,
    mark,
    pixels,
    png,
    shown,
)


@pytest.fixture
def talk(pipeline):
    return PageController(pipeline, Sessions())


@pytest.fixture
def sent(clips, tmp_path):
    """Makes a copy of a clip, as an upload is one."""

    def send(name: str) -> Path:
        path = clips[name]["path"] if name in clips else name
        return Path(shutil.copy(path, tmp_path / Path(path).name))

    return send


def test_a_spoken_conversation(previews, talk, sent, tmp_path):
    speaking = begin(talk, "speak", sent=sent("fr_cat_apple"), knobs=FormValues(0, 3, 1.0, 11))
    views = list(speaking[1])
    end = shown(views)
    assert "Français" in end["heard"] and "cat" in end["prompt"]
    assert end["busy"] is False and end["seed"] == 11 and "Done" in end["status"]
    kinds = [view["stage"]["kind"] for view in views if "stage" in view]
    assert kinds == ["begin", "preview", "preview", "final"]
    (entry,) = end["stage"]["entries"]
    assert entry["prompt"] == end["prompt"] and entry["language"] == "fr" and entry["seed"] == 11

    _, again = begin(talk, "restore", sent=png(end["stage"], 0, tmp_path))
    restored = shown(again)
    assert restored["prompt"] == end["prompt"] and restored["seed"] == 11
    assert "fresh" not in restored and restored["percent"] == 0
    assert "pomme" in restored["heard"].lower()


def test_every_frame_says_the_prompt_it_shows(talk):
    frames = [view["stage"]["frames"][0] for view in draw(talk, "a cat") if "stage" in view]
    assert "alt" not in frames[0] and {frame["alt"] for frame in frames[1:]} == {"a cat"}


def test_previews_show_which_cells_are_written(previews, talk, pipeline):
    views = [view["stage"] for view in draw(talk, "a cat") if "stage" in view]
    written = [view["frames"][0]["written"] for view in views]
    rows, columns = pipeline.generator.grid_size
    assert all(len(bits) == rows * columns for bits in written[:-1]) and written[-1] is None
    counts = [bits.count("1") for bits in written[:-1]]
    total = rows * columns
    assert counts[0] == 0 and any(0 < count < total for count in counts)
    behind = counts.index(total)
    assert counts[:behind] == sorted(counts[:behind]), "what is behind the cat, and then the cat"
    assert views[0]["grid"] == [rows, columns]


def test_a_recording_is_gone_once_it_is_heard(talk, sent):
    voice = sent("en_stars")
    _, views = begin(talk, "speak", sent=voice, menu=("en",), knobs=FormValues(0, 2, 1.0, 0))
    for view in views:
        if "heard" in view:
            assert not voice.exists() and "chosen by you" in view["heard"]
            break
    views.close()


def test_a_wrong_setting_loses_nothing_that_was_heard(talk, sent):
    voice = sent("en_stars")
    end = shown(begin(talk, "speak", sent=voice, menu=("en",), knobs=FormValues(0, 2, 1.0, -5))[1])
    assert "Seed must be" in end["status"] and "alert" in end["status"] and "stage" not in end
    assert "star" in end["heard"] and "star" in end["prompt"] and not voice.exists()


def test_silence_is_told_and_never_drawn(talk, sent, bad_audio):
    silence = sent(bad_audio("silence"))
    views = list(begin(talk, "speak", sent=silence)[1])
    assert not any("stage" in view for view in views) and not silence.exists()
    assert "No speech heard" in views[-1]["status"] and "alert" in views[-1]["status"]


def test_a_language_in_doubt_is_asked_for_with_its_guesses_as_buttons(talk, sent, doubtful):
    doubtful("la", "over there")
    *_, views = begin(talk, "speak", sent=sent("fr_stars"))
    view = shown(views)
    assert "Français / עברית" in view["status"] and view["busy"] is False
    assert 'data-language="fr"' in view["heard"] and 'data-language="he"' in view["heard"]
    assert "stage" not in view


def test_a_fault_of_ours_is_one_line_and_logged(talk, sent, monkeypatch, caplog):
    voice = sent("en_stars")
    monkeypatch.setattr(talk.pipeline, "listen", lambda *_, **__: [][0])
    end = shown(begin(talk, "speak", sent=voice)[1])
    assert "Something went wrong here" in end["status"] and end["busy"] is False
    assert "IndexError" in caplog.text and not voice.exists()


def test_only_the_marked_part_is_drawn_anew(plain_pipeline):
    talk = PageController(plain_pipeline, Sessions())
    number, _ = drawn(talk, "an orange cat", knobs=ONE_STEP)
    canvas = canvas_of(talk, number)
    wide = canvas.grid[1] // 8
    marks = mark(canvas.grid, lambda cells: cells.__setitem__((slice(None), slice(0, wide)), True))
    edit, stream = begin(talk, "draw", "a red apple", marks=marks, picture=number)
    views = list(stream)
    end = shown(views)
    assert end["prompt"] == "an orange cat and a red apple"
    same = (canvas_of(talk, edit.number).tokens == canvas.tokens).reshape(canvas.grid)
    assert same[:, wide:].all() and not same[:, :wide].all()
    first = views[0]["stage"]["frames"][0]
    assert "src" not in first and first["written"].count("0") == wide * canvas.grid[0]
    again = shown(draw(talk, end["prompt"], marks=marks, picture=number, knobs=ONE_STEP))
    assert again["prompt"] == end["prompt"], "a second click does not say it twice"


def test_a_restored_picture_keeps_its_pixels_where_nothing_is_marked(detailed_pipeline, tmp_path):
    talk = PageController(detailed_pipeline, Sessions())
    _, first = drawn(talk, "an orange cat")
    job, again = begin(talk, "restore", sent=png(first["stage"], 0, tmp_path))
    assert shown(again)["stage"]["kept"] is True
    grid = canvas_of(talk, job.number).grid
    cells = grid[1] // 2
    marks = mark(grid, lambda marked: marked.__setitem__((slice(None), slice(0, cells)), True))
    end = shown(draw(talk, "a tree", marks=marks, picture=job.number))
    before, after = pixels(first["stage"]), pixels(end["stage"])
    middle = -(-cells * before.shape[1] // grid[1])
    assert (before[:, middle:] == after[:, middle:]).all()
    assert (before[:, :middle] != after[:, :middle]).any()


def test_a_variation_keeps_a_quarter_or_what_there_is(plain_pipeline):
    talk = PageController(plain_pipeline, Sessions())
    number, _ = drawn(talk, "three yellow stars", knobs=ONE_STEP)
    job, views = begin(talk, "vary", picture=number, knobs=ONE_STEP)
    end = shown(views)
    old, new = canvas_of(talk, number), canvas_of(talk, job.number)
    if talk.pipeline.generator.drafts:
        assert new.arrangement != old.arrangement is not None
    else:
        assert 0.15 <= (old.tokens == new.tokens).mean() < 1
    assert end["prompt"] == "three yellow stars" and end["stage"]["kind"] == "final"


def test_a_batch_has_a_seed_for_each_and_each_can_be_drawn_alone(talk, tmp_path):
    knobs = FormValues(0, 2, 1.0, 40, count=3)
    end = shown(draw(talk, "a dog", knobs=knobs))
    frames = end["stage"]["frames"]
    assert [frame["label"] for frame in frames] == ["40", "41", "42"]
    entries = end["stage"]["entries"]
    assert [entry["seed"] for entry in entries] == [40, 41, 42]
    assert all(f"seed {entry['seed']}" in entry["status"] for entry in entries)
    assert read_settings(png(end["stage"], 2, tmp_path))["seed"] == "42"
    alone = shown(draw(talk, "a dog", knobs=FormValues(0, 2, 1.0, 42)))
    assert alone["stage"]["frames"][0]["src"] == frames[2]["src"]


def test_two_ratios_side_by_side(talk, tmp_path):
    end = shown(draw(talk, "a dog", knobs=FormValues(0, 2, 1.0, 7, compare=5.0)))
    labels = [frame["label"] for frame in end["stage"]["frames"]]
    assert labels[0].startswith("0% · ") and labels[1].startswith("5% · ")
    ratios = [read_settings(png(end["stage"], index, tmp_path))["ar_ratio"] for index in (0, 1)]
    assert ratios == ["0.0", "0.05"]


def test_what_needs_a_picture_says_so(talk):
    number, _ = drawn(talk, "a dog", knobs=FormValues(0, 1, 1.0, 0, count=2))
    for kind, more, said in (
        ("vary", {}, "no picture yet"),
        ("widen", {"picture": 99}, "no picture yet"),
        ("draw", {"marks": "01"}, "no picture yet"),
        ("vary", {"picture": number}, "Choose one"),
        ("vary", {"picture": number, "chosen": 7}, "no picture yet"),
    ):
        end = shown(begin(talk, kind, "a dog", **more)[1])
        assert said in end["status"] and end["busy"] is False
    end = shown(begin(talk, "vary", picture=number, chosen=1, knobs=FormValues(0, 1, 1.0, 0))[1])
    assert "Done" in end["status"]


def test_marks_that_do_not_fit_are_refused(talk):
    number, _ = drawn(talk, "a dog", knobs=FormValues(0, 1, 1.0, 0))
    end = shown(draw(talk, "a cat", marks="0110", picture=number))
    assert "does not fit" in end["status"] and "stage" not in end


def test_a_wish_typed_in_another_language_is_drawn_in_english(talk):
    end = shown(draw(talk, "deux chats noirs qui zigzaguent", knobs=FormValues(0, 1, 1.0, 0)))
    assert end["prompt"] == "two black cats"
    assert "Français" in end["heard"] and "deux chats noirs" in end["heard"]
    assert "Not understood: zigzaguent" in end["heard"] and "In English" in end["heard"]


def test_a_word_is_in_the_visitors_language(talk):
    quick = FormValues(0, 1, 1.0, 0)
    end = shown(draw(talk, "chat", knobs=quick, languages=("fr", "en")))
    assert end["prompt"] == "a cat" and "Français" in end["heard"]
    end = shown(draw(talk, "pain", knobs=quick, menu=("fr",)))
    assert "bread" in end["prompt"]
    end = shown(draw(talk, "a cat", knobs=quick, languages=("fr", "en")))
    assert end["prompt"] == "a cat" and "Français" not in end["heard"]


def test_a_wish_in_no_known_language_is_answered_in_one_line(talk):
    end = shown(draw(talk, "ⵣⵣⵣⵣ ⵣⵣⵣ", knobs=FormValues(0, 1, 1.0, 0)))
    assert "Nothing of “ⵣⵣⵣⵣ ⵣⵣⵣ” is understood" in end["status"]


def test_drawing_again_keeps_what_was_said_and_editing_drops_it(talk, sent, tmp_path):
    quick = FormValues(0, 1, 1.0, 0)
    job, views = begin(talk, "speak", sent=sent("fr_cat_apple"), knobs=quick)
    end = shown(views)
    for prompt, kept in ((end["prompt"], True), ("a dog", False)):
        again = shown(draw(talk, prompt, knobs=quick, heard=job.number))
        assert ("transcript" in read_settings(png(again["stage"], 0, tmp_path))) is kept
        assert ("Français" in again["heard"]) is kept, "the card is of the same request"


def test_stop_ends_within_one_step_and_keeps_the_preview(previews, talk):
    pictures = []
    for view in draw(talk, "a cat", knobs=FormValues(0, 20, 1.0, 0)):
        if view.get("stage", {}).get("kind") in ("preview", "stopped"):
            pictures.append(view["stage"])
            if len(pictures) == 2:
                talk.sessions.stop("ann")  # the newest
        last = view
    assert [stage["kind"] for stage in pictures] == ["preview", "preview", "stopped"]
    assert last["busy"] is False and "Stopped at step 3 of 20" in last["status"]
    assert pictures[-1]["frames"][0]["written"].count("0"), "what is missing is shown as missing"


def test_a_new_job_ends_the_visitors_old_one_and_nobody_elses(talk):
    old = draw(talk, "a cat", knobs=FormValues(0, 20, 1.0, 0))
    other = draw(talk, "a dog", knobs=FormValues(0, 4, 1.0, 0), who="bob")
    next(old), next(old), next(other)
    end = shown(draw(talk, "a fish", knobs=FormValues(0, 1, 1.0, 0)))
    assert "Done" in end["status"]
    assert shown(old)["stage"]["kind"] == "stopped"
    assert "Done" in shown(other)["status"]


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        (FormValues(None, 8, 4.0, 0), "empty"),
        (FormValues(0, None, 4.0, 0), "steps"),
        (FormValues(0, float("inf"), 4.0, 0), "steps"),
        (FormValues(0, 8, 4.0, 1.5), "seed"),
        (FormValues(400, 8, 4.0, 0), "ar_ratio"),
        (FormValues(0, 8, 4.0, 0, count=5), "number of pictures"),
        (FormValues(0, 8, 4.0, 0, compare=-5.0), "ar_ratio"),
    ],
)
def test_mistakes_are_told_on_the_page(talk, knobs, said):
    end = shown(draw(talk, "a cat", knobs=knobs))
    assert "error" in end["status"] and said in end["status"].lower()
    assert end["busy"] is False and talk.expect(knobs, "ann") == ""


def test_fresh_seeds_differ_unless_the_preview_had_one():
    assert len({FormValues(0, 8, 4.0, 0, fresh=True).settings().seed for _ in range(8)}) > 1
    assert FormValues(25, 8.0, 4.0, 3.0).settings() == DrawSettings(8, 4.0, 0.25, 3)
    assert FormValues(0, 8, 4.0, 3, fresh=True, seed_now=9).settings().seed == 9
    assert FormValues(0, 8, 4.0, 3, seed_now=9).settings().seed == 3


def test_what_the_script_sends_is_read_strictly():
    read = PageRequest.read
    assert read({"number": 1, "kind": "draw"}) == PageRequest(1)
    said = {"number": 2, "kind": "speak", "marks": "01", "language": "pt-BR", "seed": 3}
    assert read(said) == PageRequest(2, "speak", "01", "pt", seed=3)
    said["languages"] = ["fr-FR", "fr", "tlh", 7, *["de"] * 1000]
    assert read(said).languages == ("fr", "de")
    good = {"number": 1, "kind": "draw"}
    changes: list[dict] = [
        {"number": 0}, {"number": True}, {"number": 1.5}, {"number": 2**60}, {"kind": "shout"},
        {"marks": "<script>"}, {"marks": "0" * 30_000}, {"marks": ["0"]}, {"seed": -1},
        {"seed": True}, {"language": "klingon"}, {"upload": {"path": "/etc/passwd"}},
        {"picture": "1"}, {"languages": "fr"},
    ]  # fmt: skip
    for wrong in (None, [], "{}", {}, *(good | change for change in changes)):
        with pytest.raises(SettingsError):
            read(wrong)


def test_what_the_visitor_speaks_is_told_to_whoever_listens(talk, sent, monkeypatch):
    asked = []

    def listen(path, *, language, speaks, expected):
        asked.append((language, speaks))
        return heard

    heard = talk.pipeline.listen(sent("fr_cat_apple"))
    monkeypatch.setattr(talk.pipeline, "listen", listen)
    knobs = FormValues(0, 1, 1.0, 0)

    def say(**more):
        shown(begin(talk, "speak", sent=sent("fr_cat_apple"), knobs=knobs, **more)[1])
        return asked[-1]

    assert say(languages=("fr", "en")) == (None, ("fr", "en"))
    assert say(languages=("fr", "en")) == (None, ("fr", "en", "fr")), "French was spoken before"
    assert say(languages=("de",), menu=("es", "fr")) == (None, ("es", "fr", "fr", "fr"))
    assert say(menu=("fr",))[0] == "fr" and say(menu=("es", "pt"), language="fr")[0] == "fr"
    assert (
        list(talk.sessions.get("ann").spoken) == ["fr"] * 3 and not talk.sessions.get("bob").spoken
    )


def test_words_of_the_visitor(talk, sent, bad_audio):
    talk.sessions.greet("ann", Translations("fr"))
    silence = begin(talk, "speak", sent=sent(bad_audio("silence")))[1]
    assert "Aucune parole entendue" in shown(silence)["status"]
    assert "La description est vide" in shown(draw(talk, "  "))["status"]


def test_leaving_deletes_everything():
    sessions = Sessions()
    job = sessions.begin("ann")
    picture = sessions.new_picture("ann", "A cat / <b> & ../../dog")
    picture.touch()
    assert picture.name == "a-cat-b-dog.png" and sessions.root in picture.parents
    sessions.end("ann")
    assert not picture.exists() and len(sessions) == 0 and not job.is_current


def test_requests_may_overtake_each_other_on_their_way():
    sessions = Sessions()
    second = sessions.begin("ann", 2)
    assert sessions.begin("ann", 1) is None and sessions.begin("ann", 2) is None
    assert second.is_current
    third = sessions.begin("ann", 3)
    assert third.is_current and not second.is_newest
    sessions.stop("ann", 4)
    assert sessions.begin("ann", 4).is_stopped, "stopped while its recording was on the way"
    assert sessions.begin("ann", 5).is_current


def test_the_page_says_what_a_small_model_understood(talk):
    end = shown(draw(talk, "a stallion"))
    assert end["prompt"] == "a stallion" and "understood as “a horse”" in end["status"]
    assert "understood as" not in shown(draw(talk, "a horse"))["status"]


def test_a_wish_of_which_nothing_is_known_is_an_answer_in_words(talk):
    end = shown(draw(talk, "democracy"))
    assert "Nothing of “democracy” is known" in end["status"]
    assert talk.pipeline.generator.reader.nearest(["democracy"])[0] in end["status"]
    assert 'class="status error"' in end["status"] and not end["busy"]
    assert "stage" not in end and end["prompt"] == "democracy", "what stands there stays"
    assert "names no thing to draw" in shown(draw(talk, "no cats"))["status"]


def test_one_line_says_what_is_not_drawn(pipeline):
    def line(prompt):
        *_, last = pipeline.paint(PictureRequest(prompt, DrawSettings(steps=1)))
        return markup.not_drawn(last.result.left_out, last.result.replaced, Translations("fr"))

    assert line("a red apple") == ""
    assert ">Non dessiné : quantum, flange<" in line("a cat, a quantum and a flange")
    many = line("a cat and " + ", ".join(f"zq{letter}" for letter in "abcdefghijklmnop"))
    assert "zql…<" in many
    assert line("a lawyer") == '<p class="left-out">Dessiné à la place : lawyer → juge</p>'


def test_previews_that_cost_too_much_are_left_out_and_steps_still_told(pipeline, monkeypatch):
    monkeypatch.setattr(pipeline.generator, "preview_share", 1e-9)
    monkeypatch.setattr(pipeline.generator._preview_clock, "seconds_per_token", 1.0)
    *drawing, done = pipeline.paint(PictureRequest("a red apple", DrawSettings(steps=4)))
    assert [update.step for update in drawing] == [1, 2, 3]
    assert all(not update.images for update in drawing) and len(done.images) == 1


def test_errors_name_a_file_as_the_visitor_knows_it(talk, bad_audio):
    letter = bad_audio("text")
    named = letter.rename(letter.with_name("123456-4294967295-voice.wav"))
    line = shown(begin(talk, "speak", sent=named)[1])["status"]
    assert "<span>voice.wav is neither a recording nor a picture" in line
    assert "4294967295" not in line
