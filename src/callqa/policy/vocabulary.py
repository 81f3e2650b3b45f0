"""Words the recogniser should expect."""

from typing import Annotated

from pydantic import Field

from callqa.domain import Noun


class Vocabulary(Noun):
    """Hot words and the text the recogniser is primed with."""

    hot_words: tuple[Annotated[str, Field(min_length=1, max_length=20)], ...] = ()
    """Product names, brands, terms of the trade; the recogniser leans towards them."""
    prompt: Annotated[str, Field(max_length=200)] = ""
    """One or two sentences in the agents' own words; keeps the output in simplified characters."""
