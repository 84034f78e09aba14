"""Ten worked examples for those who write a cell of their own; each with where it was published.

They are the papers' equations as far as the notation goes; where one was simplified, a comment says so.
"""

from rnnviz.core.language.cells import CELLS, Cell

EXAMPLES = {
    # Logistic units, as in the paper; its context units, a copy of h[t-1], began at 0.5, here at 0.
    "elman": Cell(
        """h[t] = sigmoid(W_xh @ x[t] + W_hh @ h[t-1] + b_h)  # hidden state
y[t] = sigmoid(W_hy @ h[t] + b_y)  # output""",
        "Elman 1990, Finding structure in time",
    ),
    # Jordan's plan units are the input x; the state units s hold a fading sum of the outputs.
    "jordan": Cell(
        """s[t] = 0.5 * s[t-1] + y[t-1]  # fading sum of the outputs
h[t] = sigmoid(W_xh @ x[t] + W_sh @ s[t] + b_h)  # hidden layer
y[t] = sigmoid(W_hy @ h[t] + b_y)  # output""",
        "Jordan 1986, Serial order: a parallel distributed processing approach",
    ),
    "mgu": Cell(
        """f[t] = sigmoid(W_xf @ x[t] + W_hf @ h[t-1] + b_f)  # forget gate
n[t] = tanh(W_xn @ x[t] + W_hn @ (f[t] * h[t-1]) + b_n)  # candidate
h[t] = (1 - f[t]) * h[t-1] + f[t] * n[t]  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Zhou, Wu, Zhang and Zhou 2016, Minimal gated unit for recurrent neural networks",
    ),
    # With time constant and step in one number, the leak 0.3. Only W_hy is trained in an echo state network.
    "leaky": Cell(
        """h[t] = 0.7 * h[t-1] + 0.3 * tanh(W_xh @ x[t] + W_hh @ h[t-1])  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Jaeger, Lukoševičius, Popovici and Siewert 2007, Echo state networks with leaky-integrator neurons",
    ),
    # Kalman's system without its noise; a bias more.
    "linear": Cell(
        """h[t] = W_xh @ x[t] + W_hh @ h[t-1] + b_h  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Kalman 1960, A new approach to linear filtering and prediction problems (the state-space model)",
    ),
    # Two earlier outputs and no earlier inputs; the paper takes any number of both.
    "narx": Cell(
        """h[t] = tanh(W_xh @ x[t] + W_yh @ y[t-1] + V_yh @ y[t-2] + b_h)  # hidden layer
y[t] = W_hy @ h[t] + b_y  # output""",
        "Lin, Horne, Tiňo and Giles 1996, Learning long-term dependencies in NARX recurrent neural networks",
    ),
    "bidirectional": CELLS["bidirectional"],
    "indrnn": Cell(
        """h[t] = relu(W_xh @ x[t] + u_h * h[t-1] + b_h)  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Li, Li, Cook, Zhu and Gao 2018, Independently recurrent neural network (IndRNN)",
    ),
    # With tanh around c[t], which the paper leaves out and later ones (Greff et al. 2017) have again.
    "peephole": Cell(
        """i[t] = sigmoid(W_xi @ x[t] + W_hi @ h[t-1] + p_i * c[t-1] + b_i)  # input gate
f[t] = sigmoid(W_xf @ x[t] + W_hf @ h[t-1] + p_f * c[t-1] + b_f)  # forget gate
g[t] = tanh(W_xg @ x[t] + W_hg @ h[t-1] + b_g)  # candidate
c[t] = f[t] * c[t-1] + i[t] * g[t]  # cell state
o[t] = sigmoid(W_xo @ x[t] + W_ho @ h[t-1] + p_o * c[t] + b_o)  # output gate
h[t] = o[t] * tanh(c[t])  # hidden state
y[t] = W_hy @ h[t] + b_y  # output""",
        "Gers, Schraudolph and Schmidhuber 2002, Learning precise timing with LSTM recurrent networks",
    ),
    # As many slow units as fast ones; the paper chooses both numbers.
    "scrn": Cell(
        """s[t] = 0.05 * (W_xs @ x[t]) + 0.95 * s[t-1]  # slow state
h[t] = sigmoid(W_sh @ s[t] + W_xh @ x[t] + W_hh @ h[t-1])  # fast state
y[t] = W_hy @ h[t] + W_sy @ s[t]  # output""",
        "Mikolov, Joulin, Chopra, Mathieu and Ranzato 2015, Learning longer memory in recurrent neural networks",
    ),
}
