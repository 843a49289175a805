"""Factory: builds a task from a config, with models, data and sample painters."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maskgil.checkpoints import KINDS, load
from maskgil.checkpoints.codebooks import codebook_of
from maskgil.config import SIZES, TransformerConfig
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.models.transformer import Transformer
from maskgil.tokenizers import llamagen, magvit2, vqgan
from maskgil.train.config import ConfigError, DataSettings, RunConfig, from_mapping
from maskgil.train.distributed import Runtime
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.train.tasks.tokenizer import TokenizerTask, TokenizerTraining
from maskgil.train.tasks.twins import TwinSettings, TwinTask

if TYPE_CHECKING:
    from maskgil.models.text_encoders.load import TextEncoder
    from maskgil.tokenizers.base import Tokenizer
    from maskgil.train.banks import TokenBank
    from maskgil.train.batches import PixelSource, SceneTokens, ShardSource
    from maskgil.train.composed import Composers
    from maskgil.train.optim.lr_schedules import Clock
    from maskgil.train.sample_images import SamplePainter

BERT = "bert"  # size of the baseline
PUBLISHED: dict[str, Mapping[str, Any]] = {
    "taming-vq": vqgan.SIZES,
    "llamagen-vq": llamagen.SIZES,
    "open-magvit2": magvit2.SIZES,
}
TOKENIZERS = ("compact-vq", *PUBLISHED)


@dataclass(frozen=True)
class Choices:
    """Options of the command line beside the config."""

    art: str = "node_modules"
    compile_blocks: bool = False
    init_from: str | None = None  # None when resuming
    composers: Composers | None = None  # fill a bank of scenes
    clock: Clock | None = None


def training_of(config: RunConfig) -> GeneratorTraining | TokenizerTraining:
    """The training settings of the config's task. Raises ConfigError."""
    if config.kind == "generator":
        return from_mapping(GeneratorTraining, config.training, "training")
    return from_mapping(TokenizerTraining, config.training, "training")


def generator_config(config: RunConfig, **found: Any) -> TransformerConfig | BertConfig:
    """The generator's config: a named size, overridden by the data (`found`) and by the config."""
    settings = dict(config.model)
    size = settings.pop("size", None)
    if size not in (*SIZES, BERT):
        raise ConfigError(f"model.size is {size!r}; choose one of {', '.join((*SIZES, BERT))}")
    base = BertConfig() if size == BERT else SIZES[size]
    values = {**dataclasses.asdict(base), **found, **settings}
    return from_mapping(type(base), values, "model")


def tokenizer_config(config: RunConfig) -> tuple[type, Any]:
    """Model class and config of the tokenizer: `model.type` or a published `model.size`."""
    settings = dict(config.model)
    size, name = settings.pop("size", None), settings.pop("type", None)
    published: dict[str, tuple[str, Any]] = {}
    for kind_name, sizes in PUBLISHED.items():
        published |= {key: (kind_name, value) for key, value in sizes.items()}
    if size is not None:
        if size not in published or name is not None:
            raise ConfigError(f"model.size is {size!r}; choose one of {', '.join(published)}")
        name, base = published[size]
        settings = {**dataclasses.asdict(base), **settings}
    name = name or "compact-vq"
    if name not in TOKENIZERS:
        raise ConfigError(f"model.type is {name!r}; choose one of {', '.join(TOKENIZERS)}")
    kind = KINDS[name]
    return kind.model, from_mapping(kind.config, settings, "model")


def build_task(config: RunConfig, choices: Choices, engine: Runtime) -> Any:
    """The task of a config. Raises ValueError, one line for the user."""
    import torch

    torch.manual_seed(0)  # equal initial weights in all processes
    if config.kind == "generator":
        return _generator_task(config, choices, engine)
    return _tokenizer_task(config, choices, engine)


