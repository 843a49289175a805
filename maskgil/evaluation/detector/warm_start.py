"""Warm start of a detector from another one: layers by shape, class rows by noun."""

from __future__ import annotations

import torch
from torch import Tensor

from maskgil.evaluation.detector.model import DetectorNet

MODESTY = 0.4  # scale of copied logits, as confidence is lower among more nouns


@torch.no_grad()
def begin_with(net: DetectorNet, other: DetectorNet) -> list[str]:
    """Copy matching weights of `other` into `net`; returns the names of fresh layers.

    Classes are matched by noun, answers about the whole picture by question and name; unknown ones
    start at the mean of known ones, and missing blocks start as identities.
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
    """Copy class rows by noun, and the last one, for none of them.

    Others start at the mean: under softmax, random rows would dominate known ones.
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
