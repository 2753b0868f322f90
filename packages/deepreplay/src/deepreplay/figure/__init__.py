"""Drawing: plots of one visualization, scenes of several, and their animations."""
