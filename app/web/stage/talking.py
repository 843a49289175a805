"""Dialogue on the page: utterances about the picture on the stage, as wishes and replies."""

# h, w grid of the picture's tokens.

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.dialogue.answering import not_understood
from app.dialogue.chat import heard_utterance, planner_of
from app.dialogue.conversation import Conversation
from app.dialogue.expected import Expected
from app.dialogue.phrase_table import languages
from app.dialogue.remarks import remarked
from app.dialogue.replies import Moment, Picture, Reply
from app.dialogue.telling import named
from app.dialogue.telling import told as told_of
from app.dialogue.translation import Utterance
from app.i18n import Translations, words_in
from app.imaging.canvas import Canvas, Grid
from app.imaging.outpaint import by_cell, in_rows, middle_window
from app.imaging.settings import MAX_SEED, DrawSettings, Prompt, SettingsError, clean_prompt
from app.imaging.sizes import fits
from app.types import Heard, PictureRequest
from app.web import markup
from app.web.stage.drawing import Pictures, View, Wish
from app.web.stage.graph import edited, graph_of, scene_of_prompt
from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.interpreter import ANSWERS, is_order
from maskgil.nano.dialogue.outcome import Outcome, Question
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.stage import Arrangement, Plan, Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.pictures import relit
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import GRID, Box
from maskgil.nano.world.scene import WEATHERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from app.pipeline import SpeechToImage
    from app.web.forms import PageRequest
    from app.web.sessions import Job

WHOLE = (GRID, GRID)
WITH_ALL = ("undo", "redo", "restart")  # allowed while several pictures stand
TRIES = 16  # seeds tried until the layout differs
DONE_THERE = ("undo", "redo", "restart", "save", "enlarge")  # carried out by the page's script


@dataclass(frozen=True)
class Answer:
    """The outcome of an utterance: a `wish` to draw or only a `reply`; its `change`, if any.

    `new`: it only describes a new picture. `is_order`: it begins with a verb of change; `asks`: it
    is a question about the picture.
    """

    reply: Reply | None = None
    wish: Wish | None = None
    change: Change | None = None
    new: str = ""
    is_order: bool = False
    asks: bool = False


@dataclass(frozen=True)
class Standing:
    """The chosen picture of `pictures` on the stage, with its scene and layout."""

    pictures: Pictures
    canvas: Canvas
    moment: Moment


