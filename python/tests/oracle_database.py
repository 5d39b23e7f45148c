"""PyTorch's own generated cases run on convgrad: its databases of operations and modules (torch.testing._internal).

  build/oracle/bin/python python/tests/oracle_database.py [--json FILE] [--only REGEX] [--most N] [--seconds S] [--verbose]

Each sample input is run by both, in float32 and float64, forward and backward with the same random cotangents, and each input
that must fail is held against PyTorch's error. What fails is counted by its reason.
"""
from __future__ import annotations

import argparse
import collections
import json
import operator
import re
import sys
import time
import warnings

import torch

import convgrad as cg
from oracle_exchange import Carrier, NotOffered, cotangents, difference, error_of, flat, named, transplanted

FAMILIES = {
    "convolution": r"nn\.functional\.(conv\w+)|nn\.(Lazy)?Conv\w+",
    "padding": r"nn\.functional\.pad\..*|constant_pad_nd|nn\.\w+Pad\dd",
    "pooling": r"nn\.functional\.(adaptive_)?(avg|max)_(un)?pool\dd(\.grad)?|nn\.(Adaptive)?(Avg|Max|LP)(Un)?[Pp]ool\dd",
    "resampling": r"nn\.functional\.(interpolate\..*|upsample_\w+|pixel_\w+|channel_shuffle)|nn\.(Upsample\w*|PixelShuffle)",
    "unfold": r"nn\.functional\.(un)?fold|unfold|nn\.(Unf|F)old",
    "linear": r"nn\.functional\.(linear|bilinear|embedding|one_hot)|nn\.(Linear|Bilinear|Embedding)|mm|bmm|mv|dot|vdot|outer|inner|addmm|addmv|"
              r"addr|addbmm|baddbmm|matmul|__rmatmul__|einsum|tensordot|cross|linalg\.(cross|matrix_power|vecdot|multi_dot|vector_norm|norm|"
              r"matrix_norm|diagonal)",
    "normalisation": r"nn\.functional\.((batch|instance|layer|group|rms|local_response)_norm(\.without_cudnn)?|normalize)|nn\.(Batch|Instance|"
                     r"Layer|Group|RMS)Norm\w*|nn\.LocalResponseNorm",
    "losses": r"nn\.functional\.(\w+_loss|(binary_)?cross_entropy(_with_logits)?|kl_div|cosine_similarity|pairwise_distance)|nn\.\w+Loss",
    "activations": r"nn\.functional\.(celu|elu|gelu|glu|hardshrink|hardsigmoid|hardswish|hardtanh|leaky_relu|logsigmoid|mish|prelu|relu6?|rrelu|"
                   r"selu|silu|softmin(\.with_dtype)?|softplus|softshrink|softsign|tanhshrink|threshold)|(log_)?softmax(\.with_dtype)?|sigmoid|"
                   r"tanh|nn\.(CELU|ELU|GELU|GLU|Hard\w+|LeakyReLU|Log(Sigmoid|Softmax)|Mish|PReLU|ReLU6?|SELU|SiLU|Sigmoid|Soft(max2d|max|min|"
                   r"plus|shrink|sign)|Tanh(shrink)?|Threshold)",
    "reductions": r"sum|mean|prod|(var|std)(_mean)?(\.unbiased)?|norm(\.inf|\.fro)?|logsumexp|any|all|cum(sum|prod|max|min)|logcumsumexp|"
                  r"(max|min)\.reduction_\w+|a(max|min|minmax)|arg(max|min|sort)|nan(sum|mean|median|quantile)|count_nonzero|trace|dist|diff|"
                  r"trapezoid|trapz|cumulative_trapezoid|median|sort|msort|topk|kthvalue|mode|quantile|unique(_consecutive)?|isin|bincount|histc|"
                  r"searchsorted|bucketize|sum_to_size",
    "shape": r"T|mT|__getitem__|view(_as)?|reshape(_as)?|ravel|flatten|unflatten|permute|transpose|t|movedim|squeeze(\.multiple)?|unsqueeze|"
             r"expand(_as)?|broadcast_(to|tensors|shapes)|narrow|select|diagonal|as_strided(\.partial_views)?|chunk|split(\.list_args|"
             r"_with_sizes)?|unsafe_(chunk|split)|unbind|atleast_\dd|tensor_split|[hvd]split|cat|stack|[hvd]stack|column_stack|block_diag|"
             r"meshgrid\..*|cartesian_prod|combinations|flip|fliplr|flipud|roll|rot90|tile|repeat(_interleave)?|diag(_embed|flat)?|"
             r"index_(select|add|fill|copy|put)|gather|scatter(_add)?|take(_along_dim)?|put|masked_(fill|select|scatter)|where|nonzero|argwhere|"
             r"tril(_indices)?|triu(_indices)?|clone|contiguous|(select|slice|diagonal)_scatter|resize_(as_)?",
    "arithmetic": r"add|sub|mul|div\..*|true_divide|floor_divide|remainder|fmod|pow|float_power|__r(add|sub|mul|div|mod|pow|and|or|xor)__|rsub|"
                  r"neg|abs|sign|sgn|square|r?sqrt|reciprocal|exp[2]?|expm1|log(2|10|1p|it|addexp)?|a?(sin|cos|tan)h?|atan2|sinc|erf(c|inv)?|round"
                  r"(\..*)?|floor|ceil|trunc|frac|lgamma|digamma|hypot|xlogy|deg2rad|rad2deg|nan_to_num|f?(max|min)(\.binary)?|(max|min)imum|"
                  r"copysign|heaviside|positive|clamp(_min|_max)?|addc(mul|div)|lerp|eq|ne|[lg][te]|logical_\w+|bitwise_\w+|is(nan|inf|finite|"
                  r"neginf|posinf|real|close)|signbit|allclose|equal|linspace|logspace|arange|eye|full(_like)?|ones(_like)?|zeros(_like)?|"
                  r"(rand|randn|randint)_like|new_(full|ones|zeros)|scalar_tensor|zero_|fill|float|double|int|long|byte|bool|to|item",
}
# (name, reason): why convgrad's answer is the one wanted. Counted apart; docs/compatibility.md has the rows.
BY_DESIGN = {
    ("nn.functional.hardsigmoid", "gradient"): "PyTorch's gradient has a sixth rounded to float32 in float64, too",
}
TOLERANCE = {torch.float64: 1e-10, torch.float32: 2e-5}


