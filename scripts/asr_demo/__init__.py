"""Trains, exports and measures the demo recogniser. Needs torch and transformers; the product itself needs neither."""
