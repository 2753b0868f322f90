"""Made-up data for binary classification, the same for the same seed."""
