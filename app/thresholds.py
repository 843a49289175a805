"""Thresholds of hearing and of the glossary: one table, each with what it was chosen on.

docs/hearing.md has the same table, by a test. "Voices" are one half (by a hash of their names) of
444 recordings of people in 39 languages, of single words those in other languages than Spanish,
French, Portuguese and Chinese; "captions" the development half of benchmarks.glossary_harm,
"sentences" that of benchmarks.glossary. "Not written down": no table of it was kept.
"""

from __future__ import annotations

# Windows of sound (app.speech.transcriber), in frames of 10 ms, and gates (app.speech.vad).
MIN_FRAMES = 750  # at least; in shorter ones Whisper base ran in circles
SPARE_FRAMES = 300  # silence after a clip, so that its end is heard as an end: not written down
LONGER_FRAMES = 1500  # of a doubtful clip, heard again: prompts of PolyVoice, docs/hearing.md
JOINED_SECONDS = 12.0  # sentences parted by pauses share a window so long: not written down
MAX_TURNS = 12  # stretches whose language is told one by one: seconds alone
QUIET = 4e-4  # the loudest 30 ms of a recording with nobody in it, -68 dBFS: not written down
FAINT = 0.1  # peak below which a recording is amplified: not written down
SPOKEN = 0.35  # Silero's probability of speech: not written down
SHORTEST_SECONDS = 0.12  # of speech: not written down
PAUSE_SECONDS = 0.5  # that part two stretches of speech: not written down
MARGIN_SECONDS = 0.3  # kept before and after what is spoken: not written down

# Made-up texts (app.speech.hallucinations).
NO_SPEECH = 0.6  # Whisper's probability of no speech …: Radford et al. 2022, Sec. 4.5
UNLIKELY = -0.5  # … and nats a token; -1.0 there, but what is made up over music gets above that
UNSURE_NO_SPEECH = 0.3  # above this, or below the next, weak words are made up: not written down
UNSURE_LOGPROB = -0.8  # nats a token

# Language (app.speech.language_id).
# A language at least so likely is taken as it is, and is one that the speaker speaks. Sentences
# that Whisper is sure of stay right whatever else the speaker speaks (37 of 37 voices).
CLEAR = 0.95
UNSURE = 0.5  # a language less likely is in doubt: another one is likelier
# Of 158 words (voices, all languages but English), nobody telling, 52 are told right by Whisper's
# posterior, 59 by its mean over the clip as it is and behind 1.5 s of silence.
SILENCE_SECONDS = 1.5
# Languages whose texts are compared: of the 158 words are told right 63 at 3, 66 at 6, 69 at 10.
RIVALS = 10
# Nats of a posterior that a text of nothing but things, colours and counts is worth, of a clip that
# may be one word: of 216 voices nobody tells the language of, and with own language and English
# known, are told right 123 and 210 at 0, 128 and 210 at 1, 130 and 210 at 2, 128 and 209 at 4.
KNOWN = 2.0
# Power of how well a language's likeliest word fits such a clip, `WORTH` below the best of all at
# least: of the same voices 118 and 210 without, 128 and 210 at 0.4, 130 and 210 at 0.5, 128 and 209
# at 0.6; without that bound 132 and 203.
FITTING = 0.5
# Nats of a posterior that one nat a token of a longer text is worth: of 378 sentences of people who
# speak another language, too, 318 are told right at 0, 328 at 3.
FLUENT = 3.0
CHANGE = 3.5  # nats against another language after a pause: one speaker in thirty, not measured
TOLD_SECONDS = 1.5  # of speech whose language counts in full: not measured
# Share of all languages alike, beside those that a speaker is known to speak. Own language and
# English known, single words (voices) are told right in 96% at 0.1, 94% at 0.5 and 91% at 0.9;
# sentences that Whisper tells right stay so where another language is known in 85, 88 and 93%.
OTHERS = 0.5
# Power of a language's place in Whisper's table. Own language and English known, single words are
# told right in 89% at 1.5, 94% at 2 and 96% at 2.25; seven English words of people whose first
# language is another in 76%, 46% and 39%.
TRAINING = 2.0
# How often the speaker's first language counts, of others that are named once. Own language and
# English known, all voices are told right in 92.5% at 1, 95% at 2 and 95.5% at 3.
FIRST = 3
REMEMBERED = 3  # the newest recordings whose languages a speaker speaks: not measured

