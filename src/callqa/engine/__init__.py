"""The engine: batches of calls straight through all stages, resumable, in processes."""
