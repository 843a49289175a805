"""Lumina-mGPT 7B as the autoregressive half of hybrid decoding."""

from typing import Any

from maskgil.checkpoints import register_loader


def _load(name: str, **options: Any) -> Any:
    from maskgil.pipelines.lumina.weights import load_lumina  # imports transformers

    return load_lumina(name, **options)


register_loader("lumina-mgpt-7b-512", _load)
