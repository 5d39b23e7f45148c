"""Writes nn.json: how torch prints modules and optimizers, and their initial values as bits. Run with torch 2.13."""

import json
import zlib
from pathlib import Path

import torch
from torch import nn, optim

# name: the module, as tests/nn/golden_modules.h builds it too
MODULES = {
    "conv1d": lambda: nn.Conv1d(3, 4, 3),
    "conv1d_options": lambda: nn.Conv1d(4, 6, 5, stride=2, padding=3, dilation=2, groups=2, bias=False),
    "conv2d": lambda: nn.Conv2d(1, 6, 5),
    "conv2d_sides": lambda: nn.Conv2d(6, 16, (5, 3), stride=(2, 1), padding=(2, 1), padding_mode="reflect"),
    "conv2d_same": lambda: nn.Conv2d(3, 9, 3, padding="same", groups=3, padding_mode="circular"),
    "conv2d_valid": lambda: nn.Conv2d(3, 2, 3, padding="valid", padding_mode="replicate"),
    "conv2d_depthwise": lambda: nn.Conv2d(8, 16, 3, groups=8, dilation=(1, 2)),
    "conv2d_float64": lambda: nn.Conv2d(2, 3, 3, dtype=torch.float64),
    "conv2d_empty": lambda: nn.Conv2d(0, 3, 2),
    "conv3d": lambda: nn.Conv3d(2, 3, (1, 2, 3), padding=1),
    "conv_transpose1d": lambda: nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=1, groups=2),
    "conv_transpose2d": lambda: nn.ConvTranspose2d(4, 6, 3, stride=(2, 1), padding=1, output_padding=(1, 0)),
    "conv_transpose3d": lambda: nn.ConvTranspose3d(4, 6, 2, dilation=2, bias=False),
    "lazy_conv2d": lambda: nn.LazyConv2d(6, 5),
    "lazy_conv_transpose2d": lambda: nn.LazyConvTranspose2d(6, 5, stride=2, bias=False),
    "lazy_linear": lambda: nn.LazyLinear(4),
    "linear": lambda: nn.Linear(48, 84),
    "linear_no_bias": lambda: nn.Linear(7, 3, bias=False),
    "linear_empty": lambda: nn.Linear(0, 3),
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "relu_inplace": lambda: nn.ReLU(inplace=True),
    "sigmoid": nn.Sigmoid,
    "softmax": lambda: nn.Softmax(1),
    "log_softmax": lambda: nn.LogSoftmax(-1),
    "dropout": nn.Dropout,
    "dropout_inplace": lambda: nn.Dropout(0.3, inplace=True),
    "identity": nn.Identity,
    "flatten": nn.Flatten,
    "flatten_dims": lambda: nn.Flatten(2, 3),
    "unflatten": lambda: nn.Unflatten(1, (2, 3)),
    "max_pool1d": lambda: nn.MaxPool1d(2),
    "max_pool2d": lambda: nn.MaxPool2d((2, 3), stride=(1, 2), padding=1, dilation=2, ceil_mode=True),
    "max_pool3d": lambda: nn.MaxPool3d(2),
    "avg_pool1d": lambda: nn.AvgPool1d(2),
    "avg_pool2d": lambda: nn.AvgPool2d((2, 3), stride=(1, 1), padding=(1, 1)),
    "avg_pool3d": lambda: nn.AvgPool3d(2),
    "cross_entropy": nn.CrossEntropyLoss,
    "nll": nn.NLLLoss,
    "mse": nn.MSELoss,
    "sequential_empty": nn.Sequential,
    "sequential": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.Sequential(nn.Linear(3, 4), nn.Sequential(), nn.ReLU())
    ),
}

OPTIMIZERS = {
    "sgd": lambda p, q: optim.SGD([p, q]),
    "sgd_groups": lambda p, q: optim.SGD(
        [{"params": [p]}, {"params": [q], "lr": 1e-3, "momentum": 0.9}], lr=0.1, weight_decay=1e-6
    ),
    "sgd_nesterov": lambda p, q: optim.SGD([p, q], lr=1, momentum=0.5, nesterov=True, maximize=True),
}


def bits(t):
    """As tests/ops/golden_bits.h: the bytes in hexadecimal, the checksum of many."""
    raw = t.detach().contiguous().numpy().tobytes()
    return raw.hex() if len(raw) <= 16 else f"{zlib.crc32(raw):08x}"


def described(make):
    torch.manual_seed(0)
    module = make()
    values = {k: [list(v.shape), bits(v)] for k, v in module.state_dict().items() if not nn.parameter.is_lazy(v)}
    return {"repr": repr(module), "values": values, "next": torch.randint(2**16, (1,)).item()}


def main():
    p, q = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(3))
    document = {
        "modules": {name: described(make) for name, make in MODULES.items()},
        "optimizers": {name: repr(make(p, q)) for name, make in OPTIMIZERS.items()},
    }
    path = Path(__file__).with_name("nn.json")
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


main()
