"""Places on drawings: where words can be written."""
