"""Normalisation of wording: elliptic, anaphoric and framed utterances as plain clauses."""
