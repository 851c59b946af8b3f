"""Still pictures too long for the file of their figure; `_marks.py` has what several draw."""
