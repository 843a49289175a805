"""Lumina's image blocks and the names of its tokens."""

import pytest
import torch

from maskgil.pipelines.lumina.vocabulary import (
    GrammarError,
    LuminaVocabulary,
    code_of,
    grid_token,
)
from tests.helpers.tiny_paper import CODES, image_token, vocabulary

GRID = (4, 6)
COUNT = GRID[0] * GRID[1]


def test_names_of_codes_are_read_as_transformers_reads_them():
    from transformers.models.chameleon.modeling_chameleon import ChameleonImageVocabularyMapping

    ids = vocabulary(8192)
    ours, theirs = LuminaVocabulary(ids), ChameleonImageVocabularyMapping(ids)
    assert ours.codebook_size == 8192
    assert {int(token): code for code, token in enumerate(ours.codes)} == theirs.bpe2img
    grid = torch.randint(0, 8192, (2, 5))
    assert torch.equal(ours.continue_block(grid, 0, 99), theirs.convert_img2bpe(grid).long())


def test_names_spell_their_numbers():
    assert image_token(0) == "IMGIMGAZ" and image_token(8191) == "IMGIMGIBJBZ"
    assert all(code_of(image_token(code)) == code for code in (0, 7, 10, 99, 4096, 8191))
    assert grid_token(16) == "<reserved08816>"
    with pytest.raises(GrammarError, match="IMGIMGKZ"):
        code_of("IMGIMGKZ")


def test_a_block_is_start_sides_and_rows():
    words = LuminaVocabulary(vocabulary())
    ids = words.names
    start = [ids["<racm3:break>"], ids["<reserved08802>"], ids["<reserved08803>"]]
    assert words.start_block(GRID) == start
    body = words.continue_block(torch.arange(24).view(1, 24), 0, GRID[1])[0].tolist()
    rows = [body[7 * row : 7 * row + 7] for row in range(4)]
    assert [row[-1] for row in rows] == [ids["<reserved08799>"]] * 4
    assert rows[1][:6] == [ids[image_token(code)] for code in range(6, 12)]


def test_a_512_pixel_picture_is_16_units_a_side():
    words = LuminaVocabulary(vocabulary())
    names = {token: name for name, token in words.names.items()}
    assert [names[i] for i in words.start_block((32, 32))[1:]] == ["<reserved08816>"] * 2
    assert [names[i] for i in words.start_block((16, 64))[1:]] == [
        "<reserved08808>", "<reserved08832>",
    ]  # fmt: skip


def test_a_block_in_pieces_is_the_whole_block():
    words = LuminaVocabulary(vocabulary())
    tokens = torch.randint(0, CODES, (2, COUNT))
    whole = words.continue_block(tokens, 0, 6)
    for cuts in ([1, 5, 6, 7, 13, 24], [0, 6, 12, 24], [24], [11, 24]):
        parts, before = [], 0
        for cut in cuts:
            parts.append(words.continue_block(tokens[:, before:cut], before, 6))
            before = cut
        assert torch.equal(torch.cat(parts, 1), whole)


def test_odd_grids_and_broken_vocabularies_are_named():
    words = LuminaVocabulary(vocabulary())
    for grid in ((3, 4), (4, 5), (0, 2)):
        with pytest.raises(GrammarError, match="must be even"):
            words.start_block(grid)
    with pytest.raises(GrammarError, match="<reserved08865>"):
        words.start_block((2, 130))
    ids = vocabulary()
    with pytest.raises(GrammarError, match="31 image codes"):
        LuminaVocabulary({name: token for name, token in ids.items() if name != image_token(3)})
    with pytest.raises(GrammarError, match="<eoss>"):
        LuminaVocabulary({name: token for name, token in ids.items() if name != "<eoss>"})
