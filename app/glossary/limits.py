"""The glossary's thresholds, each with what it was chosen on (docs/hearing.md has them all).

Chosen on the development halves of benchmarks.glossary_harm (right translations changed) and of
benchmarks.glossary (what is said that reaches the prompt).
"""

SHORT = 2  # letters of a word that says little: articles, in whatever language
SHORTEST_STEM = 3  # letters that two forms of a word share: at 2, "так" would be a taco
FEWEST_SOUNDS = 3  # of a word that another may be misheard for: at 2, articles are things
MOST_JOINED = 3  # words that may be one thing in pieces: three syllables of Chinese
# Words not understood in a text that is a picture all the same. At 2: Chinese recall -0.006;
# at 6: +0.003, and one caption of a thousand more is changed.
MOST_UNKNOWN = 3
# Share of the letters of a typed text that its language knows: "la tour eiffel" has 0.5, and stays.
LEAST_KNOWN = 0.6
# Things that share a keyword of CLDR which still is a word for each of them: "red" is none for an
# apple. 2 changes one caption of a thousand more, 16 loses 0.005 of Chinese.
MOST_SHARED = 4
