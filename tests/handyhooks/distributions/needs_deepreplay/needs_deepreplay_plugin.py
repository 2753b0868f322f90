"""A plugin that can't do without its host."""

import deepreplay.visualizations  # noqa: F401
