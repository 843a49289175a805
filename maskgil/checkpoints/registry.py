"""What weights exist and where: shipped, on the hub, or not published at all.

Only what was checked stands here. A `sha256` or `size` of None is one nobody here has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

LLAMAGEN = "FoundationVision/LlamaGen"
LLAMAGEN_TEXT = "peizesun/llamagen_t2i"
MASKGIT = "llvictorll/Maskgit-pytorch"
HALTON = "llvictorll/Halton-MaskGIT"
MAGVIT2 = "TencentARC/Open-MAGVIT2"
TRAIN = "python -m maskgil train CONFIG"
CHAMELEON = "derived from Meta's Chameleon, whose research licence applies"


@dataclass(frozen=True)
class Entry:
    """A named checkpoint: shipped (`asset`, relative to assets/) or on the hub (`repo`, `file`).

    `sha256` of a shipped file stands in the SHA256SUMS beside it. A hub file is in its publisher's
    layout and converted while it is read; `grid` is its number of tokens a side. `is_folder`
    marks a whole repository in transformers' layout, whose loader is registered by name. `size` is
    in bytes. Without asset and repo the weights are not published, and `note` says what to do.
    """

    name: str
    licence: str
    asset: str | None = None
    repo: str | None = None
    file: str | None = None
    sha256: str | None = None
    size: int | None = None
    grid: int = 16
    is_folder: bool = False
    note: str = ""


# LlamaGen's ImageNet models as its README lists them: name, file, tokens a side. The short name is
# the lowest resolution published of a size.
CLASS_DRIVEN = (
    ("llamagen-b", "c2i_B_256.pt", 16),
    ("llamagen-b-384", "c2i_B_384.pt", 24),
    ("llamagen-l", "c2i_L_256.pt", 16),
    ("llamagen-l-384", "c2i_L_384.pt", 24),
    ("llamagen-xl", "c2i_XL_384.pt", 24),
    ("llamagen-xxl", "c2i_XXL_384.pt", 24),
)

# Hashes and sizes as the hub states them; `grid` at the resolution of training. MaskGIT-VQ is
# VQGAN's ImageNet f16 model of 1,024 codes. Chameleon-VQ has no public copy by Meta: the checksums
# are those that copies of its release agree on.
TOKENIZERS = (
    Entry(
        "maskgit-vq",
        "MIT",
        repo=MASKGIT,
        file="pretrained_maskgit/VQGAN/last.ckpt",
        sha256="e38a3aed8c86e8d47436f611325b3a23888cab70a0cc56c13cd84e8d4aab6e71",
        size=957_954_257,
    ),
    Entry(
        "chameleon-vq",
        "Chameleon Research License",
        repo="GAIR/Anole-7b-v0.1",
        file="tokenizer/vqgan.ckpt",
        sha256="4ede986bf6b171db3081ce171ad88e4ac970793cea14c180b3e5ac5105f4cb43",
        size=281_270_377,
        grid=32,
    ),
    Entry("llamagen-vq-f16", "MIT", repo=LLAMAGEN, file="vq_ds16_c2i.pt"),
    Entry(
        "llamagen-vq-f8",
        "MIT",
        repo=LLAMAGEN,
        file="vq_ds8_c2i.pt",
        sha256="c70d2966ec012f378793214ff0755087e7c5fe6f035b469995143325dca4a4e3",
        grid=32,
    ),
    Entry("llamagen-vq-f16-text", "MIT", repo=LLAMAGEN_TEXT, file="vq_ds16_t2i.pt"),
    Entry(
        "open-magvit2-f16",
        "Apache-2.0",
        repo=MAGVIT2,
        file="imagenet_256_L.ckpt",
        sha256="a0e27c4a5ab21db0f38cba484e717584e8a8ea7d9fda9a729d058bc8d68d0922",
    ),
    Entry(
        "open-magvit2-f8",
        "Apache-2.0",
        repo=MAGVIT2,
        file="imagenet_128_L.ckpt",
        sha256="4718b14c50641d1c93ea4c3d56b3a90a90f702514133c15412e5768ee6674e7a",
    ),
)

# Masked class-driven models as their READMEs list them. The files hold the optimizer's state too;
# hash and size are those that a public record of runs with the file states.
MASKGITS = (
    Entry("halton-maskgit-tiny", "MIT", repo=HALTON, file="ImageNet_256_tiny.pth"),
    Entry(
        "halton-maskgit-small",
        "MIT",
        repo=HALTON,
        file="ImageNet_256_small.pth",
        sha256="760b9937d16157e7e518fbf405efe281552933242b552d5e8262cb10507fb0e2",
        size=832_274_338,
    ),
    Entry("halton-maskgit-base", "MIT", repo=HALTON, file="ImageNet_256_base.pth"),
    Entry("halton-maskgit-small-384", "MIT", repo=HALTON, file="ImageNet_384_small.pth", grid=24),
    Entry("halton-maskgit-base-384", "MIT", repo=HALTON, file="ImageNet_384_base.pth", grid=24),
    Entry("halton-maskgit-large-384", "MIT", repo=HALTON, file="ImageNet_384_large.pth", grid=24),
    Entry(
        "maskgit-256", "MIT", repo=MASKGIT,
        file="pretrained_maskgit/MaskGIT/MaskGIT_ImageNet_256.pth",
    ),
    Entry(
        "maskgit-512", "MIT", repo=MASKGIT,
        file="pretrained_maskgit/MaskGIT/MaskGIT_ImageNet_512.pth", grid=32,
    ),
)  # fmt: skip

CODES_OF = {  # repository -> the tokenizer whose codes its models write
    LLAMAGEN: "llamagen-vq-f16",
    HALTON: "llamagen-vq-f16",
    LLAMAGEN_TEXT: "llamagen-vq-f16-text",
    MASKGIT: "maskgit-vq",
}

REGISTRY: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("nano-tokenizer", "MIT", asset="nano/tokenizer.safetensors"),
        Entry("maskgil-nano", "MIT", asset="nano/maskgil.safetensors"),
        Entry("ar-nano", "MIT", asset="nano/ar.safetensors"),
        Entry("world-detector", "MIT", asset="detector/world.safetensors"),
        Entry("clip-nano", "MIT", asset="clip-nano/clip-nano.safetensors"),
        *TOKENIZERS,
        *MASKGITS,
        *(
            Entry(name, "MIT", repo=LLAMAGEN, file=file, grid=grid)
            for name, file, grid in CLASS_DRIVEN
        ),
        Entry(
            "llamagen-xl-text-256",
            "MIT",
            repo=LLAMAGEN_TEXT,
            file="t2i_XL_stage1_256.pt",
            grid=16,
        ),
        Entry(
            "llamagen-xl-text-512",
            "MIT",
            repo=LLAMAGEN_TEXT,
            file="t2i_XL_stage2_512.pt",
            grid=32,
        ),
        Entry(
            "lumina-mgpt-7b-512",
            CHAMELEON,
            repo="Alpha-VLLM/Lumina-mGPT-7B-512",
            grid=32,
            is_folder=True,
        ),
        Entry(
            "gemma-2b",
            "Gemma Terms of Use",
            repo="google/gemma-2b",
            is_folder=True,
            note="accept the terms on its hub page first",
        ),
        Entry(
            "flan-t5-xl",
            "Apache-2.0",
            repo="google/flan-t5-xl",
            is_folder=True,
        ),
        *(
            Entry(f"maskgil-{size}", "unpublished", note=f"train them or give a file: {TRAIN}")
            for size in ("b", "l", "xl", "xxl", "xl-text")
        ),
    )
}


def codes_of(entry: Entry) -> str | None:
    """The name of the tokenizer whose codes an entry's model writes; a tokenizer's is its own."""
    return entry.name if entry in TOKENIZERS else CODES_OF.get(entry.repo or "")


def codes_of_file(name: str) -> str | None:
    """The same for a published file of that name; None for unknown ones."""
    files = {(entry.file or "").rpartition("/")[2]: entry for entry in REGISTRY.values()}
    return codes_of(files[name]) if name and name in files else None
