"""Quantizers in training: reconstruction with gradients through the codes, for each kind."""

# B batch, H W pixels, h w token grid, C code width, M vectors (B h w), V codebook size, K bits.

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from maskgil.tokenizers.base import nearest_codes
from maskgil.tokenizers.compact_vq import CompactVQ
from maskgil.tokenizers.magvit2 import OpenMagvit2, indices_from_signs
from maskgil.tokenizers.vqgan import TamingVQ
from maskgil.train.tasks.tokenizer_losses import Mean, bit_entropy, code_entropy

ENTROPY_VECTORS = 4096  # vectors of a batch used for the entropy


class Reconstruction(NamedTuple):
    """Pixels (B, 3, H, W), indices (B, h, w), and the terms "codebook", "commitment", "entropy"."""

    pixels: Tensor
    indices: Tensor
    terms: dict[str, Tensor]


def straight_through(value: Tensor, quantised: Tensor) -> Tensor:
    """`quantised` in value, `value` in its gradient (Bengio et al. 2013)."""
    return value + (quantised - value).detach()


class CompactReconstructor(nn.Module):
    """`CompactVQ`, whose codes are moving averages; `decoder_only` freezes encoder and codes.

    `noise` (decoder only): a share of wrong tokens per picture, up to twice this, so that the
    decoder learns to repair generators' errors. Half are similar codes, half are from other cells.
    They are a function of the picture's tokens.
    """

    def __init__(self, model: CompactVQ, *, decoder_only: bool = False, noise: float = 0.0) -> None:
        super().__init__()
        self.model, self.decoder_only, self.noise = model, decoder_only, noise
        if decoder_only:
            model.encoder.requires_grad_(False)

    def forward(self, pixels: Tensor) -> Reconstruction:
        if not self.decoder_only:
            made, indices, commitment = self.model(pixels)
            return Reconstruction(made, indices, {"commitment": commitment})
        indices = self.model.encode(pixels)
        if self.noise:
            indices = noisy_tokens(indices, self.model.codebook.embedding, self.noise)
        made = self.model.draw(indices)
        return Reconstruction(made, indices, {})


@torch.no_grad()
def noisy_tokens(indices: Tensor, codes: Tensor, share: float, *, alike: int = 16) -> Tensor:
    """Corrupt indices (B, h, w), a share of 0 to 2 · `share` per picture.

    Half of these become one of the `alike` nearest of `codes` (V, C), half a token of another cell.
    """
    generator = torch.Generator().manual_seed(int(indices.sum()))

    def uniform(*size: int) -> Tensor:
        return torch.rand(*size, generator=generator).to(indices.device)

    flat = indices.flatten(1)  # (B, N)
    batch, count = flat.shape
    wrong = uniform(batch, count) < uniform(batch, 1) * 2 * share
    distance = torch.cdist(codes[flat[wrong]], codes)  # (M, V)
    near = distance.topk(alike + 1, largest=False).indices  # (M, alike + 1), itself first
    pick = 1 + (uniform(len(near), 1) * alike).long()
    similar = near.gather(1, pick.clamp(max=alike)).squeeze(1)
    other = flat.gather(1, (uniform(batch, count) * count).long().clamp(max=count - 1))[wrong]
    noisy = flat.clone()
    noisy[wrong] = torch.where(uniform(len(near)) < 0.5, similar, other)
    return noisy.view_as(indices)


class VQReconstructor(nn.Module):
    """A codebook that learns by gradients: MaskGIT-VQ, Chameleon-VQ, LlamaGen-VQ.

    Codebook and commitment terms after van den Oord et al. 2017, means over elements as in VQGAN.
    """

    def __init__(self, model: TamingVQ, mean: Mean, *, entropy: bool, temperature: float) -> None:
        super().__init__()
        self.model, self.mean = model, mean
        self.entropy, self.temperature = entropy, temperature

    def forward(self, pixels: Tensor) -> Reconstruction:
        model = self.model
        vectors = model.to_code(model.encoder(pixels)).movedim(1, -1)  # (B, h, w, C)
        flat = model.comparable(vectors.flatten(0, 2).float())  # (M, C)
        codes = model.comparable(model.codebook.weight.float())  # (V, C)
        indices = nearest_codes(flat.detach(), codes.detach())
        chosen = codes[indices]
        terms = {
            "codebook": (chosen - flat.detach()).square().mean(),
            "commitment": (flat - chosen.detach()).square().mean(),
        }
        if self.entropy:
            every = -(-len(flat) // ENTROPY_VECTORS)
            terms["entropy"] = code_entropy(flat[::every], codes, self.temperature, self.mean)
        passed = straight_through(flat, chosen).to(vectors.dtype).view_as(vectors)
        made = model.decoder(model.from_code(passed.movedim(-1, 1)))
        return Reconstruction(made, indices.view(vectors.shape[:3]), terms)


class LFQReconstructor(nn.Module):
    """Codes that are the signs of the latents: Open-MAGVIT2 (Yu et al. 2024, Sec. 3.1)."""

    def __init__(
        self, model: OpenMagvit2, mean: Mean, *, entropy: bool, temperature: float, bits: int
    ) -> None:
        super().__init__()
        self.model, self.mean = model, mean
        self.entropy, self.temperature, self.bits = entropy, temperature, bits

    def forward(self, pixels: Tensor) -> Reconstruction:
        latents = self.model.encoder(pixels).float()  # (B, K, h, w)
        signs = torch.where(latents > 0, 1.0, -1.0)
        terms = {"commitment": (latents - signs).square().mean()}
        if self.entropy:
            flat = latents.movedim(1, -1).flatten(0, 2)  # (M, K)
            terms["entropy"] = bit_entropy(flat, self.bits, self.temperature, self.mean)
        made = self.model.decoder(straight_through(latents, signs))
        return Reconstruction(made, indices_from_signs(latents), terms)


def reconstructor_of(
    model: nn.Module, mean: Mean, *, decoder_only: bool, entropy: bool, temperature: float,
    bits: int, noise: float = 0.0,
) -> Any:  # fmt: skip
    """The reconstructor of a tokenizer's kind; ValueError for a kind that cannot be trained."""
    if isinstance(model, CompactVQ):
        if entropy:
            raise ValueError("compact-vq learns its codes as averages: it has no entropy term")
        return CompactReconstructor(model, decoder_only=decoder_only, noise=noise)
    if decoder_only:
        raise ValueError("kind: decoder is for compact-vq")
    if isinstance(model, TamingVQ):
        return VQReconstructor(model, mean, entropy=entropy, temperature=temperature)
    if isinstance(model, OpenMagvit2):
        return LFQReconstructor(model, mean, entropy=entropy, temperature=temperature, bits=bits)
    raise ValueError(f"{type(model).__name__} is no tokenizer that can be trained here")