def _tokenizer_task(config: RunConfig, choices: Choices, engine: Runtime) -> TokenizerTask:
    from maskgil.train.warm_start import start_decoder, start_tokenizer

    model_class, shape = tokenizer_config(config)
    settings = training_of(config)
    assert isinstance(settings, TokenizerTraining)
    decoder_only = config.kind == "decoder"
    model = model_class(shape)
    if decoder_only:
        if config.tokenizer is None:
            raise ConfigError("kind: decoder needs the tokenizer whose codes it reads")
        trained = load(config.tokenizer)
        model.encoder.load_state_dict(trained.encoder.state_dict())
        model.codebook.load_state_dict(trained.codebook.state_dict())
        if choices.init_from is not None:
            start_decoder(model, choices.init_from)
    elif getattr(model.config, "attending_layers", 0):
        raise ConfigError("attending_layers is for kind: decoder, which reads codes that stand")
    elif choices.init_from is not None:
        start_tokenizer(model, choices.init_from)
    return TokenizerTask(
        model, _pixels(config, choices, engine, model), settings, engine=engine,
        decoder_only=decoder_only, clock=choices.clock,
    )  # fmt: skip


def _pixels(config: RunConfig, choices: Choices, engine: Runtime, model: Any) -> PixelSource:
    from maskgil.train.batches import ImagePixels, ScenePixels

    if config.scenes is not None:
        from maskgil.train.nano_config import SceneSettings, open_scenes

        scale = getattr(model.config, "output_scale", 1)
        settings = from_mapping(SceneSettings, config.scenes, "scenes")
        if choices.composers is not None:
            from maskgil.train.banks import PixelBank, pixel_bank

            return PixelBank(pixel_bank(choices.composers, settings.bank, engine.device))
        scenes = open_scenes(settings, choices.art, scale=scale)
        return ScenePixels(scenes, engine, crop=settings.crop)
    assert config.data is not None
    if config.data.images is None:
        raise ConfigError("a tokenizer is trained on data.images (or scenes)")
    if getattr(model.config, "output_scale", 1) != 1:
        raise ConfigError("output_scale above 1 is for scenes")
    images = open_images(config.data, model.downsample_factor)
    return ImagePixels(images, seed=config.data.seed, engine=engine)


def open_images(data: DataSettings, factor: int) -> Any:
    """The images of a config in batches of one size; `factor`: pixels of a token's side."""
    from maskgil.data.aspect_buckets import buckets
    from maskgil.data.image_datasets.base import SourceOptions
    from maskgil.data.image_datasets.open import open_source
    from maskgil.data.image_loader import ImageBatches

    assert data.images is not None
    if data.size % factor:
        raise ConfigError(f"data.size is {data.size}; it must be a multiple of {factor}")
    sizes = buckets(data.size) if data.buckets else ((data.size, data.size),)
    given = {"condition": "none", **data.source}  # captions are not needed
    source = open_source(data.images, from_mapping(SourceOptions, given, "data.source"))
    return ImageBatches(source, sizes, crops=data.crops, flip=data.flip, threads=data.threads)


