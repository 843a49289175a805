"""Class-driven MaskGITs read plainly from their published keys, for tests alone.

Every product is spelled out, attention goes one head at a time. `Weights` is that of
`tokenizers`.
"""

import math

import torch

from tests.helpers.plain.transformers import attend, rms_norm, swish


def halton_maskgit(w, config, tokens, labels):
    """Logits (B, N, V) without the mask's; `labels` None is the null class."""
    dim, heads, codes = config["hidden_dim"], config["heads"], config["codebook_size"]
    width = dim // heads
    inner, hidden = width * heads, math.ceil(int(2 * config["mlp_dim"] / 3) / 256) * 256
    table = w("tok_emb.weight", codes + 1, dim)
    classes = w("cls_emb.weight", config["nclass"] + 1, dim)
    label = classes[-1:].expand(len(tokens), -1) if labels is None else classes[labels]
    active = swish(label)[:, None]  # (B, 1, C)
    image = table[tokens] + w("pos_emb.weight", config["input_size"] ** 2, dim)
    if config["register"]:
        registers = w("reg_tokens.weight", config["register"], dim)
        image = torch.cat([image, registers.expand(len(tokens), -1, -1)], 1)
    x = image
    for layer in range(config["depth"]):
        name = f"transformer.layers.{layer}"
        vectors = active @ w(f"{name}.mlp.1.weight", 6 * dim, dim).T + w(
            f"{name}.mlp.1.bias", 6 * dim
        )
        shift1, scale1, gate1, shift2, scale2, gate2 = vectors.split(dim, -1)
        normed = rms_norm(x, w(f"{name}.ln1.weight", dim), 1e-5) * (1 + scale1) + shift1
        query, key, value = (
            normed @ w(f"{name}.attn.w{part}.weight", inner, dim).T for part in "qkv"
        )
        query, key = rms_norm(query, 1.0, 1e-5), rms_norm(key, 1.0, 1e-5)
        outputs = [
            attend(q, k, v, None)
            for q, k, v in zip(
                query.split(width, -1), key.split(width, -1), value.split(width, -1), strict=True
            )
        ]
        x = x + gate1 * (torch.cat(outputs, -1) @ w(f"{name}.attn.wo.weight", dim, inner).T)
        normed = rms_norm(x, w(f"{name}.ln2.weight", dim), 1e-5) * (1 + scale2) + shift2
        gate = swish(normed @ w(f"{name}.ff.w1.weight", hidden, dim).T)
        up = normed @ w(f"{name}.ff.w3.weight", hidden, dim).T
        x = x + gate2 * ((gate * up) @ w(f"{name}.ff.w2.weight", dim, hidden).T)
    x = x[:, : tokens.shape[1]]
    vectors = active @ w("last_norm.mlp.1.weight", 2 * dim, dim).T + w(
        "last_norm.mlp.1.bias", 2 * dim
    )
    shift, scale = vectors.split(dim, -1)
    x = rms_norm(x, w("last_norm.norm_final.weight", dim), 1e-5)
    x = (x + w("last_norm.norm_final.bias", dim)) * (1 + scale) + shift
    return (x @ table.T + w("head.bias", codes + 1))[..., :-1]


def layer_norm(w, name, x, eps):
    centred = x - x.mean(-1, keepdim=True)
    scaled = centred / (centred.square().mean(-1, keepdim=True) + eps).sqrt()
    return scaled * w(f"{name}.weight", x.shape[-1]) + w(f"{name}.bias", x.shape[-1])


def linear(w, name, x, out):
    return x @ w(f"{name}.weight", out, x.shape[-1]).T + w(f"{name}.bias", out)


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def mask_transformer(w, config, tokens, labels):
    """Logits (B, N, V) without the mask's; `labels` None is the null class."""
    dim, codes, heads = config["hidden_dim"], config["codebook_size"], config["heads"]
    count, rows = (config["img_size"] // 16) ** 2, codes + config["nclass"] + 2
    table = w("tok_emb.weight", rows, dim)
    null = torch.full((len(tokens),), config["nclass"])
    label = codes + 1 + (null if labels is None else labels)
    x = table[torch.cat([tokens, label[:, None]], 1)] + w("pos_emb", 1, count + 1, dim)
    x = gelu(linear(w, "first_layer.2", layer_norm(w, "first_layer.0", x, 1e-12), dim))
    x = linear(w, "first_layer.6", layer_norm(w, "first_layer.4", x, 1e-12), dim)
    for layer in range(config["depth"]):
        name = f"transformer.layers.{layer}"
        normed = layer_norm(w, f"{name}.0.norm", x, 1e-5)
        mha = f"{name}.0.fn.mha"
        qkv = normed @ w(f"{mha}.in_proj_weight", 3 * dim, dim).T
        parts = (qkv + w(f"{mha}.in_proj_bias", 3 * dim)).split(dim // heads, -1)
        outputs = [
            attend(parts[head], parts[heads + head], parts[2 * heads + head], None)
            for head in range(heads)
        ]
        x = x + linear(w, f"{mha}.out_proj", torch.cat(outputs, -1), dim)
        normed = layer_norm(w, f"{name}.1.norm", x, 1e-5)
        hidden = gelu(linear(w, f"{name}.1.fn.net.0", normed, config["mlp_dim"]))
        x = x + linear(w, f"{name}.1.fn.net.3", hidden, dim)
    x = gelu(linear(w, "last_layer.2", layer_norm(w, "last_layer.0", x, 1e-12), dim))
    x = layer_norm(w, "last_layer.4", x, 1e-12)
    return (x @ table.T + w("bias", count + 1, rows))[:, :count, :codes]
