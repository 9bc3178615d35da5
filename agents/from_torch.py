"""Converts torch modules of one recurrent layer and one linear layer to genomes.

H hidden units, I inputs, A outputs, P weights.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from agents.errors import UserError
from agents.layout import Cell, Layout

GATES: dict[Cell, tuple[str, ...]] = {"elman": ("hidden",), "lstm": ("input", "forget", "candidate", "emit")}
"""Our names of the gates, in the order in which torch stacks their rows."""
RECURRENT = (nn.RNN, nn.RNNCell, nn.LSTM, nn.LSTMCell)
REFUSED = (nn.GRU, nn.GRUCell)
PASS_THROUGH = (nn.Identity, nn.Flatten, nn.Dropout, nn.Sequential, nn.ModuleList, nn.ModuleDict)
"""Layers that do not change numbers when a trained network is evaluated, and containers of layers."""


def convert(module: nn.Module) -> tuple[NDArray[np.float32], Layout]:
    """The genome [P] that computes the same outputs as the module, and its layout; see `Genome.from_torch`."""
    recurrent, output = _layers(module)
    cell: Cell = "lstm" if isinstance(recurrent, nn.LSTM | nn.LSTMCell) else "elman"
    layout = Layout(cell, recurrent.hidden_size, recurrent.input_size, output.out_features)
    suffix = "_l0" if isinstance(recurrent, nn.RNNBase) else ""
    names = ("weight_hh", "weight_ih", *(("bias_hh", "bias_ih") if recurrent.bias else ()))
    hidden, inputs, *biases = (_numbers(getattr(recurrent, name + suffix)) for name in names)
    gates = np.hstack([sum(biases, np.zeros(len(hidden)))[:, None], hidden, inputs])
    bias = np.zeros(layout.outputs) if output.bias is None else _numbers(output.bias)

    genome = np.empty(layout.size, np.float32)
    blocks = layout.split(genome)
    for name, rows in zip(GATES[cell], np.split(gates, len(GATES[cell])), strict=True):
        blocks[name][:] = rows
    blocks["output"][:] = np.hstack([bias[:, None], _numbers(output.weight)])
    return genome, layout


def _layers(module: nn.Module) -> tuple[Any, nn.Linear]:
    """The recurrent layer and the linear layer of a module. Raises UserError if it has other layers too."""
    if not isinstance(module, nn.Module):
        got = type(module).__name__
        raise UserError(f"a genome is made from a torch module, got {got}; pass the network itself, as in model.policy")
    layers = list(_active_layers(module))
    recurrent = [layer for layer in layers if isinstance(layer, RECURRENT)]
    output = [layer for layer in layers if isinstance(layer, nn.Linear)]
    if any(isinstance(layer, REFUSED) for layer in layers):
        raise UserError(
            "torch's GRU cannot be converted: it applies the reset gate after the matrix product, and the gru of a "
            "genome applies it before; train an nn.LSTM or an nn.RNN"
        )
    if not (len(recurrent) == len(output) == 1 and len(layers) == 2):
        got = ", ".join(type(layer).__name__ for layer in layers) or "none"
        fix = "set policy_kwargs net_arch to {'pi': []}" if _is_policy(module) else "pass a module of these two alone"
        raise UserError(
            f"a genome is one recurrent layer (RNN, LSTM, RNNCell, LSTMCell) and one Linear, got layers: {got}; {fix}"
        )
    _check_recurrent(recurrent[0])
    _check_output(output[0], recurrent[0], first=layers[0] is output[0])
    return recurrent[0], output[0]


def _active_layers(module: nn.Module) -> Iterator[nn.Module]:
    """All layers that change numbers or hold weights, in the order in which they were registered."""
    for part in _actor(module) if _is_policy(module) else [module]:
        for layer in part.modules():
            weights = [*layer.parameters(recurse=False), *layer.buffers(recurse=False)]
            if weights or not (isinstance(layer, PASS_THROUGH) or any(layer.children())):
                yield layer


def _is_policy(module: Any) -> bool:
    """True for a recurrent policy of sb3-contrib, which need not be installed."""
    return all(hasattr(module, name) for name in ("lstm_actor", "mlp_extractor", "action_net"))


def _actor(policy: Any) -> list[nn.Module]:
    """The parts of an sb3-contrib policy between senses and actions, without the critic."""
    space = type(policy.action_space).__name__
    if space != "Discrete":
        raise UserError(
            f"a genome chooses one of several actions, got a policy for a {space} space; train on a Discrete space"
        )
    return [policy.pi_features_extractor, policy.lstm_actor, policy.mlp_extractor.policy_net, policy.action_net]


def _check_recurrent(layer: Any) -> None:
    """Raise UserError unless the recurrent layer is a single plain layer in one direction."""
    wanted = {"num_layers": 1, "bidirectional": False, "proj_size": 0, "nonlinearity": "tanh"}
    for name, value in wanted.items():
        if getattr(layer, name, value) != value:
            got = f"{type(layer).__name__} with {name} {getattr(layer, name)}"
            raise UserError(f"a genome's recurrent layer has {name} {value}, got {got}; train a network of that kind")


def _check_output(layer: nn.Linear, recurrent: Any, *, first: bool) -> None:
    """Raise UserError unless the linear layer leads from the hidden units to the outputs."""
    if layer.in_features != recurrent.hidden_size or (first and layer.out_features == recurrent.input_size):
        raise UserError(
            f"the Linear must lead from the {recurrent.hidden_size} hidden units to the actions, got one of "
            f"{layer.in_features} inputs and {layer.out_features} outputs; register it after the recurrent layer"
        )


def _numbers(tensor: torch.Tensor) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = tensor.detach().to("cpu", torch.float64).numpy()
    return numbers
