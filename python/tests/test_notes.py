"""What convgrad says beyond PyTorch's text: notes of exceptions, names that are missing, extensions that must be asked for."""
import pytest

import convgrad as cg


def raised(call):
    """The error of a call, its text and its notes."""
    with pytest.raises(Exception) as caught:
        call()
    return caught.value, str(caught.value), getattr(caught.value, "__notes__", [])


def test_a_kernel_that_does_not_fit_is_told_with_the_numbers_and_a_cure():
    _, text, notes = raised(lambda: cg.nn.functional.conv2d(cg.ones(1, 1, 8, 8), cg.ones(1, 1, 5, 5), dilation=2))
    assert text == ("Calculated padded input size per channel: (8 x 8). Kernel size: (9 x 9). Kernel size can't be greater than actual "
                    "input size")
    assert notes == ["  a kernel of 5 with dilation 2 covers 9 cells; the input has 8 without padding: padding ≥ 1 would do"]


def test_the_cure_that_is_told_cures():
    y = cg.nn.functional.conv2d(cg.ones(1, 1, 8, 8), cg.ones(1, 1, 5, 5), dilation=2, padding=1)
    assert y.shape == (1, 1, 2, 2)


@pytest.mark.parametrize("where, layer", [
    (lambda broken: cg.nn.Sequential(cg.nn.Sequential(cg.nn.Conv2d(1, 2, 3), broken)), "0.1"),
    (lambda broken: cg.nn.Sequential(cg.nn.ModuleDict({"a": broken})["a"], cg.nn.Tanh()), "0"),
], ids=["nested", "first"])
def test_the_layer_is_named_by_its_path_and_the_input_by_its_shape(where, layer):
    net = where(cg.nn.Conv2d(3, 2, 3))
    _, text, notes = raised(lambda: net(cg.ones(1, 1, 9, 9)))
    assert "expected input" in text and "to have 3 channels" in text
    (note,) = [n for n in notes if "layer" in n]
    assert note.startswith(f"  layer  {layer}, Conv2d(3, 2, kernel_size=(3, 3), stride=(1, 1)), input [1, ")


@pytest.mark.parametrize("name", ["nn.LSTM", "fft", "nn.functional.scaled_dot_product_attention", "Tensor.sparse_mask"])
def test_a_name_that_is_missing_says_so(name):
    def asked():
        value = cg
        for part in name.split("."):
            value = getattr(value, part)

    error, text, notes = raised(asked)
    assert isinstance(error, (AttributeError, NotImplementedError)) and name.split(".")[-1] in text + "".join(notes)


def test_the_nearest_name_is_told():
    assert any("Conv2d" in note for note in raised(lambda: cg.nn.Conv2dd)[2])


def test_what_only_cpp_has_is_refused_until_it_is_asked_for():
    def strided():
        return cg.nn.functional.conv2d(cg.ones(1, 1, 9, 9), cg.ones(1, 1, 3, 3), padding="same", stride=2)

    refusal = "padding='same' is not supported for strided convolutions"
    assert raised(strided)[1] == refusal
    cg.allow_extensions(True)
    try:
        assert strided().shape == (1, 1, 5, 5)
    finally:
        cg.allow_extensions(False)
    assert raised(strided)[1] == refusal


def test_compat_tells_of_one_name_by_argument():
    shown = str(cg.compat("conv2d"))
    assert "torch.conv2d" in shown and "dilation" in shown and "of PyTorch's generated cases pass" in shown
    assert "missing" in str(cg.compat("nn.LSTM"))
