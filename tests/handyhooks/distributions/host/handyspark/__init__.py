"""Stands in for the host."""
