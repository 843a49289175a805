"""What weights exist and where: shipped, on the hub, or not published at all.

Only what was checked stands here. A `sha256` or `size` of None is one nobody here has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

LLAMAGEN = "FoundationVision/LlamaGen"
LLAMAGEN_TEXT = "peizesun/llamagen_t2i"
TRAIN = "python -m maskgil train CONFIG"
CHAMELEON = "derived from Meta's Chameleon, whose research licence applies"


@dataclass(frozen=True)
class Entry:
    """A named checkpoint: shipped (`asset`, relative to assets/) or on the hub (`repo`, `file`).

    `sha256` of a shipped file stands in the SHA256SUMS beside it. A hub file is in its publisher's
    layout and converted while it is read; `grid` is its number of tokens a side. `loader`
    ("module:function") marks a whole repository in transformers' layout, loaded by name. `size` is
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
    loader: str | None = None
    note: str = ""

    @property
    def is_published(self) -> bool:
        return self.asset is not None or self.repo is not None


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

REGISTRY: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("nano-tokenizer", "MIT", asset="nano/tokenizer.safetensors"),
        Entry("maskgil-nano", "MIT", asset="nano/maskgil.safetensors"),
        Entry("ar-nano", "MIT", asset="nano/ar.safetensors"),
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
            loader="maskgil.lumina_weights:load_lumina",
        ),
        Entry(
            "gemma-2b",
            "Gemma Terms of Use",
            repo="google/gemma-2b",
            loader="maskgil.text_encoder:load_text_encoder",
            note="accept the terms on its hub page first",
        ),
        Entry(
            "flan-t5-xl",
            "Apache-2.0",
            repo="google/flan-t5-xl",
            loader="maskgil.text_encoder:load_text_encoder",
        ),
        *(
            Entry(f"maskgil-{size}", "unpublished", note=f"train them or give a file: {TRAIN}")
            for size in ("b", "l", "xl", "xxl", "xl-text")
        ),
    )
}
