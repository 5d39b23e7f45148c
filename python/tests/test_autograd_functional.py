"""torch.autograd.functional: small programs run with PyTorch and with convgrad must give the same values, gradients and errors."""
import importlib
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_autograd import both, cases, error, outcome  # noqa: E402

NAMES = pytest.mark.parametrize("name", ["vjp", "jvp", "vhp", "hvp", "jacobian", "hessian"])
PRODUCTS = pytest.mark.parametrize("name", ["vjp", "jvp", "vhp", "hvp"])
GRAPH = pytest.mark.parametrize("create_graph", [False, True], ids=["plain", "create_graph"])
STRICT = pytest.mark.parametrize("strict", [False, True], ids=["not strict", "strict"])


def functional(m, name):
    return getattr(importlib.import_module(m.__name__ + ".autograd.functional"), name)


def given(m, *values, requires_grad=False):
    return m.tensor(values or (1.0, 2.0), dtype=m.float64, requires_grad=requires_grad)


def scalar(*x):
    return (x[0].pow(3) * x[-1].sin()).sum()


def with_vector(name, m, outputs):
    """v in the form that the function wants: of the outputs for vjp, of the inputs for the other products."""
    return () if name in ("jacobian", "hessian") else (outputs if name == "vjp" else tuple(given(m, 3.0 + i, 0.5) for i in range(2)),)


@both
@NAMES
@GRAPH
def test_several_inputs_of_one_number(m, name, create_graph):
    x, y = given(m, requires_grad=True), given(m, 3.0, -1.0)
    result = functional(m, name)(scalar, (x, y), *with_vector(name, m, given(m, 2.0).squeeze()), create_graph=create_graph)
    if create_graph:
        last = result[-1]
        while isinstance(last, tuple):
            last = last[0]
        last.sum().backward()
    return [result, x.grad, y.grad]


@both
@pytest.mark.parametrize("name", ["vhp", "hvp", "hessian"])
@GRAPH
def test_one_input(m, name, create_graph):
    x = given(m, requires_grad=True)
    v = () if name == "hessian" else (given(m, 5.0, 7.0),)
    return functional(m, name)(lambda t: (t.prod() * t).sum(), x, *v, create_graph=create_graph)


@both
@pytest.mark.parametrize("name", ["vjp", "jvp", "jacobian"])
@GRAPH
@pytest.mark.parametrize("shape", ["one of one", "several of one", "one of several", "several of several"])
def test_outputs_have_the_form_that_the_function_gives_them(m, name, create_graph, shape):
    outputs, inputs = shape.split(" of ")
    x = m.arange(1.0, 7.0, dtype=m.float64).reshape(2, 3).requires_grad_()
    y = given(m, 2.0, 4.0, 8.0)

    def f(*t):
        first = (t[0] * t[-1]).sum(-1)
        return first if outputs == "one" else (first, t[-1].exp(), t[0].sum())

    arguments = (x,) if inputs == "one" else (x, y)
    like = f(*arguments) if name == "vjp" else arguments if len(arguments) > 1 else x
    v = () if name == "jacobian" else (tuple(t.detach() + 1 for t in like) if isinstance(like, tuple) else like.detach() + 1,)
    return functional(m, name)(f, x if inputs == "one" else arguments, *v, create_graph=create_graph)


@both
@PRODUCTS
def test_vector_is_not_needed_for_one_number(m, name):
    return functional(m, name)(lambda t: t.pow(3).sum(), m.tensor(2.0, dtype=m.float64))


@both
@NAMES
@GRAPH
def test_the_same_tensor_in_the_function_is_no_input(m, name, create_graph):
    x = given(m, requires_grad=True)
    v = () if name in ("jacobian", "hessian", "vjp") else (given(m),)
    return functional(m, name)(lambda t: (t * t * x).sum(), x, *v, create_graph=create_graph)


@both
@NAMES
@GRAPH
def test_without_grad_around(m, name, create_graph):
    x = given(m, requires_grad=True)
    v = () if name in ("jacobian", "hessian", "vjp") else (given(m),)
    with m.no_grad():
        return functional(m, name)(lambda t: (t * t * t).sum(), x, *v, create_graph=create_graph)


