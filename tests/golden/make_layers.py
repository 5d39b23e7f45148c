"""Writes layers.json: modules of normalisation, dropout, pooling, padding, resizing and so on as torch prints them, their
initial values, and two steps of training and one of evaluation on random input. Run with torch 2.13."""

import json
import warnings
import zlib
from pathlib import Path

import torch
from torch import nn

# name: the module, as tests/nn/golden_layers.h builds it too, and the sizes of its input
LAYERS = {
    "batch_norm1d": (lambda: nn.BatchNorm1d(3), (5, 3)),
    "batch_norm1d_lines": (lambda: nn.BatchNorm1d(3, momentum=None), (5, 3, 4)),
    "batch_norm2d": (lambda: nn.BatchNorm2d(3), (2, 3, 5, 6)),
    "batch_norm2d_plain": (lambda: nn.BatchNorm2d(3, affine=False, track_running_stats=False), (2, 3, 5, 6)),
    "batch_norm2d_options": (lambda: nn.BatchNorm2d(3, eps=1e-3, momentum=0.25, bias=False), (2, 3, 4, 4)),
    "batch_norm3d": (lambda: nn.BatchNorm3d(2, dtype=torch.float64), (2, 2, 3, 2, 3)),
    "instance_norm1d": (lambda: nn.InstanceNorm1d(3), (3, 5)),
    "instance_norm2d": (lambda: nn.InstanceNorm2d(3, affine=True, track_running_stats=True), (2, 3, 5, 6)),
    "instance_norm3d": (lambda: nn.InstanceNorm3d(2, affine=True), (3, 2, 3, 2, 3)),
    "layer_norm": (lambda: nn.LayerNorm(7), (2, 3, 7)),
    "layer_norm_pictures": (lambda: nn.LayerNorm((3, 4), bias=False), (5, 3, 4)),
    "layer_norm_plain": (lambda: nn.LayerNorm(7, eps=1e-3, elementwise_affine=False), (3, 7)),
    "group_norm": (lambda: nn.GroupNorm(2, 6), (3, 6, 4, 4)),
    "group_norm_plain": (lambda: nn.GroupNorm(3, 12, affine=False), (3, 12)),
    "local_response_norm": (lambda: nn.LocalResponseNorm(3, alpha=0.5, k=2.0), (2, 5, 3, 3)),
    "dropout": (nn.Dropout, (3, 5)),
    "dropout1d": (lambda: nn.Dropout1d(0.3), (2, 5, 3)),
    "dropout1d_single": (nn.Dropout1d, (5, 3)),
    "dropout2d": (lambda: nn.Dropout2d(0.25), (4, 5, 3, 2)),
    "dropout3d": (nn.Dropout3d, (5, 3, 2, 2)),
    "alpha_dropout": (lambda: nn.AlphaDropout(0.3), (4, 9)),
    "feature_alpha_dropout": (nn.FeatureAlphaDropout, (4, 9, 3)),
    "adaptive_avg_pool1d": (lambda: nn.AdaptiveAvgPool1d(2), (2, 3, 5)),
    "adaptive_avg_pool2d": (lambda: nn.AdaptiveAvgPool2d((3, None)), (2, 3, 5, 6)),
    "adaptive_avg_pool3d": (lambda: nn.AdaptiveAvgPool3d((None, 2, 3)), (3, 2, 5, 6)),
    "adaptive_max_pool1d": (lambda: nn.AdaptiveMaxPool1d(2), (3, 5)),
    "adaptive_max_pool2d": (lambda: nn.AdaptiveMaxPool2d((None, 2)), (2, 3, 5, 6)),
    "adaptive_max_pool3d": (lambda: nn.AdaptiveMaxPool3d(2), (3, 2, 5, 6)),
    "lp_pool1d": (lambda: nn.LPPool1d(2, 3, stride=2), (2, 3, 7)),
    "lp_pool2d": (lambda: nn.LPPool2d(2.0, (2, 3), ceil_mode=True), (2, 3, 5, 6)),
    "lp_pool3d": (lambda: nn.LPPool3d(float("inf"), 2, stride=(1, 2, 1)), (2, 3, 4, 4)),
    "constant_pad1d": (lambda: nn.ConstantPad1d(2, 3.5), (2, 3, 4)),
    "constant_pad2d": (lambda: nn.ConstantPad2d((1, 2, 0, -1), 3), (2, 3, 4, 5)),
    "constant_pad3d": (lambda: nn.ConstantPad3d(1, -1), (2, 3, 4, 5)),
    "zero_pad1d": (lambda: nn.ZeroPad1d((1, 2)), (2, 3, 4)),
    "zero_pad2d": (lambda: nn.ZeroPad2d(1), (2, 3, 4, 5)),
    "zero_pad3d": (lambda: nn.ZeroPad3d((1, 2, 0, 1, 3, 0)), (2, 3, 4, 5)),
    "reflection_pad1d": (lambda: nn.ReflectionPad1d(2), (2, 3, 4)),
    "reflection_pad2d": (lambda: nn.ReflectionPad2d((1, 2, 0, 1)), (3, 4, 5)),
    "reflection_pad3d": (lambda: nn.ReflectionPad3d(1), (2, 3, 4, 5)),
    "replication_pad1d": (lambda: nn.ReplicationPad1d((2, 5)), (3, 4)),
    "replication_pad2d": (lambda: nn.ReplicationPad2d(2), (2, 3, 4, 5)),
    "replication_pad3d": (lambda: nn.ReplicationPad3d((1, 2, 0, 1, 3, 0)), (2, 3, 4, 5)),
    "circular_pad1d": (lambda: nn.CircularPad1d((1, 2)), (2, 3, 4)),
    "circular_pad2d": (lambda: nn.CircularPad2d(2), (2, 3, 4, 5)),
    "circular_pad3d": (lambda: nn.CircularPad3d((1, 2, 0, 1, 3, 0)), (2, 3, 4, 5)),
    "upsample": (lambda: nn.Upsample(7), (2, 3, 4)),
    "upsample_bilinear": (lambda: nn.Upsample((7, 3), mode="bilinear", align_corners=True), (2, 3, 4, 5)),
    "upsample_bicubic": (lambda: nn.Upsample(scale_factor=(1.5, 2), mode="bicubic"), (2, 3, 4, 5)),
    "upsample_trilinear": (
        lambda: nn.Upsample(scale_factor=1.7, mode="trilinear", recompute_scale_factor=True),
        (1, 2, 3, 4, 3),
    ),
    "upsampling_nearest2d": (lambda: nn.UpsamplingNearest2d(scale_factor=2), (2, 3, 4, 5)),
    "upsampling_bilinear2d": (lambda: nn.UpsamplingBilinear2d(size=9), (2, 3, 4, 5)),
    "pixel_shuffle": (lambda: nn.PixelShuffle(2), (2, 8, 3, 4)),
    "pixel_unshuffle": (lambda: nn.PixelUnshuffle(3), (2, 2, 6, 3)),
    "channel_shuffle": (lambda: nn.ChannelShuffle(3), (2, 6, 3)),
    "fold": (lambda: nn.Fold((4, 5), 2, stride=(2, 1)), (2, 8, 8)),
    "unfold": (lambda: nn.Unfold((2, 3), dilation=(1, 2), padding=1), (2, 3, 5, 6)),
    "embedding": (lambda: nn.Embedding(5, 3), (2, 4), 5),
    "embedding_options": (
        lambda: nn.Embedding(5, 3, padding_idx=-2, max_norm=1, norm_type=1.5, scale_grad_by_freq=True),
        (2, 4),
        5,
    ),
    "embedding_pretrained": (lambda: nn.Embedding.from_pretrained(torch.eye(4), freeze=False, padding_idx=0), (6,), 4),
}


