"""Parts of the glossary: rows of its tables, phrases of a scene, verbs."""