def family_of(name: str) -> str | None:
    for family, pattern in FAMILIES.items():
        if re.fullmatch(pattern, name):
            return family
    return None


class Tally:
    """Cases and failures of one operation or module."""

    def __init__(self, name: str, family: str) -> None:
        self.name, self.family = name, family
        self.cases = self.passed = self.beyond = 0
        self.failures: collections.Counter = collections.Counter()
        self.arguments: dict[str, list[int]] = {}
        self.examples: dict[str, str] = {}

    def count(self, reason: str | None, arguments, example) -> None:
        if reason is not None and (reason.startswith("not offered") or (self.name, reason) in BY_DESIGN):
            self.beyond += 1
            return
        self.cases += 1
        self.passed += reason is None
        for name in arguments:
            entry = self.arguments.setdefault(name, [0, 0])
            entry[0] += reason is None
            entry[1] += 1
        if reason is not None:
            self.failures[reason] += 1
            self.examples.setdefault(reason, example())

    def as_json(self) -> dict:
        return {"family": self.family, "cases": self.cases, "passed": self.passed, "beyond": self.beyond, "failures": dict(self.failures),
                "arguments": self.arguments}


def short(error: Exception) -> str:
    text = str(error).split("\n")[0]
    return f"{type(error).__name__}: {text[:110]}"


def run_both(theirs, ours, carrier: Carrier, dtype, seed: int) -> str | None:
    """The first difference between two calls that are meant to do the same."""
    torch.manual_seed(seed)
    expected = theirs()
    cg.manual_seed(seed)
    try:
        got = ours()
    except NotOffered as error:
        return f"not offered: {error}"
    except Exception as error:  # noqa: BLE001: that is what is counted
        return short(error)
    expected, got = flat(expected), flat(got)
    if len(expected) != len(got):
        return f"{len(got)} results instead of {len(expected)}"
    if any(isinstance(b, torch.Tensor) and (b.dtype.is_complex or b.dtype in (torch.float16, torch.bfloat16, torch.int8, torch.int16))
           for b in expected):
        return "not offered: the result's dtype"
    tolerance = TOLERANCE[dtype]
    for a, b in zip(got, expected):
        reason = difference(a, b, tolerance)
        if reason:
            return reason if ":" not in reason or reason.startswith(("dtype", "shape", "requires")) else "values"
    return gradients(got, expected, carrier, tolerance * 10, seed)


