"""The pages, one a file. (Streamlit would run the files of a folder called pages beside main.py by themselves.)"""