def bits(t):
    """As tests/ops/golden_bits.h: the bytes in hexadecimal, the checksum of many."""
    raw = t.detach().contiguous().numpy().tobytes()
    return raw.hex() if len(raw) <= 16 else f"{zlib.crc32(raw):08x}"


def summary(t):
    """Sizes, and two sums that hardly any mistake leaves as they are: Σ (i mod 31 + 1)·xᵢ, and of the terms' sizes."""
    if t is None:
        return None
    flat = t.detach().double().reshape(-1)
    terms = flat * (torch.arange(len(flat)) % 31 + 1)
    return [list(t.shape), terms.sum().item(), terms.abs().sum().item()]


def described(make, sizes, integers=0):
    torch.manual_seed(0)
    module = make()
    out = {"repr": repr(module), "values": {k: [list(v.shape), bits(v)] for k, v in module.state_dict().items()}}
    out["next"] = torch.randint(2**16, (1,)).item()
    dtype = next((p.dtype for p in module.parameters()), torch.float32)
    x = torch.randint(integers, sizes) if integers else torch.randn(sizes, dtype=dtype).requires_grad_()
    leaves = [t for t in [x, *module.parameters()] if t.requires_grad]
    out |= {"sizes": list(sizes), "integers": integers, "steps": []}
    for training in (True, True, False):
        module.train(training)
        y = module(x)
        gradients = torch.autograd.grad(y, leaves, torch.randn(y.shape, dtype=y.dtype), allow_unused=True)
        out["steps"].append([summary(t) for t in (y, *gradients)])
    out["after"] = {k: summary(v) for k, v in module.state_dict().items()}
    return out


def main():
    warnings.simplefilter("ignore")
    document = {name: described(*layer) for name, layer in LAYERS.items()}
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(document.items()))
    Path(__file__).with_name("layers.json").write_text("{\n" + lines + "\n}\n")


main()
