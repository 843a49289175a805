"""Image tokenizers: pixels to a grid of codebook indices and back."""
