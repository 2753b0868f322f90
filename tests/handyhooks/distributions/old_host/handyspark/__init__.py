"""Stands in for a host from before there were plugins."""
