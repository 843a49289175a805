"""A detector that begins with what another one knows: layers of the same shape, nouns by name."""

from __future__ import annotations

import torch
from torch import Tensor

from maskgil.evaluation.detector.model import DetectorNet

MODESTY = 0.4  # of the logits: among more nouns, and in a larger picture, less is sure


@torch.no_grad()
def begin_with(net: DetectorNet, other: DetectorNet) -> list[str]:
    """Copy into `net` what `other` has too; the names of the layers that it has not.

    Classes go by the noun's name, answers about the whole picture by question and name; a noun or
    answer that `other` does not know begins as the mean of those it knows does, and blocks that it
    lacks change nothing before they are trained.
    """
    own, given = net.state_dict(), other.state_dict()
    nouns, answers = f"what.{len(net.what) - 1}", "whole_head.2"
    fresh = []
    for name, value in own.items():
        if name.startswith(nouns) and value.shape[1:] == given[name].shape[1:]:
            _copy_classes(value, given[name], net.config.nouns, other.config.nouns)
        elif (
            name.startswith(answers) and name in given and value.shape[1:] == given[name].shape[1:]
        ):
            _copy_answers(value, given[name], net.config.whole, other.config.whole)
        elif name in given and given[name].shape == value.shape:
            value.copy_(given[name])
        else:
            fresh.append(name)
    return fresh


def _copy_classes(
    own: Tensor, given: Tensor, nouns: tuple[str, ...], known: tuple[str, ...]
) -> None:
    """Rows of classes: those of the same noun, and the last, which is none of them.

    The others begin at the mean: softmax knows no zero, and fresh rows would outdo all known ones.
    """
    given = given * MODESTY
    own += given.mean(0)
    _copy_named(own, given, nouns, known)
    own[-1].copy_(given[-1])


def _copy_answers(
    own: Tensor, given: Tensor, asked: dict[str, tuple[str, ...]], known: dict[str, tuple[str, ...]]
) -> None:
    """Rows of one question after another."""
    fresh = dict(zip(asked, own.split([len(choices) for choices in asked.values()]), strict=True))
    rows = given.split([len(choices) for choices in known.values()])
    for (name, choices), taught in zip(known.items(), rows, strict=True):
        if name in fresh:
            fresh[name] += taught.mean(0)
            _copy_named(fresh[name], taught, asked[name], choices)


def _copy_named(own: Tensor, given: Tensor, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    """The rows of the names that both have."""
    place = {name: number for number, name in enumerate(known)}
    for number, name in enumerate(names):
        if name in place:
            own[number].copy_(given[place[name]])
