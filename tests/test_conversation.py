"""What the page's listeners do, with the real models: views, marks, batches, stopping, leaving."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import cards
from app.conversation import Conversation
from app.glossary import Repair
from app.knobs import Hand, Knobs
from app.pictures import read_settings
from app.results import Heard
from app.sessions import Sessions
from app.settings import DrawSettings, SettingsError
from app.speech import Transcript
from app.words import Words


@pytest.fixture
def talk(pipeline):
    return Conversation(pipeline, Sessions())


def shown(views) -> dict:
    """What the page shows in the end."""
    return {name: value for view in views for name, value in view.items()}


def png(stage: dict, index: int, tmp_path: Path) -> Path:
    path = tmp_path / f"{index}.png"
    path.write_bytes(base64.b64decode(stage["frames"][index]["src"].split(",")[1]))
    return path


def pixels(stage: dict, index: int = 0) -> np.ndarray:
    data = base64.b64decode(stage["frames"][index]["src"].split(",")[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def mark(grid, fill) -> str:
    marked = np.zeros(grid, bool)
    fill(marked)
    return "".join("1" if cell else "0" for cell in marked.ravel())


THREE_STEPS = Knobs(0, 3, 1.0, 5)


def draw(talk, prompt, *, knobs=THREE_STEPS, hand="{}", canvases=(), last=None, who="ann"):
    return talk.draw(prompt, knobs, hand, canvases, last, who)


def test_a_spoken_conversation(talk, clips, tmp_path):
    path = str(clips["fr_cat_apple"]["path"])
    views = list(talk.speak(path, "auto", Knobs(0, 3, 1.0, 11), "{}", [], "ann"))
    assert Path(path).exists(), "only what a visitor sent is deleted"
    end = shown(views)
    assert "Français" in end["heard"] and "cat" in end["prompt"]
    assert end["busy"] is False and end["seed"] == 11 and "Done" in end["status"]
    kinds = [view["stage"]["kind"] for view in views if "stage" in view]
    assert kinds == ["begin", "preview", "preview", "final"]
    (entry,) = end["stage"]["entries"]
    assert entry["prompt"] == end["prompt"] and entry["language"] == "fr" and entry["seed"] == 11

    restored = talk.restore(png(end["stage"], 0, tmp_path), "ann")
    assert restored["prompt"] == end["prompt"] and restored["seed"] == 11
    assert restored["fresh"] is False and restored["percent"] == 0
    assert "pomme" in restored["heard"].lower()


def test_previews_show_which_cells_are_written(talk, pipeline):
    views = [view["stage"] for view in draw(talk, "a cat") if "stage" in view]
    written = [view["frames"][0]["written"] for view in views]
    rows, columns = pipeline.generator.grid_size
    assert all(len(bits) == rows * columns for bits in written[:-1]) and written[-1] is None
    counts = [bits.count("1") for bits in written[:-1]]
    assert counts[0] == 0 and counts == sorted(counts) and 0 < counts[-1] < rows * columns
    assert views[0]["grid"] == [rows, columns]


def test_a_recording_is_gone_once_it_is_heard(talk, clips, tmp_path):
    voice = tmp_path / "voice.ogg"
    voice.write_bytes(Path(clips["en_stars"]["path"]).read_bytes())
    talk.sessions.keep_recording("ann", voice)
    views = talk.speak(str(voice), "en", Knobs(0, 2, 1.0, 0), "{}", [], "ann")
    for view in views:
        if "heard" in view:
            assert not voice.exists() and "chosen by you" in view["heard"]
            break
    views.close()


def test_silence_is_told_and_never_drawn(talk, bad_audio):
    views = list(
        talk.speak(str(bad_audio("silence")), "auto", Knobs(0, 3, 1.0, 0), "{}", [], "ann")
    )
    assert not any("stage" in view for view in views)
    assert "No speech heard" in views[-1]["status"] and "alert" in views[-1]["status"]


def test_only_the_marked_part_is_drawn_anew(talk, pipeline):
    first = shown(draw(talk, "an orange cat"))
    (canvas,) = first["canvases"]
    hand = mark(canvas.grid, lambda cells: cells.__setitem__((slice(None), slice(0, 3)), True))
    hand = f'{{"marks": "{hand}"}}'
    views = list(draw(talk, "a red apple", hand=hand, canvases=[canvas]))
    end = shown(views)
    assert end["prompt"] == "a red apple to the left of an orange cat"
    (edited,) = end["canvases"]
    same = (edited.tokens == canvas.tokens).reshape(canvas.grid)
    assert same[:, 3:].all() and not same[:, :3].all()
    begin = views[0]["stage"]["frames"][0]
    assert "src" not in begin and begin["written"].count("0") == 3 * canvas.grid[0]


def test_a_restored_picture_keeps_its_pixels_where_nothing_is_marked(talk, pipeline, tmp_path):
    first = shown(draw(talk, "an orange cat"))
    restored = talk.restore(png(first["stage"], 0, tmp_path), "ann")
    (canvas,) = restored["canvases"]
    assert restored["stage"]["kept"] is True
    cells = canvas.grid[1] // 2
    marks = mark(
        canvas.grid, lambda marked: marked.__setitem__((slice(None), slice(0, cells)), True)
    )
    end = shown(draw(talk, "a tree", hand=f'{{"marks": "{marks}"}}', canvases=[canvas]))
    before, after = pixels(first["stage"]), pixels(end["stage"])
    middle = -(-cells * before.shape[1] // canvas.grid[1])
    assert (before[:, middle:] == after[:, middle:]).all()
    assert (before[:, :middle] != after[:, :middle]).any()


def test_variation_keeps_a_quarter(talk):
    first = shown(draw(talk, "three yellow stars"))
    end = shown(talk.vary(Knobs(0, 3, 1.0, 0), first["canvases"], "ann"))
    (old,), (new,) = first["canvases"], end["canvases"]
    assert (old.tokens == new.tokens).mean() >= 0.15
    assert end["prompt"] == "three yellow stars" and end["stage"]["kind"] == "final"


def test_a_batch_has_a_seed_for_each_and_each_can_be_drawn_alone(talk, tmp_path):
    knobs = Knobs(0, 2, 1.0, 40, count=3)
    end = shown(draw(talk, "a dog", knobs=knobs))
    frames = end["stage"]["frames"]
    assert [frame["label"] for frame in frames] == ["40", "41", "42"]
    assert len(end["canvases"]) == 3 and len(end["stage"]["entries"]) == 3
    assert read_settings(png(end["stage"], 2, tmp_path))["seed"] == "42"
    alone = shown(draw(talk, "a dog", knobs=Knobs(0, 2, 1.0, 42)))
    assert alone["stage"]["frames"][0]["src"] == frames[2]["src"]


def test_two_ratios_side_by_side(talk, tmp_path):
    end = shown(draw(talk, "a dog", knobs=Knobs(0, 2, 1.0, 7, compare=100.0)))
    labels = [frame["label"] for frame in end["stage"]["frames"]]
    assert labels[0].startswith("0% · ") and labels[1].startswith("100% · ")
    ratios = [read_settings(png(end["stage"], index, tmp_path))["ar_ratio"] for index in (0, 1)]
    assert ratios == ["0.0", "1.0"]


def test_what_needs_a_picture_says_so(talk):
    for views in (
        talk.vary(Knobs(0, 2, 1.0, 0), [], "ann"),
        draw(talk, "a dog", hand='{"marks": "01"}'),
    ):
        assert "no picture yet" in shown(views)["status"]


@pytest.mark.parametrize(
    "hand",
    ['{"marks": "0110"}', '{"marks": "<script>"}', '{"seed": -1}', '{"language": "klingon"}', "[]"],
)
def test_what_a_forged_script_says_is_refused(talk, hand):
    canvas = shown(draw(talk, "a dog", knobs=Knobs(0, 1, 1.0, 0)))["canvases"]
    end = shown(draw(talk, "a cat", hand=hand, canvases=canvas))
    assert "error" in end["status"] and "stage" not in end


def test_drawing_again_keeps_what_was_said_and_editing_drops_it(talk, tmp_path):
    said = Transcript("fr", 0.98, (), "un chat", "a cat", 0.5)
    heard = Heard(said, Repair("a cat", (), ()))
    for prompt, kept in (("a cat", True), ("a dog", False)):
        end = shown(draw(talk, prompt, knobs=Knobs(0, 1, 1.0, 0), last=heard))
        assert ("transcript" in read_settings(png(end["stage"], 0, tmp_path))) is kept


def test_stop_ends_within_one_step_and_keeps_the_preview(talk):
    pictures = []
    for view in draw(talk, "a cat", knobs=Knobs(0, 20, 1.0, 0)):
        if view.get("stage", {}).get("kind") in ("preview", "stopped"):
            pictures.append(view["stage"])
            if len(pictures) == 2:
                talk.sessions.stop("ann")
        last = view
    assert [stage["kind"] for stage in pictures] == ["preview", "preview", "stopped"]
    assert last["busy"] is False and "Stopped at step 3 of 20" in last["status"]
    assert pictures[-1]["frames"][0]["written"].count("0"), "what is missing is shown as missing"


def test_a_new_job_ends_the_visitors_old_one_and_nobody_elses(talk):
    old = draw(talk, "a cat", knobs=Knobs(0, 20, 1.0, 0))
    other = draw(talk, "a dog", knobs=Knobs(0, 4, 1.0, 0), who="bob")
    next(old), next(old), next(other)
    list(draw(talk, "a fish", knobs=Knobs(0, 1, 1.0, 0)))
    assert "Stopped" in list(old)[-1]["status"]
    assert "Done" in list(other)[-1]["status"]


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        (Knobs(None, 8, 4.0, 0), "empty"),
        (Knobs(0, None, 4.0, 0), "steps"),
        (Knobs(0, float("inf"), 4.0, 0), "steps"),
        (Knobs(0, 8, 4.0, 1.5), "seed"),
        (Knobs(400, 8, 4.0, 0), "ar_ratio"),
        (Knobs(0, 8, 4.0, 0, count=5), "number of pictures"),
        (Knobs(0, 8, 4.0, 0, compare=-5.0), "ar_ratio"),
    ],
)
def test_mistakes_are_told_on_the_page(talk, knobs, said):
    end = shown(draw(talk, "a cat", knobs=knobs))
    assert "error" in end["status"] and said in end["status"].lower()
    assert end["busy"] is False and talk.expect(knobs, "ann") == ""


def test_fresh_seeds_differ_unless_the_preview_had_one():
    assert len({Knobs(0, 8, 4.0, 0, fresh=True).settings().seed for _ in range(8)}) > 1
    assert Knobs(25, 8.0, 4.0, 3.0).settings() == DrawSettings(8, 4.0, 0.25, 3)
    assert Knobs(0, 8, 4.0, 3, fresh=True, seed_now=9).settings().seed == 9
    assert Knobs(0, 8, 4.0, 3, seed_now=9).settings().seed == 3


def test_the_hand_is_read_strictly():
    assert Hand.read(None) == Hand() == Hand.read("{}")
    assert Hand.read('{"marks": "01", "language": "pt-BR", "seed": 3}') == Hand("01", "pt", 3)
    with pytest.raises(SettingsError):
        Hand.read('{"marks": "' + "0" * 30_000 + '"}')


def test_words_of_the_visitor(talk, bad_audio):
    talk.sessions.greet("ann", Words("fr"))
    views = talk.speak(str(bad_audio("silence")), "auto", Knobs(0, 3, 1.0, 0), "{}", [], "ann")
    assert "Aucune parole entendue" in shown(views)["status"]
    assert "La description est vide" in shown(draw(talk, "  "))["status"]


def test_foreign_pictures_are_told_on_the_page(talk, tmp_path):
    path = tmp_path / "holiday.png"
    Image.new("RGB", (8, 8)).save(path)
    assert list(talk.restore(path, "ann")) == ["status"]


def test_leaving_deletes_everything(tmp_path):
    sessions = Sessions()
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    first.touch(), second.touch()
    sessions.keep_recording("ann", first)
    sessions.keep_recording("bob", first)
    sessions.keep_recording("ann", second)
    assert first.exists(), "bob still holds it"
    picture = sessions.new_picture("ann", "A cat / <b> & ../../dog")
    picture.touch()
    assert picture.name == "a-cat-b-dog.png" and sessions.root in picture.parents
    sessions.forget_recording("ann", first)
    assert first.exists(), "it is not ann's any more"
    sessions.end("ann")
    assert not second.exists() and not picture.exists() and first.exists()
    sessions.forget_recording("bob", first)
    assert not first.exists()
    sessions.end("bob")
    assert len(sessions) == 0


def test_the_page_says_what_a_small_model_understood(talk):
    end = shown(draw(talk, "a stallion"))
    assert end["prompt"] == "a stallion" and "understood as “a horse”" in end["status"]
    assert "understood as" not in shown(draw(talk, "a horse"))["status"]


def test_a_wish_of_which_nothing_is_known_is_an_answer_in_words(talk):
    end = shown(draw(talk, "a table"))
    assert "Nothing of “a table” is known" in end["status"] and "chair" in end["status"]
    assert 'class="status error"' in end["status"] and not end["busy"]
    assert "names no thing to draw" in shown(draw(talk, "no cats"))["status"]


def test_one_line_says_what_is_not_drawn(pipeline):
    def line(prompt):
        *_, last = pipeline.paint(prompt, DrawSettings(steps=1))
        return cards.not_drawn(last.result, Words("fr"))

    assert line("a red apple") == ""
    assert ">Non dessiné : purple, table<" in line("a cat on a purple table")
    many = line("a cat and " + ", ".join(f"zq{letter}" for letter in "abcdefghijklmnop"))
    assert "zql…<" in many
