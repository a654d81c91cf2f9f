"""totalplace."""
