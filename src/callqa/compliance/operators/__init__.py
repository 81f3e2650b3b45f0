"""One module per operator. Most give all their hits in the call; scope, count and verdict are the same for all."""
