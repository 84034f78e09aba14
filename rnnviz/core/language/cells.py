"""The cells that have a name: their equations, and where they were published. To add a cell, add its equations here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A named list of equations; `source` is the paper and year."""

    equations: str
    source: str


CELLS = {
    "feedforward": Cell(
        """h[t] = tanh(W_xh @ x[t] + b_h)  # hidden layer
y[t] = W_hy @ h[t] + b_y  # output""",
        "Rosenblatt 1958; Rumelhart, Hinton and Williams 1986",
    ),
    "convolution": Cell(
        """h[t] = tanh(W_ph @ x[t-1] + W_xh @ x[t] + W_nh @ x[t+1] + b_h)  # hidden layer
y[t] = W_hy @ h[t] + b_y  # output""",
        "Waibel et al. 1989 (a window of 3 steps: previous, present, next)",
    ),
    "vanilla": Cell(
        """h[t] = tanh(W_xh @ x[t] + W_hh @ h[t-1] + b_h)  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Elman 1990",
    ),
    "lstm": Cell(
        """i[t] = sigmoid(W_xi @ x[t] + W_hi @ h[t-1] + b_i)  # input gate
f[t] = sigmoid(W_xf @ x[t] + W_hf @ h[t-1] + b_f)  # forget gate
g[t] = tanh(W_xg @ x[t] + W_hg @ h[t-1] + b_g)  # candidate
o[t] = sigmoid(W_xo @ x[t] + W_ho @ h[t-1] + b_o)  # output gate
c[t] = f[t] * c[t-1] + i[t] * g[t]  # cell state
h[t] = o[t] * tanh(c[t])  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Hochreiter and Schmidhuber 1997; forget gate by Gers, Schmidhuber and Cummins 2000",
    ),
    "gru": Cell(
        """r[t] = sigmoid(W_xr @ x[t] + W_hr @ h[t-1] + b_r)  # reset gate
z[t] = sigmoid(W_xz @ x[t] + W_hz @ h[t-1] + b_z)  # update gate
n[t] = tanh(W_xn @ x[t] + b_n + r[t] * (W_hn @ h[t-1] + b_m))  # candidate
h[t] = (1 - z[t]) * n[t] + z[t] * h[t-1]  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Cho et al. 2014, as in cuDNN and PyTorch: reset after the product, z keeps the old state",
    ),
    "gru_v3": Cell(
        """r[t] = sigmoid(W_xr @ x[t] + W_hr @ h[t-1] + b_r)  # reset gate
z[t] = sigmoid(W_xz @ x[t] + W_hz @ h[t-1] + b_z)  # update gate
n[t] = tanh(W_xn @ x[t] + W_hn @ (r[t] * h[t-1]) + b_n)  # candidate
h[t] = (1 - z[t]) * n[t] + z[t] * h[t-1]  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Cho et al. 2014 (arXiv:1406.1078v3): reset before the product",
    ),
    "mingru": Cell(
        """z[t] = sigmoid(W_xz @ x[t] + b_z)  # update gate
n[t] = W_xn @ x[t] + b_n  # candidate
h[t] = (1 - z[t]) * h[t-1] + z[t] * n[t]  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Feng et al. 2024 (arXiv:2410.01201)",
    ),
    "deep": Cell(
        """h1[t] = tanh(W_xh1 @ x[t] + W_h1h1 @ h1[t-1] + b_h1)  # hidden state of layer 1
h2[t] = tanh(W_h1h2 @ h1[t] + W_h2h2 @ h2[t-1] + b_h2)  # hidden state of layer 2
y[t] = W_h2y @ h2[t] + b_y  # output""",
        "Schmidhuber 1992; Graves, Mohamed and Hinton 2013 (two layers)",
    ),
    "bidirectional": Cell(
        """f[t] = tanh(W_xf @ x[t] + W_ff @ f[t-1] + b_f)  # forward state
b[t] = tanh(W_xb @ x[t] + W_bb @ b[t+1] + b_b)  # backward state
y[t] = W_fy @ f[t] + W_by @ b[t] + b_y  # output""",
        "Schuster and Paliwal 1997",
    ),
    "recursive": Cell(
        """h[t] = tanh(W_xh @ x[t] + W_lh @ h[l] + W_rh @ h[r] + b_h)  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Pollack 1990; Socher et al. 2011 (a node of a tree and its children, left and right)",
    ),
    "tree_lstm": Cell(
        """i[t] = sigmoid(W_xi @ x[t] + W_li @ h[l] + W_ri @ h[r] + b_i)  # input gate
fl[t] = sigmoid(W_xf @ x[t] + W_lfl @ h[l] + W_rfl @ h[r] + b_f)  # forget gate of the left child
fr[t] = sigmoid(W_xf @ x[t] + W_lfr @ h[l] + W_rfr @ h[r] + b_f)  # forget gate of the right child
g[t] = tanh(W_xg @ x[t] + W_lg @ h[l] + W_rg @ h[r] + b_g)  # candidate
o[t] = sigmoid(W_xo @ x[t] + W_lo @ h[l] + W_ro @ h[r] + b_o)  # output gate
c[t] = fl[t] * c[l] + fr[t] * c[r] + i[t] * g[t]  # cell state
h[t] = o[t] * tanh(c[t])  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Tai, Socher and Manning 2015 (N-ary, N = 2: a forget gate for each child; W_xf and b_f are shared, as there)",
    ),
}
