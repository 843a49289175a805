"""PolyVoice: what the system loses between a voice and its picture, as programs and a library."""

from maskgil.utils.threads import settle_threads

settle_threads(pools=2)  # before any module imports torch; one listens while the other draws
