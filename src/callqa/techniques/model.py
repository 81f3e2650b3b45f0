"""The trained model: turns in, probabilities of techniques and reactions out, all turns of all calls at once."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from callqa.domain import ModelRef, Party, Reaction
from callqa.techniques.calibrate import Floats, choose
from callqa.techniques.concepts import ConceptFinder
from callqa.techniques.features import Block, Instance, Reader
from callqa.techniques.head import Head, shares
from callqa.techniques.neighbours import Around, Batch, Places, beside, told_by
from callqa.techniques.similar import SimilarLabels
from callqa.techniques.sound import SoundTable
from callqa.techniques.vectors import Vectoriser
from callqa.techniques.words import WordCutter

if TYPE_CHECKING:  # reading a policy takes longer than loading a model, and a model needs none
    from callqa.policy.techniques import Techniques

SURE_REACTION = 0.25
"""Below this share of the chosen reaction the model abstains: no reaction is given."""
KNOWN_SHARE = 0.25
"""Below this share of known characters (English, noise) the model abstains."""


class Ingredients(NamedTuple):
    """What a reader is made of; stored with the model."""

    frequencies: dict[str, int]
    """Word → count for the word cutter."""
    syllables: dict[str, str]
    """Character → tone-free syllable."""
    concepts: dict[str, tuple[str, ...]]
    """Concept → words."""
    senses: dict[str, tuple[str, ...]]
    """Sense → words; named otherwise than any concept."""

    def reader(self, *, user_words: Iterable[str] = ()) -> Reader:
        """Build the reader; user words stay whole in cutting."""
        sounds = SoundTable(self.syllables)
        return Reader(
            cutter=WordCutter(self.frequencies, user_words=tuple(user_words)),
            sounds=sounds,
            finder=ConceptFinder({**self.concepts, **self.senses}, sounds),
            senses=frozenset(self.senses),
        )


class Prediction(NamedTuple):
    """Probabilities for a batch; rows that do not concern a head hold zeros."""

    techniques: Floats
    """``[instances, labels]``, zero for customer turns."""
    reactions: Floats
    """``[instances, 6]`` in the order of ``Reaction``, rows of customer turns sum to one."""
    chosen: np.ndarray
    """``[instances]`` int: index into ``Reaction`` of the reaction chosen; 0 and without meaning for agent turns."""
    known: np.ndarray
    """``[instances]`` bool: enough of the text is known to the model to judge it."""
    matrix: csr_matrix
    """Rows of the agent turns as the head saw them; row ``agent_row[i]`` belongs to instance ``i``."""
    agent_row: np.ndarray
    """``[instances]`` int, -1 for customer turns."""


class TechniqueModel:
    """Reads turns. Made by ``load_model`` or by training; never changed afterwards."""

    def __init__(
        self,
        *,
        ref: ModelRef,
        ingredients: Ingredients,
        agent_vectoriser: Vectoriser,
        customer_vectoriser: Vectoriser,
        first_agent_head: Head,
        agent_head: Head,
        first_customer_head: Head,
        customer_head: Head,
        techniques: "Techniques | None" = None,
    ) -> None:
        """Put the parts together.

        Args:
            ref: Name, version and hash.
            ingredients: Dictionary, sounds, concepts.
            agent_vectoriser: Columns of agent turns, without those of the neighbours.
            customer_vectoriser: Columns of customer turns, likewise.
            first_agent_head: Techniques from words and the reaction before (``neighbours.told_by``).
            agent_head: Techniques at the second look; its last columns are ``neighbours.Around.told``.
            first_customer_head: Reactions from words alone.
            customer_head: Reactions at the second look; its last columns likewise.
            techniques: The policy's labels: those it drops are not given, those the model was not trained on are
                found by similarity to their examples. None: the model's own labels.
        """
        self.ref = ref
        self.ingredients = ingredients
        words = techniques.product_words if techniques else ()
        self.reader = ingredients.reader(user_words=words)
        self.agent_vectoriser = agent_vectoriser
        self.customer_vectoriser = customer_vectoriser
        self.first_agent_head = first_agent_head
        self.agent_head = agent_head
        self.first_customer_head = first_customer_head
        self.customer_head = customer_head
        wanted = None if techniques is None else {label.id for label in techniques.labels}
        self._given = np.array([wanted is None or label in wanted for label in agent_head.labels])
        unknown = {
            label.id: label.examples
            for label in (techniques.labels if techniques else ())
            if label.id not in agent_head.labels
        }
        self.similar = SimilarLabels.of(unknown, reader=self.reader, vectoriser=agent_vectoriser)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels that may be given: trained ones first, then those found by similarity."""
        trained = tuple(
            label for label, given in zip(self.agent_head.labels, self._given, strict=True) if given
        )
        return trained + self.similar.labels

    @property
    def thresholds(self) -> dict[str, float]:
        """Label → probability from which it is given."""
        own = dict(zip(self.agent_head.labels, self.agent_head.thresholds, strict=True))
        own.update(dict.fromkeys(self.similar.labels, self.similar.threshold))
        return {label: own[label] for label in self.labels}

    def predict(self, instances: Sequence[Instance]) -> Prediction:
        """Probabilities of every label for a batch of turns of any calls.

        Args:
            instances: Turns of both parties; turns of the party ``unknown`` get zeros.

        Returns:
            Probabilities; columns of techniques follow ``labels``.
        """
        count = len(instances)
        batch = Batch(instances)
        asked, own = batch.of(Party.customer), batch.of(Party.agent)
        around, around_own = Around.of(batch, asked), Around.of(batch, own)
        agents = batch.of(Party.agent)
        # the turns asked for come first among all turns of their party
        heard = np.hstack([around_own.customer_before, batch.near(agents[len(own) :], Party.customer, -1)])
        customers = batch.of(Party.customer)
        felt = self._words(self.customer_vectoriser, batch, customers)
        reactions = np.zeros((len(batch.instances), len(Reaction)))
        reactions[customers] = shares(self.first_customer_head.probabilities(felt))
        said = self._words(self.agent_vectoriser, batch, agents)
        chances = np.zeros((len(batch.instances), len(self.agent_head.labels)))
        chances[agents] = self.first_agent_head.probabilities(beside(said, told_by(reactions, heard)))
        matrix = beside(said[: len(own)], *around_own.told(chances, reactions))
        chances[own] = self.agent_head.probabilities(matrix)
        second = beside(felt[: len(asked)], *around.told(chances, reactions))
        reactions = np.zeros((count, len(Reaction)))
        reactions[asked] = self._in_order(shares(self.customer_head.probabilities(second)))
        agent_row = np.full(count, -1)
        agent_row[own] = np.arange(len(own))
        likeness = np.zeros((count, len(self.similar.labels)))
        likeness[own] = self.similar.likeness(matrix[:, : self.agent_vectoriser.size])
        techniques = np.hstack([chances[:count, self._given], likeness])
        known = np.array([self._knows(one) for one in instances], dtype=bool)
        order = [self.customer_head.labels.index(reaction.value) for reaction in Reaction]
        divisors = [self.customer_head.thresholds[index] for index in order]
        return Prediction(techniques, reactions, choose(reactions, divisors), known, matrix, agent_row)

    def _words(self, vectoriser: Vectoriser, batch: Batch, places: Places) -> csr_matrix:
        """Text rows of some turns of the batch."""
        return vectoriser.transform(self.reader.names(batch.instances[place]) for place in places.tolist())

    def _in_order(self, found: Floats) -> Floats:
        """Columns of the head's labels put in the order of ``Reaction``."""
        order = [self.customer_head.labels.index(reaction.value) for reaction in Reaction]
        result: Floats = found[:, order]
        return result

    def _knows(self, one: Instance) -> bool:
        text = self.reader.analyse(one.text).normal.text
        known = self.agent_vectoriser.columns[Block.characters]
        return bool(text) and sum(character in known for character in text) >= KNOWN_SHARE * len(text)