def gradients(got, expected, carrier: Carrier, tolerance: float, seed: int) -> str | None:
    rows = [(a, b) for a, b in zip(got, expected) if isinstance(b, torch.Tensor) and b.requires_grad]
    leaves = [pair for pair in carrier.leaves() if pair[0].is_leaf]
    if not rows or not leaves:
        return None
    weights = cotangents([b for _, b in rows], seed)
    expected = torch.autograd.grad([b for _, b in rows], [t for t, _ in leaves], weights, allow_unused=True)
    try:
        got = cg.autograd.grad([a for a, _ in rows], [t for _, t in leaves], [cg.from_numpy(w.numpy()) for w in weights], allow_unused=True)
    except Exception as error:  # noqa: BLE001
        return "backward: " + short(error)
    for a, b in zip(got, expected):
        if (a is None) != (b is None):
            return "gradient: none on one side"
        if b is not None:
            reason = difference(a, b, tolerance)
            if reason:
                return "gradient"
    return None


# ---- operations

def function_of(info):
    """convgrad's function for an operation of the database; None where it has none."""
    op = info.op
    if re.fullmatch(r"__r\w+__", info.name):  # from the right: Python calls the operator's slot
        plain = getattr(operator, "__" + info.name[3:].replace("div", "truediv"))
        return lambda x, y: plain(y, x)
    if type(op).__name__ == "function" and op.__module__.startswith("torch.testing") and info.name != "item":
        return transplanted(op)
    found = named(info.name)
    if found is None:
        method = getattr(cg.Tensor, info.name, None) or (getattr(cg.Tensor, op.__name__, None) if hasattr(op, "__name__") else None)
        return method
    return found


def argument_names(sample) -> list[str]:
    return list(sample.kwargs) or [""]


def run_operation(info, name: str, family: str, most: int, deadline: float) -> Tally:
    tally = Tally(name, family)
    function = function_of(info)
    for dtype in (torch.float64, torch.float32, torch.int64):
        if dtype not in info.supported_dtypes("cpu") or (dtype is torch.int64 and torch.float64 in info.supported_dtypes("cpu")):
            continue
        backward = info.supports_autograd and dtype.is_floating_point
        torch.manual_seed(0)
        for i, sample in enumerate(info.sample_inputs("cpu", dtype, requires_grad=backward)):
            if i >= most or time.monotonic() > deadline:
                break
            run_sample(tally, info, function, sample, dtype if dtype.is_floating_point else torch.float64, i)
    if info.error_inputs_func is not None:
        for i, case in enumerate(info.error_inputs("cpu")):
            if i >= most or time.monotonic() > deadline:
                break
            run_failing(tally, info, function, case.sample_input)
    return tally


def run_sample(tally: Tally, info, function, sample, dtype, seed: int) -> None:
    carrier = Carrier()
    example = lambda: f"{dtype} {sample.summary()}"[:600]
    if function is None:
        tally.count("no such function", argument_names(sample), example)
        return
    try:
        ours = carrier(sample.input), carrier(sample.args), carrier(sample.kwargs)
    except NotOffered as error:
        tally.count(f"not offered: {error}", (), example)
        return

    def finish(result):
        return transplanted(sample.output_process_fn_grad)(result) if sample.output_process_fn_grad is not None else result

    try:
        reason = run_both(lambda: sample.output_process_fn_grad(info.op(sample.input, *sample.args, **sample.kwargs)),
                          lambda: finish(function(ours[0], *ours[1], **ours[2])), carrier, dtype, seed)
    except Exception as error:  # noqa: BLE001: PyTorch's own call failed: no case
        if "verbose" in FLAGS:
            print(f"   {tally.name}: PyTorch: {short(error)}")
        return
    tally.count(reason, argument_names(sample), example)


def run_failing(tally: Tally, info, function, sample) -> None:
    if function is None or tally.name.startswith("__"):
        return
    try:
        carrier = Carrier()
        ours = carrier(sample.input), carrier(sample.args), carrier(sample.kwargs)
    except NotOffered:
        return
    expected = error_of(lambda: info.op(sample.input, *sample.args, **sample.kwargs))
    got = error_of(lambda: function(ours[0], *ours[1], **ours[2]))
    if expected is None:
        return
    reason = None
    if got is None:
        reason = f"no error; PyTorch: {expected[0]}: {expected[1][:90]}"
    elif "INTERNAL ASSERT" not in expected[1] and got != expected:
        reason = f"other error: {got[0]}: {got[1][:110]}; PyTorch: {expected[0]}: {expected[1][:110]}"
    tally.count(reason, ("(errors)",), lambda: f"{sample.summary()}"[:600])


# ---- modules

