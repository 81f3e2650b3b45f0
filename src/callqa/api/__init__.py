"""The review API: one router per noun, wire models, one error table, one table of rights."""

from callqa.api.app import create_app

__all__ = ["create_app"]
