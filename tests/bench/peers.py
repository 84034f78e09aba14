"""What the benchmark compares with: the loops of a textbook, and bare loops of the engine's NumPy calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Textbook:
    """A cell as a textbook writes it, for one sequence (T, D) or a batch (T, B, D); hidden states are row vectors."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]


def sigmoid(a: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-a))


def vanilla_forward(p: Any, x: Any) -> Any:
    h, hs, ys = np.zeros((*x.shape[1:-1], p["b_h"].size)), [], []
    for x_t in x:
        h = np.tanh(x_t @ p["W_xh"].T + h @ p["W_hh"].T + p["b_h"])
        hs.append(h)
        ys.append(h @ p["W_hy"].T + p["b_y"])
    return {"h": np.array(hs), "y": np.array(ys)}


def grow(g: Any, name: str, d: Any, v: Any) -> None:
    """Add the gradient of a matrix: derivative times operand."""
    g[name] += np.outer(d, v) if d.ndim == 1 else d.T @ v


def grow_bias(g: Any, name: str, d: Any) -> None:
    g[name] += d if d.ndim == 1 else d.sum(0)


def vanilla_backward(p: Any, x: Any, s: Any, dy: Any) -> Any:
    g = {name: np.zeros_like(weight) for name, weight in p.items()}
    start = np.zeros_like(s["h"][0])
    later = start
    for t in reversed(range(len(x))):
        h, before = s["h"][t], s["h"][t - 1] if t else start
        grow(g, "W_hy", dy[t], h)
        grow_bias(g, "b_y", dy[t])
        da = (dy[t] @ p["W_hy"] + later) * (1 - h * h)
        grow(g, "W_xh", da, x[t])
        grow(g, "W_hh", da, before)
        grow_bias(g, "b_h", da)
        later = da @ p["W_hh"]
    return g


def lstm_forward(p: Any, x: Any) -> Any:
    h = c = np.zeros((*x.shape[1:-1], p["b_i"].size))
    s: dict[str, list[Any]] = {name: [] for name in "ifgochy"}
    for x_t in x:
        i = sigmoid(x_t @ p["W_xi"].T + h @ p["W_hi"].T + p["b_i"])
        f = sigmoid(x_t @ p["W_xf"].T + h @ p["W_hf"].T + p["b_f"])
        g = np.tanh(x_t @ p["W_xg"].T + h @ p["W_hg"].T + p["b_g"])
        o = sigmoid(x_t @ p["W_xo"].T + h @ p["W_ho"].T + p["b_o"])
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip("ifgochy", (i, f, g, o, c, h, h @ p["W_hy"].T + p["b_y"]), strict=True):
            s[name].append(value)
    return {name: np.array(values) for name, values in s.items()}


def lstm_backward(p: Any, x: Any, s: Any, dy: Any) -> Any:
    grads = {name: np.zeros_like(weight) for name, weight in p.items()}
    start = np.zeros_like(s["h"][0])
    later_h = later_c = start
    for t in reversed(range(len(x))):
        i, f, g, o, c, h = (s[name][t] for name in "ifgoch")
        h_before, c_before = (s["h"][t - 1], s["c"][t - 1]) if t else (start, start)
        grow(grads, "W_hy", dy[t], h)
        grow_bias(grads, "b_y", dy[t])
        dh = dy[t] @ p["W_hy"] + later_h
        tanh_c = np.tanh(c)
        dc = dh * o * (1 - tanh_c * tanh_c) + later_c
        gates = {
            "i": dc * g * i * (1 - i),
            "f": dc * c_before * f * (1 - f),
            "g": dc * i * (1 - g * g),
            "o": dh * tanh_c * o * (1 - o),
        }
        later_c, later_h = dc * f, start
        for name, d in gates.items():
            grow(grads, f"W_x{name}", d, x[t])
            grow(grads, f"W_h{name}", d, h_before)
            grow_bias(grads, f"b_{name}", d)
            later_h = later_h + d @ p[f"W_h{name}"]
    return grads


