"""What `make grade` runs an answer with: a process of its own, and a judge that gets arrays only.

judge.py asks, answer.py answers, wire.py is what they say to each other, and guard.py is what an
answer may not do.
"""
