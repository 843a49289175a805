"""Meissonic read plainly from its published keys, for tests alone.

Convolutions as convolutions, RoPE by complex numbers, attention one head at a time. `Weights` is
that of `tokenizers`.
"""

import math

import torch
from torch.nn import functional as F

from tests.helpers.plain.transformers import attend, gelu_tanh, rms_norm, swish, unit_circle

EPS = 1e-6


def linear(w, name, x, out, *, bias=True):
    y = x @ w(f"{name}.weight", out, x.shape[-1]).T
    return y + w(f"{name}.bias", out) if bias else y


def layer_norm(x):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + EPS).sqrt()


def norm(w, name, x):
    return rms_norm(x, w(f"{name}.weight", x.shape[-1]), EPS)


def sines(x):
    """Cosines, then sines, of 128 frequencies from 1 down to almost 1 / 10,000."""
    frequencies = torch.exp(-math.log(10000) * torch.arange(128).float() / 128)
    angles = x.float()[..., None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], -1)


def two_layers(w, name, x, hidden, out, *, bias=True):
    x = swish(linear(w, f"{name}.linear_1", x, hidden, bias=bias))
    return linear(w, f"{name}.linear_2", x, out, bias=bias)


def turns(config, caption, rows, columns):
    """Unit complex numbers (S, D/2), one for each pair of neighbouring channels."""
    image = [(0, row, column) for row in range(rows) for column in range(columns)]
    places = torch.tensor([(0, 0, 0)] * caption + image)
    angles = [
        places[:, axis, None] * torch.tensor([10000 ** (-2 * i / d) for i in range(d // 2)])
        for axis, d in enumerate(config["axes_dims_rope"])
    ]
    return unit_circle(torch.cat(angles, -1))


def turned(x, turn):
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * turn
    return torch.view_as_real(pairs).flatten(-2)


def heads(w, config, name, x, names):
    """Queries and keys with their norms, and values: three lists of (B, s, D)."""
    width, dim = config["attention_head_dim"], x.shape[-1]
    query, key, value = (linear(w, f"{name}.{part}", x, dim).split(width, -1) for part in names[:3])
    query = [norm(w, f"{name}.{names[3]}", head) for head in query]
    key = [norm(w, f"{name}.{names[4]}", head) for head in key]
    return query, key, value


IMAGE = ("to_q", "to_k", "to_v", "norm_q", "norm_k")
CAPTION = ("add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k")


def attention(parts, turn):
    outputs = [
        attend(turned(q, turn), turned(k, turn), v, None) for q, k, v in zip(*parts, strict=True)
    ]
    return torch.cat(outputs, -1)


def double_block(w, config, name, text, image, active, turn):
    dim, length = image.shape[-1], text.shape[1]
    streams, vectors = (("_context", text, CAPTION), ("", image, IMAGE)), []
    parts = []
    for mark, x, names in streams:
        vectors.append(linear(w, f"{name}.norm1{mark}.linear", active, 6 * dim).split(dim, -1))
        shift, scale = vectors[-1][:2]
        normed = layer_norm(x) * (1 + scale) + shift
        parts.append(heads(w, config, f"{name}.attn", normed, names))
    both = [
        [torch.cat(pair, 1) for pair in zip(*found, strict=True)]
        for found in zip(*parts, strict=True)
    ]
    mixed = attention(both, turn)
    results = []
    for (mark, x, _), out, share, vector in zip(
        streams, ("to_add_out", "to_out.0"), (mixed[:, :length], mixed[:, length:]), vectors,
        strict=True,
    ):  # fmt: skip
        _, _, gate, shift, scale, gate2 = vector
        x = x + gate * linear(w, f"{name}.attn.{out}", share, dim)
        normed = layer_norm(x) * (1 + scale) + shift
        hidden = gelu_tanh(linear(w, f"{name}.ff{mark}.net.0.proj", normed, 4 * dim))
        results.append(x + gate2 * linear(w, f"{name}.ff{mark}.net.2", hidden, dim))
    return results


def single_block(w, config, name, x, active, turn):
    dim = x.shape[-1]
    shift, scale, gate = linear(w, f"{name}.norm.linear", active, 3 * dim).split(dim, -1)
    normed = layer_norm(x) * (1 + scale) + shift
    mixed = attention(heads(w, config, f"{name}.attn", normed, IMAGE), turn)
    hidden = gelu_tanh(linear(w, f"{name}.proj_mlp", normed, 4 * dim))
    return x + gate * linear(w, f"{name}.proj_out", torch.cat([mixed, hidden], -1), dim)


def channels_first(w, name, x):
    return norm(w, name, x.movedim(1, -1)).movedim(-1, 1)


def meissonic(w, config, tokens, caption, pooled, micro_conds, timestep):
    """Logits (B, V, h, w) of tokens (B, h, w)."""
    dim = config["attention_head_dim"] * config["num_attention_heads"]
    told = torch.cat([pooled, sines(micro_conds).flatten(1)], -1)
    told = two_layers(w, "cond_embed", told, dim, dim, bias=False)
    time = "time_text_embed"
    active = two_layers(w, f"{time}.timestep_embedder", sines(1000 * timestep.float()), dim, dim)
    active = swish(active + two_layers(w, f"{time}.text_embedder", told, dim, dim))[:, None]
    x = norm(w, "embed.layer_norm", w("embed.embeddings.weight", config["vocab_size"], dim)[tokens])
    x = F.conv2d(x.movedim(-1, 1), w("embed.conv.weight", dim, dim, 1, 1))
    if config["downsample"]:
        x = channels_first(w, "down_block.downsample.norm", x)
        x = F.conv2d(x, w("down_block.downsample.conv.weight", dim, dim, 2, 2), stride=2)
    rows, columns = x.shape[2:]
    x = norm(w, "project_to_hidden_norm", x.flatten(2).mT)
    x = linear(w, "project_to_hidden", x, dim, bias=False)
    text = norm(w, "encoder_proj_layer_norm", linear(w, "context_embedder", caption, dim))
    turn = turns(config, text.shape[1], rows, columns)
    for layer in range(config["num_layers"]):
        text, x = double_block(w, config, f"transformer_blocks.{layer}", text, x, active, turn)
    x = torch.cat([text, x], 1)
    for layer in range(config["num_single_layers"]):
        x = single_block(w, config, f"single_transformer_blocks.{layer}", x, active, turn)
    x = norm(w, "project_from_hidden_norm", x[:, text.shape[1] :])
    x = linear(w, "project_from_hidden", x, dim, bias=False).mT.unflatten(-1, (rows, columns))
    if config["upsample"]:
        x = channels_first(w, "up_block.upsample.norm", x)
        x = F.conv_transpose2d(x, w("up_block.upsample.conv.weight", dim, dim, 2, 2), stride=2)
    x = F.conv2d(x, w("mlm_layer.conv1.weight", dim, dim, 1, 1))
    x = channels_first(w, "mlm_layer.layer_norm", x)
    return F.conv2d(x, w("mlm_layer.conv2.weight", config["codebook_size"], dim, 1, 1))


def told(config, batch, caption=7, *, size=(256, 256), generator=None):
    """A caption's features, pooled features and micro-conditions of a picture of `size`."""
    features = torch.randn(batch, caption, config["joint_attention_dim"], generator=generator)
    pooled = torch.randn(batch, config["pooled_projection_dim"], generator=generator)
    height, width = size
    micro = torch.tensor([[width, height, 0, 0, 6]]).float().expand(batch, -1)
    return features, pooled, micro


def logits_of(model, tokens, caption, pooled, micro_conds, timestep):
    """Our model's logits (B, V, h, w) of tokens (B, h, w), from all that the published one is told.

    caption (B, L, caption_dim), pooled (B, K), micro_conds (B, 5), timestep (1 or B,).
    """
    rows, columns = tokens.shape[1:]
    grid = model.check_grid((rows, columns), rows * columns)
    hidden = model._hidden(tokens.flatten(1), caption, pooled, micro_conds, timestep, grid)
    scores = model.head(model.head_norm(model.head_projection(hidden)))  # (B, N, V)
    return scores.mT.unflatten(2, (rows, columns))
