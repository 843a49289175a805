"""PolyVoice: a benchmark of speech-to-image, and attribution of its losses."""

from maskgil.utils.threads import settle_threads

settle_threads(pools=2)  # before any module imports torch; one listens while the other draws
