"""Ridgeline plots for both hosts: densities by stratum for handyspark, and by epoch for deepreplay."""

from __future__ import annotations

from handy_ridgeline.replay import deepreplay_visualizations
from handy_ridgeline.spark import handyspark_plot_kinds

__version__ = "1.0.0"

__all__ = ["deepreplay_visualizations", "handyspark_plot_kinds"]
