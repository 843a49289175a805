"""How good pictures are: distances of sets, reconstruction, GenEval, and the tables of all that."""
