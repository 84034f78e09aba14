"""vanilla, LSTM and GRU against PyTorch in float64: weights copied by name, then every signal and every gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from rnnviz.core import CELLS, Model

D, H, K, T = 3, 5, 2, 9
# PyTorch stacks the gates of a layer in this order, and has two vectors a gate: one with the input, one with the state.
GATES = {"vanilla": "h", "lstm": "ifgo", "gru": "rzn"}
LAYERS = {"vanilla": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def by_name(cell: str, gate: str) -> tuple[str, str, str, str | None]:
    """The names of a gate's weights: from the input, from the state, and the vectors with each of them."""
    return f"W_x{gate}", f"W_h{gate}", f"b_{gate}", "b_m" if (cell, gate) == ("gru", "n") else None


def peer(cell: str, params: dict[str, Any]) -> tuple[Any, Any]:
    """PyTorch's layer and read-out with our weights."""
    layer, readout = LAYERS[cell](D, H).double(), torch.nn.Linear(H, K).double()
    names = [by_name(cell, gate) for gate in GATES[cell]]
    zeros = np.zeros(H)
    stacks = {
        "weight_ih_l0": [params[x] for x, _, _, _ in names],
        "weight_hh_l0": [params[h] for _, h, _, _ in names],
        "bias_ih_l0": [params[b] for _, _, b, _ in names],
        "bias_hh_l0": [params[m] if m else zeros for _, _, _, m in names],
    }
    with torch.no_grad():
        for name, parts in stacks.items():
            getattr(layer, name).copy_(torch.from_numpy(np.concatenate(parts)))
        readout.weight.copy_(torch.from_numpy(params["W_hy"]))
        readout.bias.copy_(torch.from_numpy(params["b_y"]))
    return layer, readout


def gradients_by_name(cell: str, layer: Any, readout: Any) -> dict[str, Any]:
    """PyTorch's gradients under the names of our weights."""
    found = {"W_hy": readout.weight.grad.numpy(), "b_y": readout.bias.grad.numpy()}
    for i, gate in enumerate(GATES[cell]):
        rows = slice(i * H, (i + 1) * H)
        x, h, b, m = by_name(cell, gate)
        found |= {x: layer.weight_ih_l0.grad[rows].numpy(), h: layer.weight_hh_l0.grad[rows].numpy()}
        found[b] = layer.bias_ih_l0.grad[rows].numpy()
        if m:
            found[m] = layer.bias_hh_l0.grad[rows].numpy()
    return found


@pytest.mark.parametrize("cell", sorted(GATES))
@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("seed", range(3))
def test_like_pytorch(cell: str, batch: int, seed: int) -> None:
    """Hidden states and outputs agree to 1e-12, the gradients of weights, inputs and initial states to 1e-10."""
    random = np.random.default_rng(seed)
    model = Model(CELLS[cell].equations, D, H, K)
    params = model.init(seed)
    states = sorted(model.lags, reverse=True)  # h, then c: the order of PyTorch
    init = {name: random.normal(size=(batch, H)) for name in states}
    x, dy = random.normal(size=(T, batch, D)), random.normal(size=(T, batch, K))
    trace = model.run(params, x, init)
    grads = model.backward(params, trace, {"y": dy})

    layer, readout = peer(cell, params)
    their_x = torch.from_numpy(x).requires_grad_()
    their_init = [torch.from_numpy(init[name])[None].requires_grad_() for name in states]
    h, last = layer(their_x, tuple(their_init) if len(states) > 1 else their_init[0])
    y = readout(h)
    (y * torch.from_numpy(dy)).sum().backward()

    np.testing.assert_allclose(trace["h"], h.detach().numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace["y"], y.detach().numpy(), rtol=0, atol=1e-12)
    if cell == "lstm":
        np.testing.assert_allclose(trace["c"][-1], last[1][0].detach().numpy(), rtol=0, atol=1e-12)
    theirs = gradients_by_name(cell, layer, readout)
    assert set(theirs) == set(grads.params)
    for name, g in theirs.items():
        np.testing.assert_allclose(grads.params[name], g, rtol=0, atol=1e-10, err_msg=name)
    np.testing.assert_allclose(grads.signals["x"], their_x.grad.numpy(), rtol=0, atol=1e-10)
    for name, state in zip(states, their_init, strict=True):
        np.testing.assert_allclose(grads.init[name], state.grad[0].numpy(), rtol=0, atol=1e-10, err_msg=name)
