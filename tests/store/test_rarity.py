"""Sizes of sets of calls are guesses, counted once a minute."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, literal, select
from sqlalchemy.orm import Session

from callqa.store.rarity import RARE, rarest
from callqa.store.tables_index import CallIndexRow


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_smallest_set_is_named_and_counted_once(engine: Engine) -> None:
    nothing = select(CallIndexRow.seq).where(CallIndexRow.agent == "nobody")
    one = select(literal(1))
    with Session(engine) as session, asked(engine) as said:
        assert rarest(session, [(("one",), one), (("nothing",), nothing)]) == 1
        first = len(said)
        assert rarest(session, [(("nothing",), nothing), (("one",), one)]) == 0
        assert len(said) == first
        assert rarest(session, [(("one",), one), (("another",), one)]) == 0
        assert len(said) == first + 1
        assert rarest(session, []) is None


def test_what_is_common_is_no_beginning(engine: Engine) -> None:
    counted = select(literal(1).label("n")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < RARE + 5))
    with Session(engine) as session:
        assert rarest(session, [(("many",), select(counted.c.n))]) is None
        assert rarest(session, [(("fewer",), select(counted.c.n).where(counted.c.n <= RARE))]) == 0
