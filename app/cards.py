"""The page's small pieces of HTML: what was heard, the progress line, header and footer.

Everything that comes from a model or a person is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.languages import LANGUAGES, OWN_NAMES
from app.pipeline import Heard, Result, Update

HEADER = """
<div class="brand">
  <div class="mark" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i></div>
  <div>
    <h1>Speak, and see it</h1>
    <p>Say what you would like to see, in any of {count} languages: a small model on this computer
    draws it.</p>
  </div>
</div>
"""  # noqa: E501

FOOTER = """
<p><b>Your voice is not kept.</b> A recording is used to make the prompt, stays on this computer
while the page is open so that you can play it again, and is deleted when you leave. Pictures carry
their prompt and settings: drop one on this page to get them back.</p>
"""

EMPTY_HEARD = """
<div class="heard empty">What you say appears here, in your language and in English.</div>
"""


def header() -> str:
    return HEADER.format(count=len(LANGUAGES) - 1)  # Cantonese needs large-v3


def language_choices() -> list[tuple[str, str]]:
    """Menu entries (shown, code): detection first, then every language by its own name."""
    named = [
        (own if own == LANGUAGES[code] else f"{own} · {LANGUAGES[code]}", code)
        for code, own in OWN_NAMES.items()
    ]
    return [("Detect the language", "auto"), *sorted(named, key=lambda entry: LANGUAGES[entry[1]])]


def heard_card(heard: Heard) -> str:
    """Language, transcript, Whisper's translation, and what the glossary repaired."""
    said = heard.transcript
    others = [
        f"{escape(LANGUAGES.get(code, code))} {probability:.0%}"
        for code, probability in said.alternatives[:2]
        if probability >= 0.005
    ]
    return _card(
        said.language,
        f"{said.language_probability:.0%} sure",
        f"or {', '.join(others)}" if others else "",
        said.text,
        _row("Whisper's English", f"“{escape(said.translation)}”") + _repair(heard),
    )


def restored_card(language: str, transcript: str) -> str:
    """What the speaker of a restored picture had said."""
    return _card(language, "from the picture", "", transcript, "") if transcript else EMPTY_HEARD


def _card(language: str, sure: str, others: str, transcript: str, rows: str) -> str:
    name = LANGUAGES.get(language, language)
    return f"""
<div class="heard">
  <div class="language"><b>{escape(name)}</b> <span>{escape(sure)}</span> <em>{others}</em></div>
  <blockquote lang="{escape(language)}" dir="auto">{escape(transcript)}</blockquote>
  <dl>{rows}</dl>
</div>
"""


def _repair(heard: Heard) -> str:
    repair = heard.repair
    marks = [
        f"<del>{escape(wrong)}</del> → <ins>{escape(right)}</ins>"
        for wrong, right in repair.replaced
    ]
    new = [right for _, right in repair.replaced]
    marks += [
        f"+ <ins>{escape(words)}</ins>"
        for words in repair.added
        if not any(words in right for right in new)
    ]
    return _row("Glossary repaired", ", ".join(marks)) if marks else ""


def _row(term: str, value: str) -> str:
    return f"<div><dt>{term}</dt><dd>{value}</dd></div>"


def status(text: str, *, share: float = 0.0, kind: str = "idle") -> str:
    """The progress line: `share` of the bar filled; `kind` idle, busy, done or error."""
    role = ' role="alert"' if kind == "error" else ""
    return f"""
<div class="status {kind}"{role}>
  <span>{escape(text)}</span>
  <div class="bar" aria-hidden="true"><i style="width:{share:.0%}"></i></div>
</div>
"""


def drawing(update: Update, elapsed: float) -> str:
    """The progress line of one preview, `elapsed` seconds after drawing began."""
    left = elapsed / max(1, update.step) * (update.num_steps - update.step)
    ahead = f" · {left:.0f} s left" if left >= 1.5 else ""
    text = f"Drawing, step {update.step} of {update.num_steps}{ahead}"
    return status(text, share=update.step / max(1, update.num_steps), kind="busy")


def finished(result: Result, *, fresh: bool) -> str:
    """The progress line of a finished picture; `fresh` when its words were just heard."""
    seconds = result.seconds
    heard = f"heard in {seconds.listen:.1f} s, " if fresh else ""
    text = f"Done: {heard}drawn in {seconds.draw:.1f} s · seed {result.settings.seed}"
    return status(text, share=1.0, kind="done")


def example_label(language: str, text: str) -> str:
    """Two lines: the language by its own name, and what is said."""
    return f"{OWN_NAMES.get(language, language)}\n{text}"


def captions(pictures: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Gallery items (path, caption) of (path, prompt), newest first, captions kept short."""
    return [(path, prompt if len(prompt) <= 60 else prompt[:59] + "…") for path, prompt in pictures]