@both
@NAMES
@STRICT
@GRAPH
@cases(
    constant=lambda m, x, y: m.ones((), dtype=m.float64),
    of_one_input=lambda m, x, y: x.pow(3).sum(),
    linear=lambda m, x, y: (x + y).sum(),
    quadratic=lambda m, x, y: (x * x + y * y).sum(),
    mixed=lambda m, x, y: (x * x * y).sum(),
    cubic=lambda m, x, y: (x * x * y * y * y + x.pow(4)).sum(),
    detached=lambda m, x, y: (x.detach() * y).sum(),
)
def test_what_does_not_depend_is_zero_or_an_error_in_strict_mode(m, name, strict, create_graph, program):
    x, y = given(m, requires_grad=True), given(m, 3.0, -1.0, requires_grad=True)
    v = () if name in ("jacobian", "hessian", "vjp") else ((given(m), given(m, 2.0, 1.0)),)
    return outcome(lambda: functional(m, name)(lambda x, y: program(m, x, y), (x, y), *v, create_graph=create_graph, strict=strict))


@both
@NAMES
@cases(
    list_of_inputs=lambda m, f: f(scalar, [given(m)]),
    number_in_inputs=lambda m, f: f(scalar, (given(m), 3)),
    number=lambda m, f: f(scalar, 3),
    list_of_outputs=lambda m, f: f(lambda x: [x], m.ones(1)),
    number_in_outputs=lambda m, f: f(lambda x: (x, 2), m.ones(1)),
    own_error=lambda m, f: f(lambda x: x + m.ones(3), given(m), given(m)) if f.__name__ not in ("jacobian", "hessian") else
    f(lambda x: x + m.ones(3), given(m)),
)
def test_wrong_inputs_and_outputs(m, name, program):
    return error(lambda: program(m, functional(m, name)))


@both
@PRODUCTS
@cases(
    missing=lambda m, f: f(lambda x: x * 2, given(m)),
    missing_of_two=lambda m, f: f(lambda x, y: (x, y), (given(m), given(m))),
    wrong_size=lambda m, f: f(lambda x: x.sum(), given(m), given(m, 1.0, 2.0, 3.0)),
    wrong_size_in_tuple=lambda m, f: f(lambda x, y: (x, y), (given(m), given(m)), (given(m), given(m, 1.0))),
    too_many=lambda m, f: f(lambda x: x.sum(), given(m), (given(m), given(m))),
    too_few=lambda m, f: f(lambda x, y: (x, y), (given(m), given(m)), given(m)),
    no_tensor=lambda m, f: f(lambda x: x.sum(), given(m), [1.0]),
)
def test_wrong_vectors(m, name, program):
    return error(lambda: program(m, functional(m, name)))


@both
@pytest.mark.parametrize("name", ["vhp", "hvp", "hessian"])
@cases(
    several=lambda x: (x.sum(), x.sum()),
    vector=lambda x: x * x,
)
def test_second_derivatives_are_of_one_number(m, name, program):
    return error(lambda: functional(m, name)(program, given(m), *([] if name == "hessian" else [given(m)])))


@both
@cases(
    strategy=lambda m: functional(m, "jacobian")(scalar, given(m), strategy="sideways"),
    outer_strategy=lambda m: functional(m, "hessian")(scalar, given(m), outer_jacobian_strategy="sideways"),
    forward=lambda m: functional(m, "jacobian")(scalar, given(m), strategy="forward-mode"),
    forward_strict=lambda m: functional(m, "jacobian")(scalar, given(m), strict=True, strategy="forward-mode"),
    forward_graph=lambda m: functional(m, "jacobian")(scalar, given(m), create_graph=True, strategy="forward-mode"),
    vectorize_strict=lambda m: functional(m, "jacobian")(scalar, given(m), strict=True, vectorize=True),
)
def test_wrong_options(m, program):
    return error(lambda: program(m))


@pytest.mark.parametrize("name", ["jacobian", "hessian"])
def test_vectorize_is_refused_with_the_nearest(name):
    import convgrad as cg
    kind, text = error(lambda: functional(cg, name)(scalar, given(cg), vectorize=True))
    assert kind == "NotImplementedError" and "vectorize=False" in text
