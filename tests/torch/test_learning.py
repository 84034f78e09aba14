"""Training as PyTorch trains."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.core import CELLS, Model
from rnnviz.core.answers.code import torch_code
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.learning.losses import Target, loss_of
from rnnviz.core.learning.optimisers import Moments, Rule, update
from rnnviz.core.learning.returned import returned
from rnnviz.core.learning.tasks import NESTED_TREES, ON_TREES, TASKS
from rnnviz.core.learning.training import Recipe, Trainer
from rnnviz.core.learning.vectors import Flat
from rnnviz.core.scenario.wired import run_wired
from rnnviz.core.scenario.wiring import plan

LAYERS = {"vanilla": (torch.nn.RNN, [""]), "lstm": (torch.nn.LSTM, list("ifgo"))}
UPDATES = 100


def weights_of(layer: torch.nn.Module, out: torch.nn.Linear, gates: list[str], H: int) -> dict[str, np.ndarray]:
    """The weights of PyTorch's layers under our names; their two biases of each gate are added up."""
    found = {"W_hy": out.weight, "b_y": out.bias}
    for k, gate in enumerate(gates):
        rows = slice(k * H, (k + 1) * H)
        name = gate or "h"
        found[f"W_x{name}"] = layer.weight_ih_l0[rows]
        found[f"W_h{name}"] = layer.weight_hh_l0[rows]
        found[f"b_{name}"] = layer.bias_ih_l0[rows] + layer.bias_hh_l0[rows]
    return {name: weight.detach().numpy().copy() for name, weight in found.items()}


@pytest.mark.parametrize("cell", LAYERS)
def test_a_hundred_updates_of_adam(cell: str) -> None:
    """From the same weights a hundred updates of Adam on a text give the same weights, to 1e-10."""
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    V, H, T = 6, 8, 12
    made, gates = LAYERS[cell]
    layer, out = made(V, H), torch.nn.Linear(H, V)
    layer.bias_hh_l0.data.zero_()
    layer.bias_hh_l0.requires_grad = False  # one bias a gate, as here
    rng = np.random.default_rng(0)
    places = rng.integers(0, V, T + 1)
    x, right = np.eye(V)[places[:-1]], np.eye(V)[places[1:]]
    model = Model(CELLS[cell].equations, V, H, V)
    flat = Flat(model.shapes)
    flat.vector[...] = flat.joined(weights_of(layer, out, gates, H))
    target, step = Target(right, np.ones(T, dtype=bool)), Prepared(model.cell, flat.views, x)
    moments, rule = Moments.none(flat.vector.size), Rule("adam", 0.01, 0.0)
    optimiser = torch.optim.Adam([p for p in [*layer.parameters(), *out.parameters()] if p.requires_grad], lr=0.01)
    given, asked = torch.tensor(x[:, None]), torch.tensor(places[1:])
    for _ in range(UPDATES):
        found = loss_of(step.y(), target)
        update(rule, flat.vector, flat.joined(step.gradients(found.dy)), moments)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(out(layer(given)[0])[:, 0], asked).backward()
        optimiser.step()
    for name, weight in weights_of(layer, out, gates, H).items():
        assert np.abs(weight - flat.views[name]).max() < 1e-10


