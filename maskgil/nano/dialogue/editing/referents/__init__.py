"""Reference resolution: by name, class, ordinal or pronoun."""