class StageTalk:
    """Dialogue about pictures of a generator that lays out scenes; inactive for others."""

    def __init__(self, pipeline: SpeechToImage) -> None:
        self.pipeline = pipeline

    @cached_property
    def planner(self) -> Planner | None:
        if not self.pipeline.generator.drafts:
            return None
        try:
            return planner_of(self.pipeline.config)
        except ValueError:  # the models are remote
            return None

    def standing(self, pictures: Pictures | None, canvas: Canvas | None) -> Standing | None:
        """The `Standing` of a picture, None if its scene is unknown."""
        if pictures is None or canvas is None or self.planner is None:
            return None
        if not fits(WHOLE, canvas.grid):
            return None
        middle = middle_window(canvas.grid, WHOLE)
        picture = Picture(canvas.tokens.reshape(canvas.grid)[middle])
        if pictures.moment is not None:
            return Standing(pictures, canvas, replace(pictures.moment, picture=picture))
        scene = scene_of_prompt(canvas.prompt)
        if scene is None or canvas.arrangement is None:
            return None
        arrangement = self.planner.arranged(scene, canvas.arrangement)
        focus = (0,) if len(scene.things) == 1 else ()
        moment = Moment(arrangement, picture, canvas.arrangement, focus)
        return Standing(pictures, canvas, moment)

    def expected(self, standing: Standing | None) -> Expected | None:
        """Likely utterances about the picture on the stage."""
        if standing is None:
            return None
        return Expected(standing.moment.arrangement.scene, self.pipeline.glossary)

    def said(
        self, job: Job, standing: Standing, text: str, settings: DrawSettings,
        *, heard: Heard | None = None, speaks: Sequence[str] = (),
    ) -> Answer:  # fmt: skip
        """The outcome of a typed or heard text.

        `speaks`: the visitor's languages, the likeliest first. Raises `SettingsError` and
        `ForeignTextError`.
        """
        talk = _Talk(self, job, standing.moment, speaks)
        spoken = None
        if heard is not None:
            text, spoken = heard_utterance(heard, self.pipeline.glossary)
        text = clean_prompt(text)
        utterance = spoken or talk.conversation.in_english(text)
        outcome = talk.conversation.outcome(utterance.english)
        answer = self._answer(talk, outcome, text, utterance, standing, settings)
        asks = outcome.change is None and bool(outcome.remarks)
        return replace(answer, is_order=asks or is_order(utterance.english), asks=asks)

    def chosen(
        self, job: Job, asked: PageRequest, standing: Standing, settings: DrawSettings
    ) -> Answer:
        """The outcome of a button: an answer to a question, or an edit of the graph.

        Raises `SettingsError` for neither.
        """
        talk = _Talk(self, job, standing.moment)
        said = Utterance("en", "", 0)
        if asked.answer is not None:
            question = talk.conversation.question
            if question is None or asked.answer not in (0, 1):
                raise SettingsError(job.words("status.nothing_asked"))
            outcome = question.outcomes[asked.answer]
        else:
            change = edited(standing.moment.arrangement.scene, asked.edit or {})
            action = "none" if change.is_none else "change"
            outcome = Outcome(action, change, focus=standing.moment.focus)
        return self._answer(talk, outcome, "", said, standing, settings)

    def here(
        self, standing: Standing, prompt: str, marked: np.ndarray, settings: DrawSettings
    ) -> Wish | None:
        """Add the things of `prompt` in the `marked` cells (h, w); None if it names none."""
        scene = read_scene(prompt).scene
        middle = middle_window(standing.canvas.grid, WHOLE)
        if self.planner is None or not scene.things or marked.sum() > marked[middle].sum():
            return None
        plan = self.planner.here(scene, standing.moment.arrangement, marked[middle])
        return None if plan is None else self._wish(plan, standing, standing.moment, settings)

    def anew(self, standing: Standing, settings: DrawSettings) -> Wish:
        """A variation: the same scene, laid out by the first seed that changes anything."""
        assert self.planner is not None
        before = standing.moment.arrangement
        for _ in range(TRIES):
            plan = self.planner.first(before.scene, settings.seed)
            if _boxes(plan.arrangement) != _boxes(before):
                break
            settings = replace(settings, seed=(settings.seed + 1) % (MAX_SEED + 1))
        wish = self._wish(plan, standing, standing.moment, settings)
        first = replace(wish.first, prompt=Prompt(standing.canvas.prompt))
        return replace(wish, requests=(first,))

    def drawn(self, standing: Standing | None, grid: Grid) -> np.ndarray | None:
        """The draft (h, w, P, P, 4) of a picture's things, centred in a `grid`."""
        if standing is None or self.planner is None:
            return None
        return _in_the_middle(self.planner.draft(standing.moment.arrangement), grid)

    def _wish(self, plan: Plan, standing: Standing, moment: Moment, settings: DrawSettings) -> Wish:
        """A plan as a `Wish`; things are laid out in the centre of a picture of any shape.

        If the whole scenery changes, so do the extensions beside it.
        """
        arrangement, grid = plan.arrangement, standing.canvas.grid
        draft, marked = _in_the_middle(plan.draft, grid), np.full(grid, plan.is_elsewhere)
        marked[middle_window(grid, WHOLE)] = plan.hole
        if standing.pictures.forming is not None:
            marked |= standing.pictures.forming[1]
        request = PictureRequest(
            Prompt(canonical(arrangement.scene, bare=True)), settings, arrangement=arrangement.seed,
            draft=draft, grid=grid, heard=standing.pictures.spoken.heard,
        )  # fmt: skip
        if standing.canvas.ground is not None:
            canvas, marked = self._over(standing.canvas, standing.canvas.ground, plan)
            request = replace(request, canvas=canvas, marked=marked, over=True)
        elif not marked.all():
            request = replace(request, canvas=standing.canvas, marked=marked)
        moment = replace(moment, arrangement=arrangement, seed=settings.seed)
        return Wish((request,), standing.pictures.spoken, moment=moment)

    def _over(self, canvas: Canvas, ground: Image, plan: Plan) -> tuple[Canvas, np.ndarray]:
        """An uploaded picture to lay drawings over, and the cells (h, w) that they cover.

        It is kept but for changes of light, weather and style. Drawings already on it are kept too
        if none of these change.
        """
        import torch
        from PIL import Image as images

        from maskgil.pipelines.drafting import seen

        scene, side = plan.arrangement.scene, self.pipeline.config.picture_size
        square = np.asarray(ground.convert("RGB").resize((side, side), images.Resampling.LANCZOS))
        there = images.fromarray(relit(square, scene))
        read = self.pipeline.read(there, canvas.prompt, canvas.grid)
        drawn = seen(torch.from_numpy(plan.draft)).numpy().reshape(canvas.grid)
        marked = drawn if plan.is_elsewhere else drawn & plan.hole
        stays = drawn & ~marked
        tokens, details = np.where(stays.ravel(), canvas.tokens, read.tokens), read.details
        if details is not None and canvas.details is not None:
            old, new = (by_cell(each, canvas.grid) for each in (canvas.details, details))
            details = in_rows(np.where(stays[..., None], old, new))
        return replace(read, tokens=tokens, ground=ground, details=details), marked

    def _answer(
        self, talk: _Talk, outcome: Outcome, text: str, utterance: Utterance, standing: Standing,
        settings: DrawSettings,
    ) -> Answer:  # fmt: skip
        talk.job.ask(None)
        if outcome.action == "new":
            return Answer(new=outcome.wish)
        if outcome.action == "another":
            return Answer(wish=self.anew(standing, settings))
        if standing.canvas.ground is not None and outcome.change is not None:
            outcome = _in_its_place(outcome, outcome.change, utterance, talk.job.words)
        if standing.canvas.ground is not None:
            outcome = replace(outcome, remarks=tuple(map(_of_photograph, outcome.remarks)))
        reply = talk.conversation.carry_out(outcome, text, utterance)
        talk.job.ask(reply.question)
        if outcome.change is None or reply.action == "none":
            return Answer(reply)
        assert reply.moment is not None
        if talk.plan is None:  # another wording, the same picture
            return Answer(reply, change=outcome.change)
        usual = replace(settings, seed=standing.moment.seed)
        wish = self._wish(talk.plan, standing, reply.moment, usual)
        told = told_of(outcome.change, talk.job.words)
        left_out = tuple(w for w in reply.left_out if w not in {r.said for r in reply.remarks})
        notes = remarked(reply.remarks, talk.job.words)
        wish = replace(wish, told=told, left_out=left_out, notes=notes, replaced=reply.replaced)
        return Answer(reply, wish, outcome.change)


