"""What every exercise is checked with: its cases, the judge, and the words of the answer."""
