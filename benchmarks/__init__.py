"""Measurements, each a program: `python -m benchmarks.NAME`."""

from maskgil.utils.threads import settle_threads

settle_threads(pools=2)  # before any module imports torch; as in the app, which is measured
