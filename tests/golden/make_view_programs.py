"""Random programs of views and changes in place, and what PyTorch's autograd makes of them: writes view_programs.json.
Run with torch 2.13 (CPU).

A program starts with tensors[0] = x.clone() (or x itself) and w, both leaves of [2, 3, 4]. Each step makes a view of an
earlier tensor, or changes one in place, or adds a term to the loss. In the end every tensor joins the loss with the
cotangents of a formula, and x and w get their gradients; or a step, or backward, is an error.
"""
import json
import pathlib
import random
import warnings

import torch

warnings.simplefilter("ignore")
random.seed(3)


def filled(sizes, salt):
    n = int(torch.tensor(sizes).prod()) if sizes else 1
    i = torch.arange(n, dtype=torch.float64)
    return (((i * 37 + 11 * salt) % 101) / 8 - 6).reshape(sizes).clone()


def cotangent(y, salt):
    i = torch.arange(y.numel(), dtype=torch.float64)
    return (((i * 29 + 5 + salt) % 53) / 16 - 1.5).reshape(y.shape)


def view_step(t):
    """A view of t that exists: (name, arguments)."""
    d, n = (random.randrange(t.dim()), t.dim()) if t.dim() else (0, 0)
    size = t.shape[d] if n else 1
    choices = ["unsqueeze", "squeeze", "expand"]
    if n:
        choices += ["slice"] * 4 + ["select"] * 3 + ["narrow", "unfold", "split", "unbind", "chunk"]
    if n >= 2:
        choices += ["transpose"] * 2 + ["permute", "diagonal", "movedim"]
    if t.is_contiguous():
        choices += ["view"] * 2 + ["as_strided"]
    name = random.choice(choices)
    if name == "unsqueeze":
        return name, [random.randrange(n + 1)]
    if name == "squeeze":
        return name, []
    if name == "expand":
        return name, [[2, *t.shape] if random.random() < 0.5 else list(t.shape)]
    if name == "slice":
        start = random.randrange(size + 1)
        return name, [d, start, random.randrange(start, size + 1) if random.random() < 0.3 else size, random.choice([1, 1, 2])]
    if name == "select":
        return (name, [d, random.randrange(-size, size)]) if size else ("unsqueeze", [0])
    if name == "narrow":
        start = random.randrange(size + 1)
        return name, [d, start, random.randrange(size - start + 1)]
    if name == "unfold":
        return name, [d, random.randrange(1, size + 1) if size else 0, random.choice([1, 2, 3])]
    if name == "split":
        return name, [random.randrange(1, size + 1) if size else 1, d, 0]
    if name == "chunk":
        return name, [random.choice([1, 2, 3]), d, 0]
    if name == "unbind":
        return (name, [d, random.randrange(size)]) if size else ("unsqueeze", [0])
    if name == "transpose":
        return name, [d, random.randrange(n)]
    if name == "movedim":
        return name, [d, random.randrange(n)]
    if name == "permute":
        return name, [random.sample(range(n), n)]
    if name == "diagonal":
        a, b = random.sample(range(n), 2)
        return name, [random.randrange(-1, 2), a, b]
    if name == "view":
        return name, [[-1]] if t.numel() else [list(t.shape)]
    k = min(t.numel(), 4)
    return name, [[2, max(k - 2, 0)], [random.choice([0, 1, 2]), 1]]


def take_view(t, name, args):
    if name in ("split", "chunk", "unbind"):
        *rest, which = args
        return getattr(t, name)(*rest)[which]
    if name == "slice":
        d, start, stop, step = args
        return torch.ops.aten.slice(t, d, start, stop, step)
    return getattr(t, name)(*args)


def change_step(t):
    if t.numel() and t.numel() <= 24:
        return random.choice(["mul", "add", "copy", "mul_number", "zero", "index_put", "masked_fill", "sin"])
    return random.choice(["mul_number", "zero", "sin"])


def change(t, name, w):
    part = lambda: w.view(-1).narrow(0, 0, t.numel()).view(t.shape)
    if name == "mul":
        t.mul_(part())
    elif name == "add":
        t.add_(part())
    elif name == "copy":
        t.copy_(part())
    elif name == "mul_number":
        t.mul_(1.5)
    elif name == "zero":
        t.zero_()
    elif name == "sin":
        t.sin_()
    elif name == "index_put":
        if t.dim():
            t[torch.tensor([-1])] = w.sum()
    else:
        t.masked_fill_(t > 0, 0.25)


def program():
    x, w = filled([2, 3, 4], 0).requires_grad_(), filled([2, 3, 4], 1).requires_grad_()
    leaf = random.random() < 0.1
    tensors, terms, steps = [x if leaf else x.clone()], [], []
    out = {"leaf": leaf, "steps": steps}
    try:
        for _ in range(random.randrange(2, 8)):
            i = random.randrange(len(tensors))
            r = random.random()
            if r < 0.5:
                name, args = view_step(tensors[i])
                quiet = random.random() < 0.05
                steps.append(["view", i, name, args, quiet])
                with torch.set_grad_enabled(not quiet):
                    tensors.append(take_view(tensors[i], name, args))
            elif r < 0.85:
                name = change_step(tensors[i])
                steps.append(["change", i, name])
                change(tensors[i], name, w)
            else:
                steps.append(["term", i])
                terms.append((tensors[i] * tensors[i]).sum())
        for k, t in enumerate(tensors):
            terms.append((t * cotangent(t, k)).sum())
        names = [t.grad_fn.name().removeprefix("torch::autograd::") if t.grad_fn else "" for t in tensors]
        loss = sum(terms)
        gx, gw = torch.autograd.grad(loss, (x, w), allow_unused=True, materialize_grads=True)
    except Exception as e:
        return {**out, "error": type(e).__name__, "text": str(e)}
    return {**out, "sizes": [list(t.shape) for t in tensors], "grad_fns": names, "versions": [t._version for t in tensors],
            "loss": loss.item(), "x": gx.flatten().tolist(), "w": gw.flatten().tolist()}


programs, seen = [], set()
while len(programs) < 300:
    p = program()
    key = json.dumps(p["steps"])
    kinds = {s[0] for s in p["steps"]}
    if key not in seen and {"view", "change"} <= kinds:
        seen.add(key)
        programs.append(p)
path = pathlib.Path(__file__).with_name("view_programs.json")
path.write_text("[\n" + ",\n".join(json.dumps(p, separators=(",", ":")) for p in programs) + "\n]\n")
print(len(programs), sum("error" in p for p in programs), path.stat().st_size)