def _boxes(arrangement: Arrangement) -> list[tuple[int, Box]]:
    """The boxes of each thing's drawings."""
    return sorted((sprite.thing, sprite.box) for sprite in arrangement.sprites)


def _in_the_middle(draft: np.ndarray, grid: Grid) -> np.ndarray:
    """A draft centred in a picture of `grid`."""
    whole = np.zeros((*grid, *draft.shape[2:]), np.uint8)
    whole[middle_window(grid, WHOLE)] = draft
    return whole


_SEEN = ("shows", "look", "absent", "scenery", "around", "row")
"""Answers about what is seen, of which a photograph's graph says nothing."""


def _of_photograph(remark: Remark) -> Remark:
    """The line about an uploaded picture, of which only the drawings on it are known."""
    return Remark("photograph") if remark.kind in _SEEN else remark


def _in_its_place(
    outcome: Outcome, change: Change, utterance: Utterance, words: Translations
) -> Outcome:
    """The same scene in the setting of an uploaded picture; snow may still fall.

    Raises `SettingsError` if only another setting is asked for.
    """
    wished, there = change.after.setting, change.before.setting
    if wished in (None, there):
        return outcome
    after, left_out = replace(change.after, setting=there), outcome.left_out
    if wished in WEATHERS:
        after = replace(after, weather=wished)
    elif wished in utterance.english.lower():
        left_out = (*left_out, wished)
    change = replace(change, after=after)
    if not change.is_none:
        return replace(outcome, change=change, left_out=left_out)
    if left_out != outcome.left_out:
        raise SettingsError(words("status.own_place"))
    return Outcome("none", left_out=left_out, focus=outcome.focus)


