"""Whole generators: prompt to picture."""

import maskgil.pipelines.lumina  # noqa: F401  (its weights become loadable by name)
