"""Page controller: hears, draws, inpaints, varies, restores. Knows no web framework.

A request is answered by a stream of views; a view maps names of page elements to their new
contents. `queued_jobs` numbers them, `page` sends them to the browser. Elements: stage (see
`stage.payload`), status and heard (HTML), prompt, seed, steps, guidance, percent, shape, and busy
(while there is more to come).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.imaging.canvas import Canvas, Grid, part_of, read_marks, scattered, whole_prompt
from app.imaging.png import save_png
from app.imaging.settings import DrawSettings, Prompt, SettingsError, clean_prompt
from app.pipeline import SpeechToImage
from app.thresholds import CLEAR
from app.types import PictureRequest, Result, UnclearLanguageError
from app.web import markup
from app.web.forms import Form, FormValues, PageRequest
from app.web.sessions import Job, Sessions
from app.web.stage.drawing import (
    USER_ERRORS,
    Painting,
    Parts,
    Pictures,
    Spoken,
    View,
    Wish,
    failed,
    failure,
    only,
    stopped,
)
from app.web.stage.graph import styled
from app.web.stage.restore import restore, shape_code
from app.web.stage.talking import DONE_THERE, WITH_ALL, Answer, StageTalk, Standing, said_only
from maskgil.nano.world.scene import STYLES
from maskgil.prompts import NothingKnownError


class PageController:
    """Requests of many visitors over one shared pipeline."""

    def __init__(self, pipeline: SpeechToImage, sessions: Sessions) -> None:
        self.pipeline = pipeline
        self.sessions = sessions
        self.talk = StageTalk(pipeline)

    def prepare(self, visitor: str) -> Iterator[View]:
        """Wait for the models."""
        words = self.sessions.get(visitor).words
        try:
            if not self.pipeline.wait_until_warm(0):
                line = words("status.loading")
                yield {"status": markup.status(line, share=0.3, kind="busy")}
                self.pipeline.wait_until_warm()
            yield {"status": markup.status(words("status.ready"))}
        except Exception as error:
            yield {"status": failure(error, words)}

    def answer(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Dispatch a request by its kind. Raises whatever prevents it."""
        kinds = {"speak": self.speak, "restore": self.restore, "vary": self.vary,
                 "tell": self.tell, "widen": self.widen, "draw": self.draw}  # fmt: skip
        return kinds[asked.kind](job, asked, form)

    def speak(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Hear a recording and draw what was said, in the marked part if there is one.

        The recording is deleted as soon as it is heard.
        """
        words, upload = job.words, form.upload
        if upload is None:
            raise SettingsError(words("status.gone"))
        yield [{"status": markup.status(words("status.listening"), share=0.05, kind="busy")}]
        chosen = asked.language or form.told
        speaks = form.speaks or self.pipeline.config.speaks or asked.languages
        standing = None if asked.marks else self._standing(job, asked)
        first, forming = self._first(job, asked), self._forming(job, asked)
        expected = self.talk.expected(forming or standing or first)
        try:
            heard = self.pipeline.listen(
                upload.path, language=chosen, speaks=speaks + job.spoken, expected=expected
            )
        except UnclearLanguageError as error:
            card = markup.heard_card(error.heard, words, unclear=True)
            yield [{"heard": card, "status": failure(error, words), "busy": False}]
            return
        finally:
            upload.release()
        if not job.is_current:
            yield [stopped(words)]
            return
        if heard.transcript.language_probability >= CLEAR:
            job.spoke(heard.transcript.language)
        card = markup.heard_card(heard, words, chosen=chosen is not None)
        spoken, prompt = Spoken(card, heard), clean_prompt(heard.prompt)
        told = standing or first
        is_wish = told is None and forming is None
        yield [{"heard": card, "prompt": prompt} if is_wish else {"heard": card}]
        settings = replace(form.knobs, seed_now=asked.seed).settings()
        if forming is not None:
            answer = self.talk.said(job, forming, "", settings, heard=heard)
            if _is_told(answer):
                yield from self._answer(job, forming, answer, spoken)
                return
        if told is not None:
            answer = self.talk.said(job, told, "", settings, heard=heard)
            if not answer.new and (standing is not None or _is_told(answer)):
                if standing is None:
                    _check_one_is_chosen(job, answer)
                yield from self._answer(job, told, answer, spoken)
                return
        yield [{"prompt": prompt}]
        wish = self._wish(job, asked, form.knobs, prompt, spoken)
        yield from self._paint(job, replace(wish, just_heard=True))

    def tell(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Apply a typed line or a click to the picture on the stage, or draw a new one."""
        pictures: Pictures | None = job.kept(asked.picture)
        forming = self._forming(job, asked) if asked.text else None
        many = pictures is not None and asked.chosen is None and len(pictures.canvases) > 1
        if many and forming is None:
            raise SettingsError(job.words("choose.first"))
        standing = forming or (None if asked.marks else self._standing(job, asked))
        if standing is None:
            if not asked.text:
                raise SettingsError(job.words("status.no_picture"))
            yield from self.draw(job, asked, replace(form, prompt=asked.text))
            return
        settings = form.knobs.settings()
        if asked.text:
            speaks = self._speaks(asked, form)
            answer = self.talk.said(job, standing, asked.text, settings, speaks=speaks)
        else:
            answer = self.talk.chosen(job, asked, standing, settings)
        if answer.new:
            yield from self.draw(job, asked, replace(form, prompt=answer.new))
            return
        asked_of: Pictures | None = job.kept(asked.heard) if asked.answer is not None else None
        spoken = Spoken(markup.nothing_heard(job.words))
        if asked_of is not None and not asked_of.canvases:  # its subject
            spoken = asked_of.spoken
        yield from self._answer(job, standing, answer, spoken)

    def draw(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Draw the prompt, as spoken if it was not edited since.

        A prompt in another language is translated first.
        """
        prompt = clean_prompt(form.prompt)
        before: Pictures | None = job.kept(asked.heard)
        if before is not None and before.prompt == prompt:
            spoken = before.spoken
        elif (told := self._change_in(job, asked, form, prompt)) is not None:
            yield from self._answer(job, *told, Spoken(markup.nothing_heard(job.words)))
            return
        else:
            speaks = self._speaks(asked, form)
            prompt, typed = self.pipeline.understand(prompt, speaks=speaks)
            spoken = Spoken(markup.nothing_heard(job.words))
            if typed is not None:
                spoken = Spoken(markup.typed_card(typed, job.words), typed)
                yield [{"heard": spoken.card, "prompt": prompt}]
        yield from self._paint(job, self._wish(job, asked, form.knobs, prompt, spoken))

    def vary(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Draw a variation that keeps the layout or, without one, a quarter of the tokens."""
        pictures, canvas = self._on_stage(job, asked)
        settings = replace(form.knobs, fresh=True, seed_now=None).settings()
        standing = self.talk.standing(pictures, canvas)
        if standing is not None:
            yield from self._paint(job, self.talk.anew(standing, settings))
            return
        request = PictureRequest(clean_prompt(canvas.prompt), settings, heard=pictures.spoken.heard)
        if self.pipeline.generator.drafts:
            request = replace(request, arrangement=canvas.arrangement, grid=canvas.grid)
        else:
            marked = scattered(canvas.grid, settings.seed)
            request = replace(request, canvas=canvas, marked=marked)
        yield from self._paint(job, Wish((request,), pictures.spoken))

    def widen(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Outpaint the picture to the chosen shape."""
        pictures, canvas = self._on_stage(job, asked)
        if canvas.ground is not None:
            raise SettingsError(job.words("status.own_shape"))
        grid = self._grid(form.knobs.shape) or self.pipeline.generator.grid_size
        prompt = clean_prompt(canvas.prompt)
        wider, marked = self.pipeline.widen(canvas, grid)
        if wider.grid == canvas.grid:
            raise SettingsError(job.words("widen.same"))
        request = PictureRequest(
            prompt, form.knobs.settings(), canvas=wider, marked=marked, part="", around=True,
            arrangement=canvas.arrangement, heard=pictures.spoken.heard,
            draft=self.talk.drawn(self.talk.standing(pictures, canvas), wider.grid),
        )  # fmt: skip
        moment = pictures.moment if canvas.original is None else None
        yield from self._paint(job, Wish((request,), pictures.spoken, moment=moment))

    def restore(self, job: Job, asked: PageRequest, form: Form) -> Parts:
        """Show a picture dropped on the page (see `app.web.stage.restore`)."""
        if form.upload is None:
            raise SettingsError(job.words("status.gone"))
        yield [restore(self.pipeline, form.upload.path, job, fresh=form.knobs.fresh)]

    def expect(self, knobs: FormValues, visitor: str) -> str:
        """The drawing time expected with these settings, as HTML; empty while they are invalid."""
        try:
            settings, count = knobs.settings(), knobs.pictures()
            orders = [settings] if knobs.compare is None else [settings, _compared(settings, knobs)]
        except USER_ERRORS:
            return ""
        grid = self._grid(knobs.shape)
        times = [
            self.pipeline.expect(each, 1 if knobs.compare is not None else count, grid)
            for each in orders
        ]
        total = None if None in times else sum(time for time in times if time is not None)
        measured = self.pipeline.eta.wait(0)
        return markup.expected(total, self.sessions.get(visitor).words, measured=measured)

    def save(self, result: Result, visitor: str) -> Path:
        """Write a finished picture, its settings embedded, to the visitor's folder."""
        path = self.sessions.new_picture(visitor, result.prompt)
        save_png(result.image, path, result.png_text())
        return path

    def _on_stage(self, job: Job, asked: PageRequest) -> tuple[Pictures, Canvas]:
        """The visitor's pictures on the stage and the chosen one. Raises SettingsError."""
        pictures: Pictures | None = job.kept(asked.picture)
        canvas = only(pictures, asked.chosen, job.words)
        assert pictures is not None
        return pictures, canvas

    def _speaks(self, asked: PageRequest, form: Form) -> tuple[str, ...]:
        """The visitor's probable languages, the likeliest first."""
        return form.speaks or asked.languages or self.pipeline.config.speaks

    def _standing(self, job: Job, asked: PageRequest) -> Standing | None:
        """The single picture on the stage, if its scene is known."""
        pictures: Pictures | None = job.kept(asked.picture)
        many = pictures is None or (asked.chosen is None and len(pictures.canvases) > 1)
        if pictures is None or many or not pictures.canvases:
            return None
        return self.talk.standing(pictures, only(pictures, asked.chosen, job.words))

    def _forming(self, job: Job, asked: PageRequest) -> Standing | None:
        """The picture that was being drawn when this request came, if its scene is known."""
        drawing: Pictures | None = job.cancelled()
        if drawing is None or drawing.forming is None or asked.marks:
            return None
        return self.talk.standing(drawing, drawing.forming[0])

    def _first(self, job: Job, asked: PageRequest) -> Standing | None:
        """The first of several pictures on the stage while none is chosen."""
        if asked.marks or asked.chosen is not None or self._standing(job, asked) is not None:
            return None
        return self._standing(job, replace(asked, chosen=0))

    def _change_in(
        self, job: Job, asked: PageRequest, form: Form, prompt: Prompt
    ) -> tuple[Standing, Answer] | None:
        """The change that a prompt asks of the picture on the stage, None for a new picture.

        Raises SettingsError for a change while several pictures stand and none is chosen.
        """
        standing = None if asked.marks else self._standing(job, asked)
        forming, first = self._forming(job, asked), self._first(job, asked)
        for told in filter(None, (forming, standing or first)):
            speaks = self._speaks(asked, form)
            answer = self.talk.said(job, told, prompt, form.knobs.settings(), speaks=speaks)
            job.ask(None)
            if _is_told(answer):
                if told is first:
                    _check_one_is_chosen(job, answer)
                return told, answer
        return None

    def _answer(self, job: Job, standing: Standing, answer: Answer, spoken: Spoken) -> Parts:
        """Carry out what was said to the picture on the stage."""
        reply, words = answer.reply, job.words
        if answer.wish is not None:
            wish = replace(answer.wish, spoken=spoken, just_heard=spoken.heard is not None)
            first = replace(wish.first, heard=spoken.heard)
            yield from self._paint(job, replace(wish, requests=(first,)))
            return
        assert reply is not None
        if reply.question is not None and spoken.heard is not None:
            wishes = [each.wish for each in reply.question.outcomes if each.action == "new"]
            job.keep(Pictures((), spoken, clean_prompt(wishes[0]) if wishes else ""))
        if answer.change is not None and reply.moment is not None:
            prompt = reply.moment.caption
            canvas = replace(standing.canvas, prompt=prompt)
            job.keep(Pictures((canvas,), spoken, prompt, reply.moment))
        over = standing.canvas.ground is not None
        yield [said_only(reply, answer.change, words, on_photograph=over)]

    def _grid(self, shape: str | None) -> Grid | None:
        """The grid of a `shape_code`, None for none. Raises SettingsError."""
        if shape is None:
            return None
        sizes = {shape_code(grid): grid for grid in self.pipeline.sizes()}
        if shape not in sizes:
            raise SettingsError(f"the shape must be one of {', '.join(sizes)}, not {shape!r}")
        return sizes[shape]

    def _wish(
        self, job: Job, asked: PageRequest, knobs: FormValues, prompt: Prompt, spoken: Spoken
    ) -> Wish:
        """The `Wish` of a request: a picture, several, two compared, or a marked part of one."""
        settings = replace(knobs, seed_now=asked.seed).settings()
        request = PictureRequest(prompt, settings, heard=spoken.heard)
        if "1" in asked.marks:
            _, canvas = self._on_stage(job, asked)
            marked = read_marks(asked.marks, canvas.grid)
            assert marked is not None
            standing = self._standing(job, asked)
            if standing is not None:
                wish = self.talk.here(standing, prompt, marked, settings)
                if wish is not None:
                    first = replace(wish.first, heard=spoken.heard)
                    return replace(wish, requests=(first,), spoken=spoken)
            part = part_of(prompt, canvas)
            if canvas.prompt not in prompt:  # else it describes the whole picture already
                prompt = whole_prompt(prompt, canvas.prompt, marked)
            request = replace(request, prompt=prompt, part=part, canvas=canvas, marked=marked)
            return Wish((request,), spoken)
        if self.pipeline.generator.drafts and knobs.style not in (None, STYLES[0]):
            prompt = clean_prompt(styled(prompt, knobs.style))
        grid, count = self._grid(knobs.shape), knobs.pictures()
        request = replace(request, prompt=prompt, grid=grid)
        if knobs.compare is None and self.pipeline.draws_at_once(grid):
            return Wish((replace(request, count=count),), spoken)
        if knobs.compare is None:
            each = [replace(settings, seed=seed) for seed in settings.seeds(count)]
            return Wish(tuple(replace(request, settings=one) for one in each), spoken)
        other = replace(request, settings=_compared(settings, knobs))
        return Wish((request, other), spoken)

    def _paint(self, job: Job, wish: Wish) -> Parts:
        if not job.is_current:
            yield [stopped(job.words)]
            return
        painting = Painting(self.pipeline, job, wish)
        try:
            yield from painting.parts()
        except NothingKnownError as error:
            yield [failed(error, job.words) | painting.nothing()]


def _compared(settings: DrawSettings, knobs: FormValues) -> DrawSettings:
    assert knobs.compare is not None
    return replace(settings, ar_ratio=knobs.compare / 100)


def _is_told(answer: Answer) -> bool:
    """Whether it clearly addresses the picture, as an order or a question, and is no new wish."""
    done_there = answer.reply is not None and answer.reply.action in DONE_THERE
    return answer.is_order and bool(answer.wish or answer.change or answer.asks or done_there)


def _check_one_is_chosen(job: Job, answer: Answer) -> None:
    """Raise SettingsError if several pictures stand and none is chosen."""
    job.ask(None)
    if answer.reply is None or answer.reply.action not in WITH_ALL:
        raise SettingsError(job.words("choose.first"))
