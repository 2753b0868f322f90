"""The built-in visualizations, one a module: what to prepare, compute for an epoch, draw once and move."""
