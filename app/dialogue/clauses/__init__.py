"""Translation of clauses into English: phrases, word order, particles, misspellings."""
