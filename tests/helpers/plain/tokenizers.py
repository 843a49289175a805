"""The published tokenizers read plainly: one function a part, straight from the published keys.

Written for tests alone: no modules, no chunks, every distance and every attention weight spelled
out. `Weights` makes up what it is asked for, so one function gives both the reference's outputs and
the keys of a published file of any size.
"""

import torch
from torch.nn import functional as F


class Weights:
    """Published tensors by key; without a state they are drawn, at a scale that keeps signals.

    `empty`: shapes alone, on the meta device.
    """

    def __init__(self, state=None, *, seed=0, empty=False):
        self.state = {} if state is None else state
        self.generator = None if state is not None else torch.Generator().manual_seed(seed)
        self.empty = empty

    def __call__(self, key, *shape):
        if key not in self.state and self.empty:
            self.state[key] = torch.empty(shape, device="meta")
        elif key not in self.state and self.generator is not None:
            drawn = torch.randn(shape, generator=self.generator)
            fan_in = drawn[0].numel()
            if "norm" in key:
                drawn = 0.1 * drawn + (1.0 if key.endswith("weight") else 0.0)
            elif len(shape) > 1 and "embedding" not in key:
                drawn /= fan_in**0.5
            elif len(shape) == 1:
                drawn *= 0.1
            self.state[key] = drawn
        assert tuple(self.state[key].shape) == shape, key
        return self.state[key]

    def conv(self, name, x, out, kernel=3, *, bias=True, **options):
        weight = self(f"{name}.weight", out, x.shape[1], kernel, kernel)
        shift = self(f"{name}.bias", out) if bias else None
        return F.conv2d(x, weight, shift, **options)

    def norm(self, name, x):
        width = x.shape[1]
        scale, shift = self(f"{name}.weight", width), self(f"{name}.bias", width)
        return F.group_norm(x, 32, scale, shift, eps=1e-6)

    def normed_swish(self, name, x):
        x = self.norm(name, x)
        return x * torch.sigmoid(x)

    def residual(self, name, x, out, *, bias=True):
        hidden = self.conv(
            f"{name}.conv1", self.normed_swish(f"{name}.norm1", x), out, padding=1, bias=bias
        )
        hidden = self.normed_swish(f"{name}.norm2", hidden)
        hidden = self.conv(f"{name}.conv2", hidden, out, padding=1, bias=bias)
        if x.shape[1] != out:
            x = self.conv(f"{name}.nin_shortcut", x, out, kernel=1, bias=bias)
        return x + hidden

    def attention(self, name, x):
        batch, width, height, columns = x.shape
        normed = self.norm(f"{name}.norm", x)
        query, key, value = (
            self.conv(f"{name}.{part}", normed, width, kernel=1).flatten(2) for part in "qkv"
        )
        weights = torch.einsum("bci,bcj->bij", query, key) / width**0.5
        mixed = torch.einsum("bij,bcj->bci", weights.softmax(-1), value)
        mixed = mixed.reshape(batch, width, height, columns)
        return x + self.conv(f"{name}.proj_out", mixed, width, kernel=1)

    def middle(self, names, x):
        width = x.shape[1]
        x = self.residual(names[0], x, width)
        return self.residual(names[2], self.attention(names[1], x), width)

    def quantise(self, vectors, size, *, unit):
        """(indices (B, h, w), codes (B, C, h, w)) of vectors (B, C, h, w)."""
        book = self("quantize.embedding.weight", size, vectors.shape[1])
        flat = vectors.movedim(1, -1)
        if unit:
            book, flat = F.normalize(book, dim=-1), F.normalize(flat, dim=-1)
        distances = (flat[..., None, :] - book).square().sum(-1)  # (B, h, w, V)
        indices = distances.argmin(-1)
        return indices, book[indices].movedim(-1, 1)


