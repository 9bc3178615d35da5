"""A genome made from a torch module computes what the module computes; other modules are refused."""

import numpy as np
import pytest
import torch
from torch import nn

from agents.errors import UserError
from agents.genome import Genome, load, save
from agents.network.cells import PlainNetwork

INPUTS, HIDDEN, ACTIONS, STEPS = 5, 7, 4, 25


class Sequence(nn.Module):
    """A layer that takes sequences, and a linear layer; their nesting and their names are unusual."""

    def __init__(self, layer, head=None):
        super().__init__()
        self.body = nn.ModuleDict({"first": nn.Sequential(nn.Identity(), layer)})
        self.votes = nn.Sequential(nn.Dropout(0.5), head or nn.Linear(HIDDEN, ACTIONS))

    def forward(self, senses):
        return self.votes(self.body["first"](senses)[0])


class Steps(nn.Module):
    """A cell that takes one step at a time, and a linear layer."""

    def __init__(self, cell, head=None):
        super().__init__()
        self.cell, self.head = cell, head or nn.Linear(HIDDEN, ACTIONS)

    def forward(self, senses):
        state, votes = None, []
        for step in senses:
            state = self.cell(step, state)
            votes.append(self.head(state[0] if isinstance(state, tuple) else state))
        return torch.stack(votes)


def modules():
    torch.manual_seed(0)
    bare = nn.Linear(HIDDEN, ACTIONS, bias=False)
    return {
        "rnn": Sequence(nn.RNN(INPUTS, HIDDEN)),
        "rnn without biases": Sequence(nn.RNN(INPUTS, HIDDEN, bias=False), bare),
        "rnn, batch first": Sequence(nn.RNN(INPUTS, HIDDEN, batch_first=True)),
        "lstm": Sequence(nn.LSTM(INPUTS, HIDDEN)),
        "lstm, batch first": Sequence(nn.LSTM(INPUTS, HIDDEN, batch_first=True)),
        "lstm in float64": Sequence(nn.LSTM(INPUTS, HIDDEN)).double(),
        "rnn cell": Steps(nn.RNNCell(INPUTS, HIDDEN)),
        "lstm cell": Steps(nn.LSTMCell(INPUTS, HIDDEN)),
        "lstm cell without biases": Steps(nn.LSTMCell(INPUTS, HIDDEN, bias=False), bare),
    }


def saturated(module):
    """The same module with weights so large that its units saturate on both sides."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(4)
    return module.eval()


@pytest.mark.parametrize("name", modules())
def test_the_genome_computes_what_the_module_computes(name):
    module = saturated(modules()[name])
    found = Genome.from_torch(module)
    assert found.weights.dtype == np.float32
    assert (found.layout.inputs, found.layout.hidden, found.layout.outputs) == (INPUTS, HIDDEN, ACTIONS)
    kind = next(module.parameters()).dtype
    senses = torch.randn(STEPS, 1, INPUTS, generator=torch.Generator().manual_seed(1)).to(kind)
    ordered = senses.transpose(0, 1) if "batch first" in name else senses
    with torch.no_grad():
        wanted = module(ordered).reshape(STEPS, ACTIONS).numpy()
    network = PlainNetwork(found.layout, found.weights)
    votes = np.stack([network.forward(step) for step in senses[:, 0].numpy().astype(np.float32)])
    np.testing.assert_allclose(votes, wanted, atol=2e-5)
    assert np.ptp(wanted) > 1


def test_a_genome_from_torch_can_be_saved(tmp_path):
    found = Genome.from_torch(modules()["lstm"])
    save(tmp_path / "genome.safetensors", found.weights, found.layout, found.provenance)
    assert load(tmp_path / "genome.safetensors").weights.tobytes() == found.weights.tobytes()


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale, self.rnn = nn.Parameter(torch.ones(())), nn.RNN(INPUTS, HIDDEN)
        self.head = nn.Linear(HIDDEN, ACTIONS)


class Custom(nn.Module):
    """A layer of a type that the conversion does not know."""


RNN, HEAD = nn.RNN(INPUTS, HIDDEN), nn.Linear(HIDDEN, ACTIONS)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (HEAD, "got layers: Linear; pass a module of these two alone"),
        (RNN, "got layers: RNN;"),
        (nn.Sequential(), "got layers: none;"),
        (nn.ModuleList([RNN, nn.LSTM(INPUTS, HIDDEN), HEAD]), "got layers: RNN, LSTM, Linear;"),
        (nn.ModuleList([nn.Linear(3, INPUTS), RNN, HEAD]), "got layers: Linear, RNN, Linear;"),
        (nn.ModuleList([RNN, nn.Tanh(), HEAD]), "got layers: RNN, Tanh, Linear;"),
        (nn.ModuleList([RNN, nn.LayerNorm(HIDDEN), HEAD]), "got layers: RNN, LayerNorm, Linear;"),
        (nn.ModuleList([RNN, Custom(), HEAD]), "got layers: RNN, Custom, Linear;"),
        (Scaled(), "got layers: Scaled, RNN, Linear;"),
        (nn.ModuleList([nn.GRU(INPUTS, HIDDEN), HEAD]), "reset gate after the matrix product"),
        (nn.ModuleList([nn.GRUCell(INPUTS, HIDDEN), HEAD]), "reset gate after the matrix product"),
        (nn.ModuleList([nn.RNN(INPUTS, HIDDEN, 2), HEAD]), "num_layers 1, got RNN with num_layers 2"),
        (nn.ModuleList([nn.LSTM(INPUTS, HIDDEN, bidirectional=True), HEAD]), "bidirectional False"),
        (nn.ModuleList([nn.LSTM(INPUTS, HIDDEN, proj_size=3), HEAD]), "proj_size 0"),
        (nn.ModuleList([nn.RNN(INPUTS, HIDDEN, nonlinearity="relu"), HEAD]), "nonlinearity tanh"),
        (nn.ModuleList([nn.RNNCell(INPUTS, HIDDEN, nonlinearity="relu"), HEAD]), "nonlinearity tanh"),
        (nn.ModuleList([RNN, nn.Linear(HIDDEN + INPUTS, ACTIONS)]), "got one of 12 inputs and 4 outputs"),
        (nn.ModuleList([nn.Linear(6, 6), nn.RNN(6, 6)]), "register it after the recurrent layer"),
        (nn.ModuleList([nn.RNN(INPUTS, 300), nn.Linear(300, ACTIONS)]), "hidden must be from 2 to 256"),
        ({"weight": 1}, "a torch module, got dict; pass the network itself"),
    ],
)
def test_other_modules_are_refused_in_one_line(module, message):
    with pytest.raises(UserError) as caught:
        Genome.from_torch(module)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_finite_are_refused():
    module = Sequence(nn.LSTM(INPUTS, HIDDEN))
    with torch.no_grad():
        module.votes[1].bias[2] = torch.nan
    with pytest.raises(UserError, match="finite weights, got 1 of"):
        Genome.from_torch(module)
