"""Rubric + findings + tags + measures → ``Scorecard``. Pure arithmetic; every line says why."""

from callqa.score.card import VERSION, score_call

__all__ = ["VERSION", "score_call"]
