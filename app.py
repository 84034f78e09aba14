"""The server: `streamlit run app.py`."""

import streamlit as st

from rnnviz.ui import server

app = st.App(
    server.MAIN,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    exception_handlers={Exception: server.failed},
    lifespan=server.lifespan,
)
