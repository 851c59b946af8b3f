"""What each figure asks: in `questions/NAME.py`, all truths and numbers computed by the library."""
