"""Random changes, and networks to make them in."""

from __future__ import annotations

from hypothesis import strategies as st

from rnnviz.core.scenario.edits import (
    LARGEST,
    Edit,
    Shuffle,
)

places = st.one_of(st.none(), st.integers(1, 200))


stretches = st.one_of(
    places,
    st.integers(-9, 0),
    st.tuples(st.integers(1, 200), st.none()),
    st.tuples(st.integers(1, 20), st.integers(0, 9)).map(lambda p: (p[0], p[0] + p[1])),
)


values = st.floats(-LARGEST, LARGEST)


names = st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,6}", fullmatch=True)


edits = st.builds(
    Edit, names, values, st.one_of(st.tuples(places), st.tuples(stretches, places)), encoder=st.booleans()
)


changes = st.one_of(edits, st.builds(Shuffle, st.integers(0, 999_999)))
