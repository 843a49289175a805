"""What is worn, held, in a mouth: where on each figure, and how large."""
