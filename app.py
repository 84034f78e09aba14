"""The server: `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware

from rnnviz.ui import server

app = st.App(
    server.MAIN,
    routes=server.ROUTES,
    middleware=[Middleware(server.GzipOnce, paths=server.static_paths())],
    lifespan=server.lifespan,
)
