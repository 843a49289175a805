"""Hearing's thresholds that were chosen on human voices, each with what it was chosen on.

Chosen on half of 444 recordings of people in 39 languages (by a hash of the recording's name), of
short words on languages other than Spanish, French, Portuguese and Chinese; docs/hearing.md has
the other half's numbers.
"""

# The prior over languages (app.speech.language_id).
# Share of all languages alike, beside those that a speaker is known to speak. Own language and
# English known, single words are told right in 96% at 0.1, 94% at 0.5 and 91% at 0.9; sentences
# that Whisper tells right stay so where another language is known in 85%, 88% and 93%.
OTHERS = 0.5
# Power of a language's place in Whisper's table. Own language and English known, single words are
# told right in 89% at 1.5, 94% at 2 and 96% at 2.25; seven English words of people whose first
# language is another in 76%, 46% and 39%.
TRAINING = 2.0
# How often the speaker's first language counts, of others that are named once. Own language and
# English known, all clips are told right in 92.5% at 1, 95% at 2 and 95.5% at 3.
FIRST = 3
SURE = 0.95  # a language heard with more is one that the speaker speaks …
REMEMBERED = 3  # … and so are those of the newest recordings

# Single words (app.speech.words.word_search).
LONGEST_SECONDS = 2.6  # of a clip that may be one word, the margins of silence included
# Nats below the free transcript at which a word is still taken. Of 53 words of people 21 are right
# without a search, 27 at 2, 34 at 4 and 36 at 8.
NEAR = 4.0
# Words of a free transcript that may still be one word misheard: 13 are told right and 6 wrong at
# 3, 13 and 7 without a bound (of the reported languages 31 and 17, 31 and 27).
MOST_HEARD = 3
WIDTH = 40  # prefixes kept at each depth
LIKELIEST = 10  # words of a search that are compared
# Power of what the decoder expects without a sound that is divided out. Of the words that are
# searched for 12 are told right and 5 wrong at 0, 12 and 4 at 0.3, 13 and 3 at 0.5 and 0.7 (of the
# reported languages 30 and 15, 33 and 10, 33 and 7, 33 and 6).
EXPECTED = 0.5
HOPELESS = 12.0  # nats below the best word, or the free text, at which a prefix is given up
MOST_WORDS = 2  # of an entry of the lexicon that takes part
WIDEST = 512  # of a decoder that is kept a second time for the search: base's, 100 MB
