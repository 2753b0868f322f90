"""Stands in for a host that can't be imported."""
