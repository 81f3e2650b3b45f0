"""Numbers about the talk: who speaks how much, silence, talk-over, pace, delays, questions → ``Measure``s."""

from callqa.metrics.talk import VERSION, measure

__all__ = ["VERSION", "measure"]
