"""A training step on a CPU: loss in chunks, fused heads, parts on threads, memory that is kept."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from maskgil.config import SIZES
from maskgil.models import fused
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Drafted, copied
from maskgil.models.layers import Attention, rope_table
from maskgil.models.transformer import Transformer
from maskgil.train.batches import TokenBatch
from maskgil.train.optim.muon import NEWTON_SCHULZ, Muon, orthogonalise
from maskgil.train.tasks.chunked_loss import ROWS, head_cross_entropy
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.train.tasks.thread_parts import ThreadParts, fitting_threads

SHAPE = replace(
    SIZES["nano"], codebook_size=40, max_grid_size=(4, 4), dim=16, num_heads=2, num_layers=2,
    merge=2, drafts=True,
)  # fmt: skip
BATCH = 12


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


class Drawn:
    """Batches of random tokens, captions and drafts."""

    codebook_size, caption_length = SHAPE.codebook_size, None

    def batch(self, index: int, size: int) -> TokenBatch:
        drawn = torch.Generator().manual_seed(index)
        tokens = torch.randint(self.codebook_size, (size, 4, 4), generator=drawn)
        words = torch.randn(size, 3, SHAPE.caption_dim, generator=drawn)
        draft = torch.randint(NO_CODE, self.codebook_size, (size, 16), generator=drawn)
        return TokenBatch(tokens, Drafted(CaptionCondition(words), draft), [])


def task_of(**shape) -> GeneratorTask:
    torch.manual_seed(0)
    model = Transformer(replace(SHAPE, **shape))
    settings = GeneratorTraining(steps=9, batch_size=BATCH, warmup=1, context_noise=0.2)
    return GeneratorTask(model, Drawn(), settings)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("drafted", [True, False])
def test_a_loss_in_chunks_is_cross_entropy_with_its_gradients(label_smoothing, drafted):
    torch.manual_seed(0)
    count, width, codes = 2 * ROWS + 7, 6, 20
    hidden, weight, strength = (
        torch.randn(*shape, requires_grad=True)
        for shape in ((count, width), (codes, width), (count, 1))
    )
    targets = torch.randint(codes, (count,))
    draft = torch.randint(NO_CODE, codes, (count,)) if drafted else None
    learned = [hidden, weight, strength] if drafted else [hidden, weight]
    whole = F.cross_entropy(
        copied(hidden @ weight.t(), draft, strength), targets, reduction="sum",
        label_smoothing=label_smoothing,
    )  # fmt: skip
    ours = head_cross_entropy(
        hidden, weight, targets, draft=draft, strength=strength, label_smoothing=label_smoothing
    )
    torch.testing.assert_close(ours, whole)
    found = torch.autograd.grad(ours / 3, learned)
    for one, other in zip(found, torch.autograd.grad(whole / 3, learned), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_the_tasks_loss_is_that_of_the_logits(causal, precision):
    task = task_of(causal=causal, merge=1 if causal else 2)
    task.engine.precision = precision
    found = {}
    for chunked in (True, False):
        task.chunked = chunked
        found[chunked] = task.loss(0, BATCH)
    assert found[True] == pytest.approx(found[False], rel=1e-5 if precision == "float32" else 1e-2)


@pytest.mark.parametrize("qk_norm", [True, False])
def test_fused_heads_are_the_plain_ones(qk_norm, monkeypatch):
    torch.manual_seed(0)
    attention = Attention(replace(SHAPE, qk_norm=qk_norm))
    if qk_norm:
        torch.nn.init.uniform_(attention.qk_weight, 0.5, 2)
    x, slope = torch.randn(3, 7, 16, requires_grad=True), torch.randn(3, 7, 16)
    rope = rope_table(SHAPE, (2, 2), 3, x.device)
    learned = [x, *attention.parameters()]

    def made() -> tuple[torch.Tensor, ...]:
        heads = attention.out(attention.heads(x, rope, None, False))
        return heads, *torch.autograd.grad(heads, learned, slope)

    found = made()
    monkeypatch.setattr(fused, "applies", lambda x: False)
    for one, other in zip(found, made(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_steps_by_two_threads_are_those_of_one_but_for_rounding(two_threads):
    threaded, again, whole = task_of(), task_of(), task_of()
    assert threaded.threads.threads == 2
    whole.threads = None
    for step in range(3):
        losses = [one.step(step)["loss"] for one in (threaded, again, whole)]
        assert losses[0] == losses[1] == pytest.approx(losses[2], rel=1e-4)
    for key, value in threaded.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[key]), key
        torch.testing.assert_close(value, whole.model.state_dict()[key], rtol=0.02, atol=2e-3)


def test_parts_that_are_small_or_whose_gradients_are_large_are_left_whole(two_threads):
    small = torch.nn.Linear(4, 4)
    assert fitting_threads(8, small) == 2 and fitting_threads(7, small) == 0
    large, larger = (torch.nn.Linear(1 << 14, 1 << n, device="meta") for n in (11, 12))
    assert fitting_threads(8, large) == 2 and fitting_threads(8, larger) == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_no_part_has_more_than_eight_pictures(threads):
    weight, parts = torch.nn.Parameter(torch.tensor(2.0)), []

    def loss(rows: slice) -> torch.Tensor:
        parts.append(rows)
        return weight * sum(range(rows.start, rows.stop))

    total = ThreadParts(threads).backward(loss, 3, 45, [weight])
    assert float(total) == 2 * float(weight.grad) == 2 * sum(range(3, 45))
    ordered = sorted(parts, key=lambda rows: rows.start)
    assert [rows.start for rows in ordered[1:]] == [rows.stop for rows in ordered[:-1]]
    assert all(6 <= rows.stop - rows.start <= 8 for rows in parts)


@pytest.mark.parametrize("shape", [(3, 12, 4), (3, 4, 12), (2, 5, 5), (2, 5, 8)])
def test_newton_schulz_on_gram_matrices_is_the_plain_iteration(shape):
    torch.manual_seed(0)
    matrices = torch.randn(shape)
    a, b, c = NEWTON_SCHULZ
    x = matrices.double()
    x = x / x.norm(dim=(-2, -1), keepdim=True)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    torch.testing.assert_close(orthogonalise(matrices).double(), x, rtol=1e-3, atol=1e-3)


def test_muon_in_pieces_is_muon():
    def moved(pieces: int) -> torch.Tensor:
        torch.manual_seed(0)
        weights = [torch.nn.Parameter(torch.randn(6, 4)) for _ in range(3)]
        for weight in weights:
            weight.grad = torch.randn(6, 4)
        muon = Muon(weights)
        muon.pieces = pieces
        muon.step()
        return torch.stack([weight.detach() for weight in weights])

    torch.testing.assert_close(moved(2), moved(1))


KEEPING = """
import resource
from maskgil.train.tasks.freed_memory import keep_freed_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(100 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
fresh, kept = faults(), keep_freed_memory()
faults()
print(int(kept), fresh, faults())
"""


def test_freed_memory_is_used_again():
    done = subprocess.run([sys.executable, "-c", KEEPING], capture_output=True, text=True)
    kept, fresh, again = map(int, done.stdout.split())
    if not kept:
        pytest.skip("not glibc's allocator")
    assert again * 10 < fresh