def gru_forward(p: Any, x: Any) -> Any:
    h = np.zeros((*x.shape[1:-1], p["b_z"].size))
    s: dict[str, list[Any]] = {name: [] for name in "rzmnhy"}
    for x_t in x:
        r = sigmoid(x_t @ p["W_xr"].T + h @ p["W_hr"].T + p["b_r"])
        z = sigmoid(x_t @ p["W_xz"].T + h @ p["W_hz"].T + p["b_z"])
        m = h @ p["W_hn"].T + p["b_m"]
        n = np.tanh(x_t @ p["W_xn"].T + p["b_n"] + r * m)
        h = (1 - z) * n + z * h
        for name, value in zip("rzmnhy", (r, z, m, n, h, h @ p["W_hy"].T + p["b_y"]), strict=True):
            s[name].append(value)
    return {name: np.array(values) for name, values in s.items()}


def gru_backward(p: Any, x: Any, s: Any, dy: Any) -> Any:
    grads = {name: np.zeros_like(weight) for name, weight in p.items()}
    start = np.zeros_like(s["h"][0])
    later = start
    for t in reversed(range(len(x))):
        r, z, m, n, h = (s[name][t] for name in "rzmnh")
        before = s["h"][t - 1] if t else start
        grow(grads, "W_hy", dy[t], h)
        grow_bias(grads, "b_y", dy[t])
        dh = dy[t] @ p["W_hy"] + later
        dn = dh * (1 - z) * (1 - n * n)
        dz, dr, dm = dh * (before - n) * z * (1 - z), dn * m * r * (1 - r), dn * r
        later = dh * z + dz @ p["W_hz"] + dr @ p["W_hr"] + dm @ p["W_hn"]
        for name, d, own in (("z", dz, dz), ("r", dr, dr), ("n", dm, dn)):
            grow(grads, f"W_h{name}", d, before)
            grow(grads, f"W_x{name}", own, x[t])
            grow_bias(grads, f"b_{name}", own)
        grow_bias(grads, "b_m", dm)
    return grads


TEXTBOOK = {
    "vanilla": Textbook(vanilla_forward, vanilla_backward),
    "lstm": Textbook(lstm_forward, lstm_backward),
    "gru": Textbook(gru_forward, gru_backward),
}


def room(H: int, batch: int, *multiples: int) -> list[Any]:
    """Rows of H, 2 H, ... numbers."""
    return [np.full((n * H, batch) if batch > 1 else n * H, 0.1) for n in multiples]


def stacked(p: Any, *names: str) -> Any:
    return np.asfortranarray(np.concatenate([p[name] for name in names])).dot


def bare_vanilla(p: Any, T: int, H: int, batch: int) -> Callable[[], None]:
    dot, (h, a, b) = stacked(p, "W_hh"), room(H, batch, 1, 1, 1)
    add, tanh = np.add, np.tanh

    def loop() -> None:
        for _ in range(T):
            dot(h, a)
            add(a, b, a)
            tanh(a, h)

    return loop


def bare_lstm(p: Any, T: int, H: int, batch: int) -> Callable[[], None]:
    dot = stacked(p, "W_hi", "W_hf", "W_ho", "W_hg")
    (h, c, u, v, i, f, o, g), (a, b, k, gates) = room(H, batch, *[1] * 8), room(H, batch, 4, 4, 4, 4)
    add, multiply, tanh = np.add, np.multiply, np.tanh

    def loop() -> None:
        for _ in range(T):
            dot(h, a)
            add(a, b, a)
            multiply(a, k, gates)
            tanh(gates, gates)
            multiply(gates, k, gates)
            add(gates, k, gates)
            multiply(f, c, u)
            multiply(i, g, v)
            add(u, v, c)
            tanh(c, u)
            multiply(o, u, h)

    return loop


def bare_gru(p: Any, T: int, H: int, batch: int) -> Callable[[], None]:
    dot = stacked(p, "W_hz", "W_hr", "W_hn")
    (h, u, v, w, m, z, r, n, one), (a, b), (gates, k, s) = (
        room(H, batch, *[1] * 9),
        room(H, batch, 3, 3),
        room(H, batch, 2, 2, 2),
    )
    add, subtract, multiply, tanh = np.add, np.subtract, np.multiply, np.tanh

    def loop() -> None:
        for _ in range(T):
            dot(h, a)
            add(a, b, a)
            multiply(s, k, gates)
            tanh(gates, gates)
            multiply(gates, k, gates)
            add(gates, k, gates)
            multiply(r, m, u)
            add(u, w, u)
            tanh(u, n)
            subtract(one, z, v)
            multiply(v, n, v)
            multiply(z, h, w)
            add(v, w, h)

    return loop


BARE = {"vanilla": bare_vanilla, "lstm": bare_lstm, "gru": bare_gru}
