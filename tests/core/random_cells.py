"""Random cells and trees, for tests over all that can be written."""

from __future__ import annotations

from hypothesis import reject
from hypothesis import strategies as st

from rnnviz.core import InputError, Model

SMOOTH = ["tanh", "sigmoid", "softmax", "identity", "total"]


NAMES = ["h", "g", "c", "y"]


@st.composite
def cells(draw: st.DrawFn, functions: list[str]) -> str:
    """One to four equations; each reads x, what is defined above it in any step, and everything at earlier steps."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    lines = []
    for i, name in enumerate(names):
        signals = ["x[t]", "x[t-1]", "x[t+2]", *[f"{n}[t-{k}]" for n in names for k in (1, 2)]]
        signals += [f"{n}[t{k}]" for n in names[:i] for k in ("", "+1")] + [f"{name}[t+1]"]
        leaves = st.sampled_from([*signals, *signals, "b_1", "b_2", "0.5", "2"])

        def larger(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
            matrix = st.sampled_from(["W_1", "W_2", "W_3", "W_4"])
            return st.one_of(
                st.tuples(below, st.sampled_from("+-*"), below).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
                st.tuples(matrix, below).map(lambda p: f"({p[0]} @ {p[1]})"),
                st.tuples(st.sampled_from(functions), below).map(lambda p: f"{p[0]}({p[1]})"),
                below.map(lambda e: f"(-{e})"),
            )

        lines.append(f"{name}[t] = {draw(st.recursive(leaves, larger, max_leaves=8))}")
    return "\n".join(lines)


def model_of(text: str) -> Model:
    """The model of a random text, unless it is one of those that are refused."""
    try:
        return Model(text, 2, 3, 2)  # D = K, so that no sizes clash
    except InputError as error:
        if error.code not in {"past_and_future", "number_right_of_at", "number_in_function"}:
            raise  # what is drawn here may be refused for no other reason
        reject()


def random_trees(largest: int = 12) -> st.SearchStrategy[str]:
    """Sentences with brackets, of up to so many words."""
    word = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="()（）"), min_size=1, max_size=3)
    return st.recursive(
        word, lambda below: st.tuples(below, below).map(lambda pair: f"({pair[0]} {pair[1]})"), max_leaves=largest
    )
