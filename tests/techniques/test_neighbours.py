"""Turns find those next to them, in the batch or as far as they are known."""

import numpy as np
import pytest

from callqa.domain import Party, Reaction
from callqa.techniques import TechniqueModel
from callqa.techniques.features import Block, Instance
from callqa.techniques.neighbours import Around, Batch, told_by
from callqa.techniques.tag import instances_of

from .conftest import spoken

SAID = [
    (Party.agent, "您好，我是禾悦康家的。"),
    (Party.customer, "嗯。"),
    (Party.customer, "什么事？"),
    (Party.agent, "上次您看的泡脚机今天有优惠。"),
    (Party.customer, "太贵了，我再想想。"),
]


def test_neighbours_are_found_in_the_batch() -> None:
    batch = Batch(instances_of(spoken(SAID)))
    customers = batch.of(Party.customer)
    around = Around.of(batch, customers)
    assert customers.tolist() == [1, 2, 4]
    assert around.agent_before.tolist() == [0, 0, 3]
    assert around.agent_after.tolist() == [3, 3, -1]
    assert around.customer_before.tolist() == [-1, 1, 2]
    assert around.customer_after.tolist() == [2, 4, -1]
    assert len(batch.instances) == len(SAID), "nothing had to be added"


def test_calls_one_after_the_other_do_not_touch() -> None:
    batch = Batch([*instances_of(spoken(SAID[:3])), *instances_of(spoken(SAID[3:], call_id="C2"))])
    assert batch.near(batch.of(Party.customer), Party.agent, 1).tolist() == [-1, -1, -1]
    assert batch.near(batch.of(Party.agent), Party.customer, -1).tolist() == [-1, -1]


def test_what_the_batch_lacks_is_added_once_or_not_at_all() -> None:
    whole = instances_of(spoken(SAID))
    alone = Batch([whole[4], whole[2]])
    asked = alone.of(Party.customer)
    assert alone.near(asked, Party.agent, -1, add=False).tolist() == [-1, -1]
    assert alone.near(asked, Party.agent, -1).tolist() == [2, 3]
    assert alone.near(asked, Party.agent, -1).tolist() == [2, 3]
    added = alone.instances[2]
    assert (added.text, added.party) == SAID[3][::-1]
    assert added.before == (SAID[2],), "as much as the last turn knows of it"
    assert added.after == (SAID[4],)
    assert alone.of(Party.agent, first=2).tolist() == []


def test_columns_say_when_there_is_nobody() -> None:
    chances = np.array([[0.2, 0.8], [0.5, 0.5]])
    assert told_by(chances, np.array([1, -1])).tolist() == [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    assert told_by(np.zeros((0, 2)), np.array([-1])).tolist() == [[0.0, 0.0, 1.0]]


def test_a_turn_is_read_by_what_is_answered_to_it(model: TechniqueModel) -> None:
    said = (Party.customer, "一千二呢。")
    asked = Instance(*said[::-1], after=((Party.agent, "您嫌贵我理解，咱们算一算，一天才三毛钱。"),))
    plain = Instance(*said[::-1], after=((Party.agent, "对，一千二，我跟您核对一下地址。"),))
    hesitates = list(Reaction).index(Reaction.hesitate)
    first, second = model.predict([asked]).reactions[0], model.predict([plain]).reactions[0]
    assert first[hesitates] > second[hesitates] + 0.05


def test_a_turn_alone_is_read_with_what_is_known_of_its_neighbours(model: TechniqueModel) -> None:
    whole = instances_of(spoken(SAID))
    together, alone = model.predict(whole), model.predict([whole[4]])
    assert alone.reactions.shape == (1, len(Reaction))
    np.testing.assert_allclose(alone.reactions[0], together.reactions[4], atol=0.1)


@pytest.mark.parametrize("party", [Party.agent, Party.customer])
def test_only_customers_turns_echo_in_the_answer(model: TechniqueModel, party: Party) -> None:
    other = Party.customer if party is Party.agent else Party.agent
    names = model.reader.names(
        Instance("我怕买回来不好用", party, after=((other, "您怕不好用，七天可以退。"),))
    )
    assert bool(names[Block.answer_echo]) == (party is Party.customer)
    assert "next:other" in names[Block.answer_shape]


def test_an_agents_turn_is_read_again_with_the_agents_next(model: TechniqueModel) -> None:
    """The agent's own next turn is no text of the first look; only the second look can tell the two apart."""

    def chances(following: str) -> np.ndarray:
        after = ((Party.customer, "嗯。"), (Party.agent, following))
        turn = Instance(
            "这台能从三十五度调到四十八度。", Party.agent, ((Party.customer, "嗯？"),), None, after
        )
        return model.predict([turn]).techniques[0]

    first, second = chances("那我现在就给您登记一台，今天安排发货好吗？"), chances("地址您说一下，我记着。")
    assert np.abs(first - second).max() > 0.001
    assert np.abs(first - second).max() < 0.3, "the turn's own words weigh more"