@pytest.mark.parametrize("task", [name for name in TASKS if name not in ("weather", "series", *ON_TREES)])
def test_gradients_of_every_task(task: str) -> None:
    """The gradient of every task's loss is PyTorch's."""
    torch.set_default_dtype(torch.float64)
    H = 5
    trainer = Trainer(Recipe(task, CELLS["lstm"].equations, H, text="abcab"))
    examples = trainer.batch(0)
    loss, gradient = trainer.gradient(examples)
    D, K = examples.x.shape[-1], examples.target.right.shape[-1]
    layer, out = torch.nn.LSTM(D, H), torch.nn.Linear(H, K)
    views = trainer.flat.views
    with torch.no_grad():
        layer.bias_hh_l0.zero_()
        for k, gate in enumerate("ifgo"):
            rows = slice(k * H, (k + 1) * H)
            layer.weight_ih_l0[rows] = torch.tensor(views[f"W_x{gate}"])
            layer.weight_hh_l0[rows] = torch.tensor(views[f"W_h{gate}"])
            layer.bias_ih_l0[rows] = torch.tensor(views[f"b_{gate}"])
        out.weight[...] = torch.tensor(views["W_hy"])
        out.bias[...] = torch.tensor(views["b_y"])
    y = out(layer(torch.tensor(examples.x))[0])[torch.tensor(examples.target.read)]
    right = torch.tensor(examples.target.right[examples.target.read])
    if examples.target.loss == "squared":
        theirs = ((y - right) ** 2).sum(-1).mean()
    else:
        theirs = torch.nn.functional.cross_entropy(y, right)
    theirs.backward()
    assert abs(theirs.item() - loss) < 1e-12
    grads = {"W_hy": out.weight.grad, "b_y": out.bias.grad}
    for k, gate in enumerate("ifgo"):
        rows = slice(k * H, (k + 1) * H)
        grads[f"W_x{gate}"] = layer.weight_ih_l0.grad[rows]
        grads[f"W_h{gate}"] = layer.weight_hh_l0.grad[rows]
        grads[f"b_{gate}"] = layer.bias_ih_l0.grad[rows]
    joined = trainer.flat.joined({name: grad.numpy() for name, grad in grads.items()})
    np.testing.assert_allclose(gradient, joined, atol=1e-12)


def test_gradients_of_trees() -> None:
    """On trees, too: those of a recursion from each root, for a batch of expressions of any shape."""
    torch.set_default_dtype(torch.float64)
    trainer = Trainer(Recipe(NESTED_TREES, CELLS["recursive"].equations, 5))
    examples = trainer.batch(0)
    loss, gradient = trainer.gradient(examples)
    p = {name: torch.tensor(view, requires_grad=True) for name, view in trainer.flat.views.items()}
    x, graph = torch.tensor(examples.x), examples.graph
    assert graph

    def state(node: int) -> torch.Tensor:
        total = p["W_xh"] @ x[node] + p["b_h"]
        for name, child in (("W_lh", graph.left[node]), ("W_rh", graph.right[node])):
            if child is not None:
                total = total + p[name] @ state(child)
        return torch.tanh(total)

    y = torch.stack([p["W_hy"] @ state(root) + p["b_y"] for root in graph.roots])
    theirs = torch.nn.functional.cross_entropy(y, torch.tensor(examples.target.right[list(graph.roots)]))
    theirs.backward()
    assert abs(theirs.item() - loss) < 1e-12
    joined = trainer.flat.joined({name: weight.grad.numpy() for name, weight in p.items()})
    np.testing.assert_allclose(gradient, joined, atol=1e-12)


@pytest.mark.parametrize("cell", ["vanilla", "lstm", "gru"])
def test_the_printed_cut(cell: str) -> None:
    """The program that is printed for a cut gives PyTorch the gradients that the page shows."""
    torch.set_default_dtype(torch.float64)
    model = Model(CELLS[cell].equations, 3, 4, 5)
    params, rng = model.init(0), np.random.default_rng(0)
    x = np.eye(3)[rng.integers(0, 3, 6)]
    right = rng.integers(0, 5, 6)
    wired = run_wired(model, params, x, plan("many-to-many", 6))
    target = Target(np.eye(5)[right], np.ones(6, dtype=bool))
    back = returned(model, params, wired.trace, target, window=2)
    text = torch_code(wired, cut=2).text
    assert "detach()" in text
    for name in params:
        text = text.replace(f"\n{name} = torch.tensor(", f"\n{name} = tensor(")
    made: dict = {"tensor": lambda rows: torch.tensor(rows, requires_grad=True)}
    exec(text, made)  # noqa: S102 - our own
    torch.nn.functional.cross_entropy(made["y"], torch.tensor(right)).backward()
    for name in params:
        np.testing.assert_allclose(made[name].grad.numpy(), back.gradient(name), atol=1e-12)
