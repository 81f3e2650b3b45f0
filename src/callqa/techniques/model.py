"""The trained model: turns in, probabilities of techniques and reactions out, all turns of all calls at once."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack

from callqa.domain import ModelRef, Party, Reaction
from callqa.techniques.calibrate import Floats, choose
from callqa.techniques.concepts import ConceptFinder
from callqa.techniques.features import Block, Instance, Reader
from callqa.techniques.head import Head, shares
from callqa.techniques.similar import SimilarLabels
from callqa.techniques.sound import SoundTable
from callqa.techniques.vectors import Vectoriser
from callqa.techniques.words import WordCutter

if TYPE_CHECKING:  # reading a policy takes longer than loading a model, and a model needs none
    from callqa.policy.techniques import Techniques

REACTION_WEIGHT = 0.5
"""Weight of the previous customer turn's reaction in an agent turn's row; chosen by cross-validation."""
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

    def reader(self, *, user_words: Iterable[str] = ()) -> Reader:
        """Build the reader; user words stay whole in cutting."""
        sounds = SoundTable(self.syllables)
        return Reader(
            cutter=WordCutter(self.frequencies, user_words=tuple(user_words)),
            sounds=sounds,
            finder=ConceptFinder(self.concepts, sounds),
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
        agent_head: Head,
        customer_head: Head,
        techniques: "Techniques | None" = None,
    ) -> None:
        """Put the parts together.

        Args:
            ref: Name, version and hash.
            ingredients: Dictionary, sounds, concepts.
            agent_vectoriser: Columns of agent turns, without the reaction columns.
            customer_vectoriser: Columns of customer turns.
            agent_head: Techniques; its last seven columns are the six reactions before and "no customer before".
            customer_head: Reactions.
            techniques: The policy's labels: those it drops are not given, those the model was not trained on are
                found by similarity to their examples. None: the model's own labels.
        """
        self.ref = ref
        self.ingredients = ingredients
        words = techniques.product_words if techniques else ()
        self.reader = ingredients.reader(user_words=words)
        self.agent_vectoriser = agent_vectoriser
        self.customer_vectoriser = customer_vectoriser
        self.agent_head = agent_head
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
        agents = [index for index, one in enumerate(instances) if one.party is Party.agent]
        before = [instances[index].customer_before for index in agents]
        asked: dict[Instance, int] = {}
        for one in (*instances, *(customer for customer in before if customer)):
            if one.party is Party.customer:
                asked.setdefault(one, len(asked))
        reactions = self.react(list(asked))
        outcome = np.zeros((count, len(Reaction)))
        for index, one in enumerate(instances):
            if one.party is Party.customer:
                outcome[index] = reactions[asked[one]]
        matrix = self.agent_matrix(
            [instances[index] for index in agents],
            np.array(
                [reactions[asked[customer]] if customer else np.zeros(6) for customer in before]
            ).reshape(-1, 6),
        )
        techniques = np.zeros((count, len(self.labels)))
        known = np.array([self._knows(one) for one in instances], dtype=bool)
        agent_row = np.full(count, -1)
        if agents:
            agent_row[agents] = np.arange(len(agents))
            trained = self.agent_head.probabilities(matrix)[:, self._given]
            likeness = self.similar.likeness(matrix[:, : self.agent_vectoriser.size])
            techniques[agents] = np.hstack([trained, likeness])
        order = [self.customer_head.labels.index(reaction.value) for reaction in Reaction]
        divisors = [self.customer_head.thresholds[index] for index in order]
        return Prediction(techniques, outcome, choose(outcome, divisors), known, matrix, agent_row)

    def react(self, instances: Sequence[Instance]) -> Floats:
        """Reaction shares ``[instances, 6]`` of customer turns, in the order of ``Reaction``."""
        if not instances:
            return np.zeros((0, len(Reaction)))
        rows = (self.reader.names(one) for one in instances)
        found = shares(self.customer_head.probabilities(self.customer_vectoriser.transform(rows)))
        order = [self.customer_head.labels.index(reaction.value) for reaction in Reaction]
        result: Floats = found[:, order]
        return result

    def agent_matrix(self, instances: Sequence[Instance], reactions: Floats) -> csr_matrix:
        """Rows of agent turns: text features, then the reaction before.

        Args:
            instances: Agent turns.
            reactions: ``[instances, 6]`` reaction shares of the customer's turn before; zeros where there is none.
        """
        text = self.agent_vectoriser.transform(self.reader.names(one) for one in instances)
        return with_reactions(text, reactions)

    def _knows(self, one: Instance) -> bool:
        text = self.reader.analyse(one.text).normal.text
        known = self.agent_vectoriser.columns[Block.characters]
        return bool(text) and sum(character in known for character in text) >= KNOWN_SHARE * len(text)


def with_reactions(text: csr_matrix, reactions: Floats) -> csr_matrix:
    """Append the seven reaction columns to text rows."""
    nothing = (reactions.sum(axis=1, keepdims=True) == 0).astype(float)
    dense = csr_matrix(np.hstack([reactions, nothing]) * REACTION_WEIGHT, dtype=np.float32)
    return csr_matrix(hstack([text, dense], format="csr"), dtype=np.float32)
