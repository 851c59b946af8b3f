"""The claims of the slides, put to experiments that can fail: one file a chapter.
Each function takes seeds and returns arrays; `claims.record` keeps the verdicts."""
