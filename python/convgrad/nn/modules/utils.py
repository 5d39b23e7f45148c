"""Tuples of as many numbers as there are axes. Like torch.nn.modules.utils."""
from .._tuples import (_list_with_default, _ntuple, _pair, _quadruple, _reverse_repeat_tuple, _single, _triple,
                       consume_prefix_in_state_dict_if_present)