def said_only(
    reply: Reply, change: Change | None, words: Translations, *, on_photograph: bool = False
) -> View:
    """An answer without a picture: a question, a command for the page's script, or a sentence.

    `stands`: the scene of the kept picture, if it is another one now.
    """
    view: View = {"busy": False}
    if reply.question is not None:
        text, choices = reply.question.text, reply.question.choices
        if reply.language != "en" and words_in(reply.language).language == "en":
            text, choices = _asked(reply.question, words)
        return view | {
            "question": {"text": _begun(text), "choices": [_begun(each) for each in choices]},
            "status": markup.status(""),
        }
    if reply.action in DONE_THERE:
        return view | {"do": reply.action, "status": markup.status("")}
    if change is not None and reply.moment is not None and reply.action != "none":
        line = words("status.limit", change=told_of(change, words))
        return view | {
            "status": markup.status(line, kind="done", share=1.0),
            "prompt": reply.moment.caption,
            "stands": graph_of(reply.moment.arrangement.scene, words, on_photograph=on_photograph),
        }
    unclear = not_understood(reply)
    if reply.remarks:
        line = markup.status(remarked(reply.remarks, words))
        return view | {"status": line + markup.not_understood(unclear, words)}
    line = words("status.unchanged")
    if not unclear and words.language == "en" and reply.line:
        line = f"{_begun(reply.line)}."
    return view | {"status": markup.status(line) + markup.not_understood(unclear, words)}


def _asked(question: Question, words: Translations) -> tuple[str, tuple[str, str]]:
    """A question and its choices in the visitor's language."""
    if question.choices == ANSWERS:
        return words("ask.what"), (words("tell"), words("ask.new"))
    first, second = (named(each, words) for each in question.choices)
    return words("ask.which"), (first, second)


def _begun(text: str) -> str:
    """A text with its first letter capitalised."""
    return text[:1].upper() + text[1:]


class _Talk:
    """A conversation about one picture that records plans instead of drawing them."""

    def __init__(
        self, stage: StageTalk, job: Job, moment: Moment, speaks: Sequence[str] = ()
    ) -> None:
        assert stage.planner is not None
        self.job, self.moment = job, moment
        self.plan: Plan | None = None
        self.conversation = Conversation(
            stage.planner, self._planned, stage.pipeline.glossary, seed=moment.seed,
            speaks=speaks,
        )  # fmt: skip
        # The script keeps the history of undo, and reports on it itself.
        self.conversation.history, self.conversation.at = [moment] * 3, 1
        self.conversation.question = job.question
        usual = job.words.language
        self.conversation.language = usual if usual in languages() else ""

    def _planned(self, plan: Plan, caption: str, seed: int, before: Picture | None) -> Picture:
        self.plan = plan
        return self.moment.picture