def _generator_task(
    config: RunConfig, choices: Choices, engine: Runtime
) -> GeneratorTask | TwinTask:
    settings = training_of(config)
    assert isinstance(settings, GeneratorTraining)
    from_codes = settings.start_from_codebook
    if from_codes is None:
        from_codes = config.scenes is not None
    wanted = config.scenes is not None or config.show_every or from_codes
    tokenizer = None
    if wanted and config.tokenizer is not None:
        tokenizer = load(config.tokenizer).to(engine.device).requires_grad_(False)
    painter: SamplePainter | None
    source: Any
    if config.scenes is not None:
        from maskgil.train.nano_config import SHOWN_PROMPTS
        from maskgil.train.sample_images import SamplePainter

        if tokenizer is None:
            raise ConfigError("scenes are tokenised as they are drawn: name a tokenizer")
        encoder = _encoder(config.text_encoder or "minilm", engine)
        source = _scene_tokens(config, choices, engine, tokenizer, encoder)
        shape = generator_config(config, codebook_size=tokenizer.codebook_size)
        painter = SamplePainter(tokenizer, SHOWN_PROMPTS, text_encoder=encoder)
    else:
        named = config.text_encoder
        source = _shards(config, engine, _encoder(named, engine) if named else None)
        shape = generator_config(config, codebook_size=source.codebook_size)
        _check_shards(shape, source, config.data.grid if config.data else None)
        painter = _shard_painter(source, tokenizer) if config.show_every else None
    model: Transformer | BidirectionalTransformer
    if isinstance(shape, BertConfig):
        if choices.init_from is not None or from_codes or painter is not None:
            raise ConfigError("the baseline starts from nothing and shows no samples")
        model = BidirectionalTransformer(shape)
    else:
        model = _started(shape, choices.init_from, tokenizer if from_codes else None)
    task = GeneratorTask(
        model, source, settings, engine=engine, painter=painter,
        compile_blocks=choices.compile_blocks, clock=choices.clock,
    )  # fmt: skip
    if tokenizer is not None:
        task.codebook = codebook_of(tokenizer)
    if config.twin is None:
        return task
    return _with_twin(task, config, choices, tokenizer if from_codes else None)


def _started(
    shape: TransformerConfig, source: str | None, tokenizer: Any, *, twin: bool = False
) -> Transformer:
    """A model initialised from weights at `source`, from a tokenizer's codes, or randomly."""
    from maskgil.train.warm_start import has_twin, start_from, start_from_codebook

    model = Transformer(shape)
    if source is not None and (not twin or has_twin(source)):
        start_from(model, source, twin=twin)
    elif tokenizer is not None:
        start_from_codebook(model, codes_of(tokenizer))
    return model


def _with_twin(
    task: GeneratorTask, config: RunConfig, choices: Choices, tokenizer: Any
) -> TwinTask:
    """`task` together with the config's causal twin, which reads the same bank."""
    from maskgil.train.banks import TokenBank

    twin = from_mapping(TwinSettings, config.twin or {}, "twin")
    if task.causal or not isinstance(task.source, TokenBank):
        raise ConfigError("twin is for a masked model of scenes in a bank (scenes.bank)")
    own = dataclasses.replace(
        config,
        twin=None,
        training={**config.training, **twin.training},
        model={**config.model, "merge": 1, "causal": True, **twin.model},
    )
    shape, settings = (
        generator_config(own, codebook_size=task.source.codebook_size),
        training_of(own),
    )
    assert isinstance(shape, TransformerConfig) and isinstance(settings, GeneratorTraining)
    second = GeneratorTask(
        _started(shape, choices.init_from, tokenizer, twin=True), task.source.again(), settings,
        engine=task.engine, compile_blocks=choices.compile_blocks, clock=choices.clock,
    )  # fmt: skip
    return TwinTask(task, second, twin.every)


def _scene_tokens(
    config: RunConfig, choices: Choices, engine: Runtime, tokenizer: Tokenizer, encoder: Any
) -> SceneTokens | TokenBank:
    from maskgil.train.batches import SceneTokens
    from maskgil.train.nano_config import SceneSettings, open_scenes

    settings = from_mapping(SceneSettings, config.scenes or {}, "scenes")
    if choices.composers is None:
        return SceneTokens(open_scenes(settings, choices.art), tokenizer, encoder, engine)
    from maskgil.train.banks import TokenBank, token_bank

    bank = token_bank(choices.composers, settings.bank, tokenizer, engine.device)
    return TokenBank(bank, tokenizer, encoder, engine, canonical=settings.canonical)


def _encoder(name: str, engine: Runtime) -> TextEncoder:
    from maskgil.models.text_encoders.load import load_text_encoder

    return load_text_encoder(name, device=str(engine.device))


