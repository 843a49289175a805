"""Clauses of each language as English: their phrases, word order, particles and misspellings."""
