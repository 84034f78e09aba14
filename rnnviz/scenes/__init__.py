"""A choice becomes a scene. No Streamlit."""