def _vqgan(weights, pixels, config, *, llamagen):
    """Indices and reconstruction of VQGAN's autoencoder, in taming's or LlamaGen's names."""
    w, ch = weights, config["ch"]
    down, up = config["encoder_ch_mult"], config["decoder_ch_mult"]
    middle = ("0", "1", "2") if llamagen else ("block_1", "attn_1", "block_2")
    count = config["num_res_blocks"]

    def level(side, index):
        if llamagen:
            order = index if side == "encoder" else len(up) - 1 - index
            return f"{side}.conv_blocks.{order}"
        return f"{side}.{'down' if side == 'encoder' else 'up'}.{index}"

    def blocks(side, index, x, width, number, attend):
        for block in range(number):
            name = "res" if llamagen else "block"
            x = w.residual(f"{level(side, index)}.{name}.{block}", x, width)
            if attend:
                x = w.attention(f"{level(side, index)}.attn.{block}", x)
        return x

    x = w.conv("encoder.conv_in", pixels, ch, padding=1)
    size = config["resolution"]
    for index, factor in enumerate(down):
        x = blocks("encoder", index, x, ch * factor, count, size in config["attn_resolutions"])
        if index < len(down) - 1:
            size //= 2
            name = f"{level('encoder', index)}.downsample.conv"
            x = w.conv(name, F.pad(x, (0, 1, 0, 1)), ch * factor, stride=2)
    x = w.middle([f"encoder.mid.{name}" for name in middle], x)
    x = w.normed_swish("encoder.norm_out", x)
    x = w.conv("encoder.conv_out", x, config["z_channels"], padding=1)
    x = w.conv("quant_conv", x, config["embed_dim"], kernel=1)
    indices, x = w.quantise(x, config["n_embed"], unit=config["unit"])
    x = w.conv("post_quant_conv", x, config["z_channels"], kernel=1)
    x = w.conv("decoder.conv_in", x, ch * up[-1], padding=1)
    x = w.middle([f"decoder.mid.{name}" for name in middle], x)
    size = config["resolution"] // 2 ** (len(up) - 1)
    for index in reversed(range(len(up))):
        width = ch * up[index]
        x = blocks("decoder", index, x, width, count + 1, size in config["attn_resolutions"])
        if index:
            size *= 2
            x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
            x = w.conv(f"{level('decoder', index)}.upsample.conv", x, width, padding=1)
    x = w.normed_swish("decoder.norm_out", x)
    return indices, w.conv("decoder.conv_out", x, config["out_ch"], padding=1)


def taming(weights, config, pixels):
    """(indices, reconstruction) after taming-transformers' config, or Chameleon's."""
    dd = config["ddconfig"]
    both = {"encoder_ch_mult": dd["ch_mult"], "decoder_ch_mult": dd["ch_mult"], "unit": False}
    return _vqgan(weights, pixels, {**config, **dd, **both}, llamagen=False)


def llamagen(weights, config, pixels):
    """(indices, reconstruction) after LlamaGen's config; attention on the coarsest level."""
    encoder = config.get("encoder_ch_mult", config.get("ch_mult"))
    size = 2 ** (len(encoder) - 1)
    settings = {
        "encoder_ch_mult": encoder,
        "decoder_ch_mult": config.get("decoder_ch_mult", config.get("ch_mult")),
        "resolution": size,
        "attn_resolutions": [1],
        "out_ch": 3,
        "n_embed": config["codebook_size"],
        "embed_dim": config["codebook_embed_dim"],
        "unit": config.get("codebook_l2_norm", config.get("l2_norm", True)),
    }
    return _vqgan(weights, pixels, {**config, **settings}, llamagen=True)


def open_magvit2(weights, config, pixels):
    """(indices, reconstruction) after Open-MAGVIT2's config."""
    w, dd = weights, config["ddconfig"]
    widths = [dd["ch"] * factor for factor in dd["ch_mult"]]
    bits, count, last = dd["z_channels"], dd["num_res_blocks"], len(widths) - 1

    def blocks(name, x, width):
        for block in range(count):
            x = w.residual(f"{name}.{block}", x, width, bias=False)
        return x

    x = w.conv("encoder.conv_in", pixels, dd["ch"], padding=1, bias=False)
    for index, width in enumerate(widths):
        x = blocks(f"encoder.down.{index}.block", x, width)
        if index < last:
            x = w.conv(f"encoder.down.{index}.downsample", x, width, stride=2, padding=1)
    x = blocks("encoder.mid_block", x, widths[-1])
    x = w.conv("encoder.conv_out", w.normed_swish("encoder.norm_out", x), bits, kernel=1)
    codes = torch.where(x > 0, 1.0, -1.0)
    indices = sum((x[:, place] > 0).long() * 2**place for place in range(bits))
    deviation = (codes.flatten(2).var(-1) + 1e-6).sqrt()
    mean = codes.flatten(2).mean(-1)
    x = w.conv("decoder.conv_in", codes, widths[-1], padding=1)
    x = blocks("decoder.mid_block", x, widths[-1])
    for index in reversed(range(last + 1)):
        width, name = x.shape[1], f"decoder.adaptive.{index}"
        scale, shift = (
            F.linear(
                value, w(f"{name}.{part}.weight", width, bits), w(f"{name}.{part}.bias", width)
            )
            for part, value in (("gamma", deviation), ("beta", mean))
        )
        x = scale[..., None, None] * F.group_norm(x, 32, eps=1e-6) + shift[..., None, None]
        x = blocks(f"decoder.up.{index}.block", x, widths[index])
        if index:
            x = w.conv(f"decoder.up.{index}.upsample.conv1", x, 4 * widths[index], padding=1)
            batch, _, height, columns = x.shape
            x = x.view(batch, 2, 2, widths[index], height, columns)  # rows, columns, channels
            x = x.permute(0, 3, 4, 1, 5, 2).reshape(batch, -1, 2 * height, 2 * columns)
    x = w.normed_swish("decoder.norm_out", x)
    return indices, w.conv("decoder.conv_out", x, dd["out_ch"], padding=1)