def _shards(config: RunConfig, engine: Runtime, encoder: TextEncoder | None) -> ShardSource:
    from maskgil.data.token_shards import TokenShards
    from maskgil.train.batches import ShardSource

    assert config.data is not None
    if config.data.shards is None:
        raise ConfigError(
            "a generator is trained on data.shards: make them of images with "
            "`python -m maskgil tokenize`"
        )
    shards = TokenShards(config.data.shards)
    return ShardSource(shards, seed=config.data.seed, engine=engine, text_encoder=encoder)


def _check_shards(
    shape: TransformerConfig | BertConfig, source: ShardSource, grid: tuple[int, int] | None
) -> None:
    """Raise ConfigError if a model of `shape` cannot be trained on the shards of `source`.

    Or if they have no pictures of `grid`, the one used for cost estimates.
    """
    shards = source.shards
    if grid is not None and tuple(grid) not in shards.grids:
        held = ", ".join(f"{rows} x {columns}" for rows, columns in shards.grids[:5])
        raise ConfigError(
            f"data.grid is {list(grid)}, but {shards.path} holds grids of {held} tokens"
        )
    for rows, columns in shards.grids:
        if rows > shape.max_grid_size[0] or columns > shape.max_grid_size[1]:
            raise ConfigError(
                f"{shards.path} holds grids of {rows} x {columns} tokens, more than "
                f"model.max_grid_size {list(shape.max_grid_size)}"
            )
    if shape.codebook_size != shards.codebook_size:
        raise ConfigError(
            f"model.codebook_size is {shape.codebook_size}, the shards' {shards.codebook_size}"
        )
    if shape.condition == "class":
        if "label" not in shards.holds:
            raise ConfigError(f"{shards.path} holds no labels; this model is driven by classes")
        if shards.num_classes > shape.num_classes:
            raise ConfigError(
                f"{shards.path} has {shards.num_classes} classes, model.num_classes is "
                f"{shape.num_classes}"
            )
        return
    assert isinstance(shape, TransformerConfig)
    dim = shards.caption_dim
    if "caption_embeds" not in shards.holds:
        if "caption" not in shards.holds:
            raise ConfigError(f"{shards.path} holds no captions; this model is driven by captions")
        if source.text_encoder is None:
            raise ConfigError(
                f"{shards.path} holds captions but no features of them: name a text_encoder in the "
                "config, or store features with `python -m maskgil tokenize --caption-features`"
            )
        dim = source.text_encoder.dim
    if dim != shape.caption_dim:
        raise ConfigError(
            f"the caption features of {shards.path} are {dim} wide, model.caption_dim is "
            f"{shape.caption_dim}"
        )


def _shard_painter(source: ShardSource, tokenizer: Any) -> SamplePainter:
    """A painter of samples for classes or captions of the shards, in their commonest grid."""
    from maskgil.train.sample_images import SHOWN, SamplePainter, StoredCaptions, spread

    if tokenizer is None:
        raise ConfigError("show_every draws samples: name the tokenizer that decodes them")
    shards = source.shards
    grid = shards.grids[shards.counts.index(max(shards.counts))]
    encoder: TextEncoder | None = source.text_encoder
    prompts: list[Any]
    if "caption_embeds" in shards.holds and "caption" in shards.holds:
        stored = StoredCaptions(shards, SHOWN)
        encoder, prompts = stored, stored.captions
    elif "label" in shards.holds:
        prompts = spread(shards.num_classes, SHOWN)
    else:
        prompts = [shards[index]["caption"] for index in spread(len(shards), SHOWN)]
    return SamplePainter(tokenizer, prompts, text_encoder=encoder, grid_size=grid)


def codes_of(tokenizer: Any) -> Any:
    """The code vectors (V, C) of a tokenizer with a codebook. Raises ConfigError for others."""
    codebook = getattr(tokenizer, "codebook", None)
    if codebook is None:
        raise ConfigError("start_from_codebook needs a tokenizer with a codebook")
    codes = codebook.embedding if hasattr(codebook, "embedding") else codebook.weight
    comparable = getattr(tokenizer, "comparable", None)
    return (codes if comparable is None else comparable(codes)).detach().float().cpu()
