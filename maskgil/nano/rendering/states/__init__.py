"""Visual states of things in comic style: running figures lean, broken things crack."""

from __future__ import annotations

import numpy as np

from maskgil.nano.rendering.states.airs import AIRS
from maskgil.nano.rendering.states.builds import BUILDS
from maskgil.nano.rendering.states.conditions import CONDITIONS
from maskgil.nano.rendering.states.cuts import CUTS
from maskgil.nano.rendering.states.faces import with_expression
from maskgil.nano.rendering.states.panes import PANES
from maskgil.nano.rendering.states.poses import POSES, laid, seated
from maskgil.nano.rendering.states.roofs import ROOFS

__all__ = ["STATES", "in_state", "laid", "seated", "with_expression"]
_CONDITIONS = CONDITIONS | CUTS | ROOFS | AIRS | BUILDS | PANES
STATES = (*POSES, *_CONDITIONS)


def in_state(
    drawing: np.ndarray, state: str, *, ahead: int = -1, still: bool = False, lifted: bool = True
) -> np.ndarray:
    """The drawing (H, W, 4) in one of `STATES`, in its own size.

    Colours are premultiplied, 0 to 1. `ahead` is 1 for a drawing that faces right, -1 for left.
    `still`: do not rotate it; `lifted`: it is off the ground, with a shadow at the lower edge.
    Raises ValueError for another state.
    """
    if state not in STATES:
        raise ValueError(f"unknown state {state!r}; choose from {', '.join(STATES)}")
    pose = POSES.get(state)
    found = _CONDITIONS[state](drawing) if pose is None else pose(drawing, ahead, still, lifted)
    alpha = found[..., 3:].clip(0, 1)
    return np.concatenate([found[..., :3].clip(0, alpha), alpha], -1).astype(np.float32)
