"""Python in the page: runs cells and checks answers in the reader's tab, where Pyodide is.
book/run/worker.mjs calls it; at home nothing does."""