def run_module(info, family: str, most: int, deadline: float) -> Tally:
    tally = Tally(info.name, family)
    for dtype in (torch.float64, torch.float32):
        for training in (True, False):
            torch.manual_seed(0)
            inputs = info.module_inputs_func(info, "cpu", dtype, requires_grad=True, training=training)
            for i, case in enumerate(inputs):
                if i >= most or time.monotonic() > deadline:
                    break
                if case.forward_input is not None:
                    run_module_case(tally, info, case, dtype, training, i)
    return tally


def run_module_case(tally: Tally, info, case, dtype, training: bool, seed: int) -> None:
    built, called = case.constructor_input, case.forward_input
    names = list(built.kwargs) or [""]
    example = lambda: f"{dtype} {built.args} {built.kwargs}"[:600]
    ours_class = getattr(cg.nn, info.module_cls.__name__, None)
    if ours_class is None:
        tally.count("no such module", names, example)
        return
    try:
        torch.manual_seed(seed)
        theirs = info.module_cls(*built.args, **built.kwargs).to(dtype).train(training)
    except Exception:  # noqa: BLE001: no case
        return
    carrier = Carrier()
    try:
        ours = ours_class(*carrier(built.args), **carrier(built.kwargs)).to(carrier(dtype)).train(training)
        if not any(isinstance(p, torch.nn.parameter.UninitializedParameter) for p in theirs.parameters()):
            ours.load_state_dict({k: cg.from_numpy(v.detach().numpy().copy()) for k, v in theirs.state_dict().items()})
            for (_, a), (_, b) in zip(theirs.named_parameters(), ours.named_parameters()):
                carrier.tensors[id(a)] = (a, b)
        args, kwargs = carrier(called.args), carrier(called.kwargs)
    except NotOffered as error:
        tally.count(f"not offered: {error}", (), example)
        return
    except Exception as error:  # noqa: BLE001
        tally.count("constructor: " + short(error), names, example)
        return
    if repr(ours) != repr(theirs):
        tally.count("repr", names, example)
        return
    try:
        reason = run_both(lambda: theirs(*called.args, **called.kwargs), lambda: ours(*args, **kwargs), carrier, dtype, seed)
    except Exception:  # noqa: BLE001
        return
    tally.count(reason, names, example)


# ---- all of them

FLAGS: set[str] = set()


def run_all(only: str = ".", most: int = 10**9, seconds: float = 1e9, progress=lambda tally: None) -> list[Tally]:
    warnings.simplefilter("ignore")
    from torch.testing._internal.common_methods_invocations import op_db
    from torch.testing._internal.common_modules import module_db
    deadline = time.monotonic() + seconds
    tallies = []
    for info in sorted(op_db, key=lambda info: not info.name.startswith("nn.functional.conv")):  # the convolutions first
        name = info.name + ("." + info.variant_test_name if info.variant_test_name else "")
        family = family_of(name)
        if family and re.search(only, name) and time.monotonic() < deadline:
            tallies.append(run_operation(info, name, family, most, deadline))
            progress(tallies[-1])
    for info in module_db:
        family = family_of(info.name)
        if family and re.search(only, info.name) and time.monotonic() < deadline:
            tallies.append(run_module(info, family, most, deadline))
            progress(tallies[-1])
    return tallies


def summary(tallies: list[Tally]) -> list[str]:
    lines = []
    for family in FAMILIES:
        mine = [t for t in tallies if t.family == family]
        cases, passed = sum(t.cases for t in mine), sum(t.passed for t in mine)
        if cases:
            lines.append(f"{family:14} {len(mine):4} names {cases:6} cases {passed:6} pass  {100 * passed / cases:6.2f} %")
    rest = [t for t in tallies if t.family != "convolution"]
    cases, passed = sum(t.cases for t in rest), sum(t.passed for t in rest)
    if cases:
        lines.append(f"all but convolution: {passed} of {cases}, {100 * passed / cases:.2f} %")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json")
    parser.add_argument("--only", default=".")
    parser.add_argument("--most", type=int, default=10**9, help="samples of each operation and type")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.verbose:
        FLAGS.add("verbose")

    def show(tally: Tally) -> None:
        if tally.failures:
            print(f"{tally.name}: {tally.passed} of {tally.cases}")
            for reason, count in tally.failures.most_common():
                print(f"    {count:4} {reason}" + (f"\n         {tally.examples[reason]}" if options.verbose else ""))
            sys.stdout.flush()

    tallies = run_all(options.only, options.most, options.seconds, show)
    print("\n".join(summary(tallies)))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({t.name: t.as_json() for t in tallies}, file, separators=(",", ":"), sort_keys=True)


if __name__ == "__main__":
    main()
