"""Small reference files in published layouts."""

import json
from pathlib import Path

from safetensors import safe_open

FIXTURES = Path(__file__).parents[2] / "fixtures"


def read_reference(name: str) -> tuple[dict, dict, dict]:
    """(state, config, reference inputs and outputs) of a fixture."""
    with safe_open(FIXTURES / f"{name}.safetensors", framework="pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        config = json.loads(file.metadata()["config"])
    parts = [
        {key.removeprefix(head): value for key, value in tensors.items() if key.startswith(head)}
        for head in ("model.", "io.")
    ]
    return parts[0], config, parts[1]
