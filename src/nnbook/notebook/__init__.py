"""What serves notebooks and pages and is no mathematics: plots, drawings, sources, panels."""
