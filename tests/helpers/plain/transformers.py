"""The Transformers read plainly: LlamaGen's and the released MaskGIL's from their published keys,
our own design and the BERT baseline from our keys.

Written for tests alone: RoPE by complex numbers, attention one head at a time with every weight
spelled out, no caches, nothing fused. `Weights` is that of `tokenizers`.
"""

import math

import torch
from torch.nn import functional as F


def rms_norm(x, weight, eps):
    return x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * weight


def attend(query, key, value, allowed):
    """(B, S, D) each, `allowed` (B, S, S) bool or None: one head's output (B, S, D)."""
    scores = query @ key.mT / math.sqrt(query.shape[-1])
    if allowed is not None:
        scores = scores.masked_fill(~allowed, -torch.inf)
    return scores.softmax(-1) @ value


def swish(x):
    return x * torch.sigmoid(x)


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def angles_2d(rows, columns, head_dim, base):
    """Angles (rows · columns, D/2): one half turns with the row, the other with the column."""
    frequencies = torch.tensor([base ** (-4 * i / head_dim) for i in range(head_dim // 4)])
    down = torch.arange(rows).repeat_interleave(columns)
    along = torch.arange(columns).repeat(rows)
    return torch.cat([down[:, None] * frequencies, along[:, None] * frequencies], -1)


def unit_circle(angles):
    return torch.polar(torch.ones_like(angles), angles)


def causal_and_masked(length, mask, prefix):
    """Who may look at whom, (B, S, S): earlier places that are real, and always itself."""
    allowed = torch.ones(length, length, dtype=torch.bool).tril()
    if mask is None:
        return allowed[None]
    keys = torch.cat([mask.bool(), mask.new_ones(len(mask), length - prefix).bool()], 1)
    return (allowed & keys[:, None]) | torch.eye(length, dtype=torch.bool)


# Published layouts


def llama_blocks(w, x, config, turn, allowed):
    """The blocks both published layouts share; `turn` (S, D/2) complex, zero where it erases."""
    dim, heads = config["dim"], config["n_head"]
    width, kv_heads = dim // heads, config.get("n_kv_head") or heads
    eps = config.get("norm_eps", 1e-5)
    hidden = int(2 * 4 * dim / 3)
    if config.get("ffn_dim_multiplier"):
        hidden = int(config["ffn_dim_multiplier"] * hidden)
    hidden = math.ceil(hidden / config["multiple_of"]) * config["multiple_of"]

    def turned(part):
        pairs = torch.view_as_complex(part.reshape(*part.shape[:-1], -1, 2).contiguous())
        return torch.view_as_real(pairs * turn).flatten(-2)

    for layer in range(config["n_layer"]):
        name = f"layers.{layer}"
        normed = rms_norm(x, w(f"{name}.attention_norm.weight", dim), eps)
        qkv = normed @ w(f"{name}.attention.wqkv.weight", dim + 2 * kv_heads * width, dim).T
        parts = qkv.split(width, dim=-1)
        outputs = []
        for head in range(heads):
            group = head * kv_heads // heads
            key, value = parts[heads + group], parts[heads + kv_heads + group]
            outputs.append(attend(turned(parts[head]), turned(key), value, allowed))
        x = x + torch.cat(outputs, -1) @ w(f"{name}.attention.wo.weight", dim, dim).T
        normed = rms_norm(x, w(f"{name}.ffn_norm.weight", dim), eps)
        gate = swish(normed @ w(f"{name}.feed_forward.w1.weight", hidden, dim).T)
        up = normed @ w(f"{name}.feed_forward.w3.weight", hidden, dim).T
        x = x + (gate * up) @ w(f"{name}.feed_forward.w2.weight", dim, hidden).T
    return rms_norm(x, w("norm.weight", dim), eps)


def llamagen_gpt(w, config, tokens, condition, mask=None):
    """Teacher-forced logits (B, N, V); `condition` labels (B,), features (B, T, F) or None."""
    dim, codes, prefix = config["dim"], config["vocab_size"], config["cls_token_num"]
    if config["model_type"] == "t2i":
        null = w("cls_embedding.uncond_embedding", prefix, config["caption_dim"])
        features = null.expand(len(tokens), -1, -1) if condition is None else condition
        hidden = features @ w("cls_embedding.cap_proj.fc1.weight", dim, config["caption_dim"]).T
        ahead = gelu_tanh(hidden) @ w("cls_embedding.cap_proj.fc2.weight", dim, dim).T
    else:
        table = w("cls_embedding.embedding_table.weight", config["num_classes"] + 1, dim)
        labels = torch.full((len(tokens),), config["num_classes"])
        ahead = table[labels if condition is None else condition][:, None]
    x = torch.cat([ahead, w("tok_embeddings.weight", codes, dim)[tokens[:, :-1]]], 1)
    side = math.isqrt(config["block_size"])
    angles = angles_2d(side, side, dim // config["n_head"], config.get("rope_base", 10000))
    circle = unit_circle(angles)
    turn = torch.cat([torch.zeros(prefix, circle.shape[1], dtype=circle.dtype), circle])
    allowed = causal_and_masked(x.shape[1], mask, prefix)
    x = llama_blocks(w, x, config, turn[: x.shape[1]], allowed)
    return x[:, prefix - 1 :] @ w("output.weight", codes, dim).T


def maskgil_released(w, config, tokens, labels):
    """Logits (B, N, V); `labels` None is the null class. Their scores of the mask are left out."""
    dim, codes, classes = config["dim"], config["vocab_size"], config["num_classes"]
    table = w("tok_emb.weight", codes + 1 + classes + 1, dim)
    if labels is None:
        labels = torch.full((len(tokens),), classes)
    x = table[torch.cat([tokens, codes + 1 + labels[:, None]], 1)]
    width, base = dim // config["n_head"], config.get("rope_base", 10000)
    frequencies = torch.tensor([base ** (-2 * i / width) for i in range(width // 2)])
    circle = unit_circle(torch.arange(tokens.shape[1])[:, None] * frequencies)
    turn = torch.cat([torch.zeros(1, circle.shape[1], dtype=circle.dtype), circle])
    x = llama_blocks(w, x, config, turn, None)
    return x[:, :-1] @ w("output.weight", codes + 1, dim)[:-1].T


# Our own


def ours(state, config, tokens, grid, condition):
    """Logits (B, N, V) of our design: condition first and unturned, 2D RoPE in every layer.

    `condition`: labels (B,), caption features (B, T, F) without padding, or None.
    """
    batch, count = tokens.shape
    if config.condition == "class":
        table = state["condition.table.weight"]
        ahead = table[-1:].expand(batch, -1) if condition is None else table[condition]
        ahead = ahead[:, None]
    else:
        features = state["condition.null_features"].expand(batch, -1, -1)
        features = features if condition is None else condition
        ahead = gelu_tanh(features @ state["condition.fc1.weight"].T)
        ahead = ahead @ state["condition.fc2.weight"].T
    image = state["token_embedding.weight"][tokens]
    if config.learned_positions:
        rows, columns = torch.arange(count) // grid[1], torch.arange(count) % grid[1]
        image = image + state["position_embedding"][rows, columns]
    if config.causal:
        image = image[:, :-1]
    x, prefix = torch.cat([ahead, image], 1), ahead.shape[1]
    angles = angles_2d(*grid, config.head_dim, config.rope_base)
    turn = unit_circle(torch.cat([torch.zeros(prefix, angles.shape[1]), angles])[: x.shape[1]])
    allowed = causal_and_masked(x.shape[1], None, prefix) if config.causal else None
    half = config.head_dim // 2

    def turned(part):
        pairs = torch.complex(part[..., :half], part[..., half:]) * turn
        return torch.cat([pairs.real, pairs.imag], -1)

    for layer in range(config.num_layers):
        name, eps = f"blocks.{layer}", config.norm_eps

        def norm(part, value, name=name, eps=eps):
            return rms_norm(value, state[f"{name}.{part}_norm.weight"], eps)

        inputs = x if config.post_norm else norm("attention", x)
        query, key, value = (inputs @ state[f"{name}.attention.qkv.weight"].T).chunk(3, -1)
        outputs = []
        for head in range(config.num_heads):
            place = slice(head * config.head_dim, (head + 1) * config.head_dim)
            one, other = query[..., place], key[..., place]
            if config.qk_norm:
                scales = state[f"{name}.attention.qk_weight"][:, 0]
                one, other = rms_norm(one, scales[0], eps), rms_norm(other, scales[1], eps)
            outputs.append(attend(turned(one), turned(other), value[..., place], allowed))
        update = torch.cat(outputs, -1) @ state[f"{name}.attention.out.weight"].T
        x = x + (norm("attention", update) if config.post_norm else update)
        inputs = x if config.post_norm else norm("mlp", x)
        gate, up = (inputs @ state[f"{name}.mlp.gate_up.weight"].T).chunk(2, -1)
        update = (swish(gate) * up) @ state[f"{name}.mlp.down.weight"].T
        x = x + (norm("mlp", update) if config.post_norm else update)
    x = rms_norm(x, state["norm.weight"], config.norm_eps)
    start = prefix - 1 if config.causal else prefix
    return x[:, start : start + count] @ state["head.weight"].T


def bert(state, config, tokens, labels):
    """Logits (B, N, V) of the Bidirectional Transformer; `labels` (B,) or None."""

    def linear(name, x):
        return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name, x):
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.square().mean(-1, keepdim=True) + config.norm_eps).sqrt()
        return scaled * state[f"{name}.weight"] + state[f"{name}.bias"]

    def gelu(x):
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))

    table = state["condition.table.weight"]
    ahead = table[-1:].expand(len(tokens), -1) if labels is None else table[labels]
    x = torch.cat([ahead[:, None], state["token_embedding.weight"][tokens]], 1)
    x = norm("norm", x + state["position_embedding"])
    for layer in range(config.num_layers):
        name = f"blocks.{layer}"
        parts = linear(f"{name}.qkv", x).split(config.dim // config.num_heads, -1)
        heads = config.num_heads
        mixed = [
            attend(parts[h], parts[heads + h], parts[2 * heads + h], None) for h in range(heads)
        ]
        x = norm(f"{name}.attention_norm", x + linear(f"{name}.out", torch.cat(mixed, -1)))
        x = norm(f"{name}.mlp_norm", x + linear(f"{name}.down", gelu(linear(f"{name}.up", x))))
    x = norm("transform_norm", gelu(linear("transform", x[:, 1:])))
    return F.linear(x, state["token_embedding.weight"][:-1], state["head_bias"])
