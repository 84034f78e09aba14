"""The pictures: what stands where, as data for Plotly. Never Streamlit; each a pure function of a model and its run."""
