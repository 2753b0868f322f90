"""The plot kinds that are built in, one a module: what to ask, what to keep, how to draw."""
