"""Kinds of query. Each answers all items that are given to it, for all strata, in as few queries as it can."""