# Words misheard (app.speech.words).
# Nats of sound that a word which is understood is worth: French sentences. Of 53 single words
# (voices) 21 are right without a search, 27 at 2, 34 at 4 and 36 at 8.
WORTH = 4.0
# The same of a word that is said alone. Of single words (voices) 101 facts reach the prompt at 4,
# 102 at 5, 105 at 6 and 110 at 8; of letters 230 are wrong, 225, 225 and 240.
ALONE_WORTH = 6.0
# Words of a text that may be misheard, and not understood in what is a picture all the same. Of
# single words (voices) 13 are told right and 6 wrong at 3, 13 and 7 without a bound. Sentences and
# captions: at 2, Chinese recall -0.006; at 6, +0.003, and one caption of a thousand more changed.
MOST_UNKNOWN = 3
# Nats of sound that what may be said to a picture is worth, where a command is not understood. Of
# 20 such turns of spoken dialogues (French, Spanish, those for tuning) 11 are right without a
# search, 13 at 2, 14 at 4, 15 at 8 and beyond.
EXPECTED_WORTH = 8.0
# The same where a text of the beam is understood, or where nothing follows from the command, and
# what each thing costs that a text names and that does not stand: of 358 spoken turns for tuning
# 321 are right, 317 at 8.
DOUBTED_WORTH = 3.0
LONGEST_COMMAND = 7  # words of a clip that is searched for a command: seconds alone
# Least likeness in letters to what was heard of a command for which all that stands goes: not
# measured.
SAID_ALIKE = 0.5
# Least share of the free text's letters that a command has, and it of the command's. Of 358 spoken
# turns for tuning 320 are right at 0, 321 at 0.5, 320 at 0.6.
ALIKE = 0.5
LONGEST_SECONDS = 2.6  # of a clip that may be one word, its margins included: not written down
WIDTH = 40  # prefixes kept at each depth of the search for a word: not written down
LONGEST_SAID = 40  # tokens of a word or a command that is searched for: not measured
LIKELIEST = 10  # words of a search that are compared: not written down
# Power of what the decoder expects without a sound that is divided out. Of the words (voices) that
# are searched for 12 are told right and 5 wrong at 0, 12 and 4 at 0.3, 13 and 3 at 0.5 and 0.7.
EXPECTED = 0.5
HOPELESS = 12.0  # nats below the best word, or the free text, at which a prefix is given up
MOST_WORDS = 2  # of an entry of the lexicon that takes part in the search: not written down
WIDEST = 512  # of a decoder that is kept a second time for the search: base's, 100 MB
GUESSES = (8, 3)  # of Whisper's best text, and of its next: not written down
NEARLY = 0.8  # guesses dearer than the cheapest by more are not scored: not written down

# The glossary (app.glossary).
# Words that may be one thing in pieces, three syllables of Chinese: of 863 facts of sentences 1 is
# lost at 2 and 5 at 1.
MOST_JOINED = 3
# Share of the letters of a typed text that its language knows: "la tour eiffel" has 0.5, and stays.
LEAST_KNOWN = 0.6
# Letters that a form shares with a name of a language without a table of endings, if not all of
# it. Of 413 English words one is taken for another language's at 1, none at 3.
STEM_LETTERS = 3
MIXED_WORDS = 64  # words of a wish that is read in several languages: not measured
MIXED_SWITCH = 0.5  # letters that a change of the language has to be worth: not measured
MIXED_GAIN = 2.0  # letters that each language has to add to what is understood: not measured
MIXED_LANGUAGES = 4  # languages of one wish: not measured
MIXED_CHARACTER = 3  # letters that a character of a language without spaces is worth: not measured
MIXED_TRIED = (
    8  # languages that are tried, of those that know most of what English does not: not measured
)
STRANGE_ALONE = (
    1.0  # strange words that make one run foreign, a rare English one being half: not measured
)
STRANGE_WORDS = 1.5  # the same of a wish that is of one language otherwise: not measured
MOST_COUNTED = 999  # a number that is more is rather a year: not measured
# Share of a rare English word's letters, or of a misspelt one's, that it is known by: not
# measured.
RARELY = 0.5
# Letters that each nat is worth which a language's spelling is behind another's, beyond
# SPELT_ALIKE. Of 648 typed wishes with their language 22 more are told wrong where nothing is
# allowed for.
SPELT = 0.5
SPELT_ALIKE = 5.0  # nats between spellings that are as good as alike: see SPELT
# The share of LEAST_KNOWN of a text that is spelt more like its language than like English.
LEAST_SPELT = 0.4
SPELT_CLEARLY = 6.0  # nats by which it has to be: "un cane bagnato" is 7.8 ahead
# Times that each letter has stood behind any two before words are counted: not measured.
SMOOTHING = 0.2
RIVALS_SPELT = 16  # languages that a few words may be spelt like, the likeliest first: not measured
