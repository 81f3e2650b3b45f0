"""The list of calls against a plain reading of what was stored: filters, sorts, pages, totals, words."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from callqa.domain import Entry, Party, Transcript
from callqa.store import (
    CallFilter,
    CallSummary,
    Hit,
    Ledger,
    Scope,
    UnitOfWork,
    open_database,
    rarity,
    rebuild,
    sounds,
    verify,
)
from callqa.store.index import CallIndex
from tests import fakes
from tests.databases import sqlite_copy
from tests.store.organisations import centre

SAID = (
    ("您好很高兴为您服务", "我想问一下足疗仪"),
    ("这款绝对没有副作用", "太贵了我再想想"),
    ("今天下单送您一盒药膏", "那就订一台吧"),
    ("感谢您的来电祝您生活愉快", "林小姐您再说一遍"),
)
AGENTS = ("a1", "a2", "a3", "a4", None)
COUNT = 60


def entries() -> list[Entry]:
    rng = random.Random(3)
    made = []
    for number in range(COUNT):
        call_id = f"C{number:04}"
        entry = fakes.entry(call_id, total=rng.choice((0.0, 59.9, 60.0, 82.5, 95.0)))
        start = datetime(2026, 11, rng.randint(1, 20), rng.randint(8, 19), tzinfo=fakes.SHANGHAI)
        call = entry.masked.call.replace(
            agent=rng.choice(AGENTS),
            group=(),
            started_at=None if number % 17 == 0 else start,
            product=rng.choice(("禾悦足疗仪", "净水器", None)),
            campaign=rng.choice(("电视", "广播")),
            region=rng.choice(("山东", "河南")),
            ordered=rng.choice((True, False, None)),
        )
        lines = rng.sample([line for pair in SAID for line in pair], 4)
        turns = tuple(
            fakes.turn(i, Party.agent if i % 2 == 0 else Party.customer, line, start=5000 * i)
            for i, line in enumerate(lines)
        )
        transcript = Transcript(
            call_id=call_id, language="zh", turns=turns, masked=True, provenance=fakes.provenance()
        )
        card = entry.masked.scorecard.replace(
            total=None if number % 13 == 0 else entry.masked.scorecard.total,
            grade=rng.choice(("pass", "coach")),
            fatal=("cure",) if rng.random() < 0.2 else (),
            needs_human=rng.choice((0, 1)),
        )
        findings = tuple(
            one.replace(verdict=rng.choice(("met", "broken", "unsure", "not_applicable")))
            for one in entry.masked.findings
        )
        masked = entry.masked.replace(call=call, transcript=transcript, scorecard=card, findings=findings)
        made.append(entry.replace(masked=masked))
    return made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = sqlite_copy(tmp_path_factory.mktemp("listing") / "callqa.sqlite3")
    else:
        server = request.getfixturevalue("postgresql_server")
        url = server.copy()
    engine = open_database(url)
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(*centre())
    Ledger(engine).save(fakes.run(), entries=entries(), failures=(), at=fakes.AT)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        server.drop(url)


STORED = {entry.masked.call.id: entry for entry in entries()}
PATHS = {"a1": "/hq/d1/t1/", "a2": "/hq/d1/t2/", "a3": "/hq/d2/"}


def fits(entry: Entry, wanted: CallFilter) -> bool:
    """The filter, read plainly."""
    call, card = entry.masked.call, entry.masked.scorecard
    path = PATHS.get(call.agent or "", "") if call.day else ""
    scope = wanted.scope
    if not ("/" in scope.paths or any(path.startswith(one.rstrip("/") + "/") for one in scope.paths)) and (
        scope.agent is None or call.agent != scope.agent
    ):
        return False
    checks = [
        wanted.unit is None or path.startswith(wanted.unit),
        wanted.first_day is None or (call.day is not None and call.day >= wanted.first_day),
        wanted.last_day is None or (call.day is not None and call.day <= wanted.last_day),
        wanted.score_min is None or (card.total is not None and card.total >= wanted.score_min),
        wanted.score_max is None or (card.total is not None and card.total <= wanted.score_max),
        wanted.fatal is None or bool(card.fatal) == wanted.fatal,
        wanted.grade is None or card.grade == wanted.grade,
        wanted.needs_human is None or (card.needs_human > 0) == wanted.needs_human,
        wanted.ids is None or call.id in wanted.ids,
        wanted.review_state in {None, "unreviewed"},
    ]
    checks += [
        getattr(wanted, name) is None or getattr(call, name) == getattr(wanted, name)
        for name in ("agent", "product", "campaign", "region", "ordered")
    ]
    for hit in wanted.hits:
        if hit.kind in {"step", "rule"}:
            verdict = hit.verdict or ("broken" if hit.kind == "rule" else "met")
            checks.append(
                any(
                    one.subject.value == hit.kind and one.id == hit.id and one.verdict.value == verdict
                    for one in entry.masked.findings
                )
            )
        else:
            labels = [tag.label for tag in entry.masked.techniques.tags] + [
                tag.reaction.value for tag in entry.masked.techniques.reactions
            ]
            checks.append(hit.id in labels)
    if wanted.text is not None:
        said = [sounds.hear(turn.text) for turn in entry.masked.transcript.turns]
        phrases = sounds.phrases(wanted.text)
        checks.append(bool(phrases) and all(any(one in turn for turn in said) for one in phrases))
    return all(checks)


FILTERS = st.builds(
    CallFilter,
    scope=st.sampled_from(
        [
            Scope(paths=("/",)),
            Scope(paths=("/hq/d1/",)),
            Scope(paths=("/hq/d1/t1/", "/hq/d2/")),
            Scope(paths=("/hq/d",)),
            Scope(paths=("/hq/d1/",), agent="a3"),
            Scope(agent="a4"),
            Scope(),
        ]
    ),
    first_day=st.sampled_from([None, "2026-11-05"]),
    last_day=st.sampled_from([None, "2026-11-15"]),
    unit=st.sampled_from([None, None, "/hq/", "/hq/d1/"]),
    agent=st.sampled_from([None, None, None, "a1"]),
    product=st.sampled_from([None, None, "净水器"]),
    campaign=st.sampled_from([None, None, "电视"]),
    region=st.sampled_from([None, None, "山东"]),
    ordered=st.sampled_from([None, None, True, False]),
    grade=st.sampled_from([None, None, "pass"]),
    score_min=st.sampled_from([None, None, -5.0, 0.0, 60.0]),
    score_max=st.sampled_from([None, None, 60.0]),
    fatal=st.sampled_from([None, None, True, False]),
    needs_human=st.sampled_from([None, None, True, False]),
    review_state=st.sampled_from([None, None, None, "unreviewed", "ruled"]),
    hits=st.lists(
        st.sampled_from(
            [
                Hit("step", "greet"),
                Hit("rule", "absolute_claim"),
                Hit("rule", "absolute_claim", "unsure"),
                Hit("technique", "product_explanation"),
                Hit("reaction", "hesitate"),
                Hit("reaction", "complain"),
            ]
        ),
        max_size=2,
    ).map(tuple),
    text=st.sampled_from(
        [
            None,
            None,
            "足疗仪",
            "决对没有",
            "凌小姐",
            "您",
            "足疗仪 太贵",
            "没有的话",
            "。",
            "' OR 1=1 --",
            "%_",
        ]
    ),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(wanted=FILTERS, sort=st.sampled_from(["newest", "oldest", "lowest", "highest"]), common=st.booleans())
def test_the_list_is_what_a_plain_reading_gives(
    filled: Engine, wanted: CallFilter, sort: str, common: bool
) -> None:
    expected = {call_id for call_id, entry in STORED.items() if fits(entry, wanted)}
    before = rarity.RARE
    rarity.RARE = -1 if common else before  # either way of asking must give the same
    try:
        with UnitOfWork(filled) as work:
            found: list[CallSummary] = []
            place = None
            for _ in range(COUNT):
                page = work.calls.page(wanted, sort=sort, after=place, limit=7, count=True)  # type: ignore[arg-type]
                assert page.total == len(expected)
                found += page.items
                place = page.next
                if place is None:
                    break
            totals = work.calls.totals(wanted)
    finally:
        rarity.RARE = before
    assert [one.id for one in found] == sorted({one.id for one in found}, key=[o.id for o in found].index)
    assert {one.id for one in found} == expected
    values = [_key(one, sort) for one in found]
    assert values == sorted(values, reverse=sort in {"newest", "highest"})
    assert totals.calls == len(expected)
    assert sum(totals.by_grade.values()) == sum(totals.by_state.values()) == len(expected)
    assert totals.fatal == sum(bool(STORED[one].masked.scorecard.fatal) for one in expected)
    with_total = [t for one in expected if (t := STORED[one].masked.scorecard.total) is not None]
    assert totals.mean_total == (pytest.approx(sum(with_total) / len(with_total)) if with_total else None)


def _key(one: CallSummary, sort: str) -> tuple[float, str]:
    if sort in {"newest", "oldest"}:
        return (one.started_at.timestamp() if one.started_at else 0.0, one.id)
    return (-1.0 if one.total is None else one.total, one.id)


def test_words_are_shown_where_they_stand(filled: Engine) -> None:
    with UnitOfWork(filled) as work:
        found = work.calls.page(CallFilter(text="决对没有 凌小节"), limit=200).items
        assert found
        for one in found:
            turns = STORED[one.id].masked.transcript.turns
            said = [match.text for match in one.matches]
            assert "绝对没有" in said
            assert "林小姐" in said
            for match in one.matches:
                assert turns[match.turn].text[match.start : match.end] == match.text
            assert work.calls.matches(one.id, "决对没有") == tuple(
                match for match in one.matches if match.text == "绝对没有"
            )


def test_a_call_outside_the_scope_is_not_there(filled: Engine) -> None:
    own = next(one for one in STORED if STORED[one].masked.call.agent == "a4")
    with UnitOfWork(filled) as work:
        assert work.calls.summary(own) is not None
        assert work.calls.summary(own, Scope(paths=("/hq/d1/",))) is None
        assert work.calls.summary(own, Scope(agent="a4")) is not None
        assert work.calls.summary("nothing") is None


THIS = "seq = (SELECT seq FROM call_index WHERE call_id = 'C0001')"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE call_index SET total = 99 WHERE call_id = 'C0001'", "通话"),
        ("UPDATE call_index SET unit_path = '/hq/x/' WHERE call_id = 'C0001'", "通话"),
        ("UPDATE call_index SET version = 7 WHERE call_id = 'C0001'", "通话"),
        (f"DELETE FROM call_hits WHERE {THIS}", "命中"),
        (f"UPDATE call_sounds SET sounds = 'x' WHERE {THIS}", "文字"),
        (f"UPDATE call_sounds SET words = 'x' WHERE {THIS}", "文字"),
        (f"DELETE FROM call_sounds WHERE {THIS}", "文字"),
        ("", "不在索引"),
    ],
)
def test_an_index_that_differs_is_found_and_made_anew(engine: Engine, statement: str, says: str) -> None:
    from callqa.store import as_by_machine

    made = [fakes.entry(f"C{n:04}") for n in range(3)]
    Ledger(engine).save(fakes.run(), entries=made, failures=(), at=fakes.AT)
    assert verify(engine, standing_of=as_by_machine).faults == ()
    with UnitOfWork(engine, writes=True) as work:
        if statement:
            work.session.execute(text(statement))
        else:
            CallIndex(work.session).drop("C0001")
    faults = verify(engine, standing_of=as_by_machine).faults
    assert len(faults) == 1
    assert says in faults[0]
    assert "C0001" in faults[0]
    assert rebuild(engine) == 3
    assert verify(engine, standing_of=as_by_machine).faults == ()


def test_rebuilding_leaves_no_words_of_before(engine: Engine) -> None:
    first = fakes.entry("C0001")
    Ledger(engine).save(fakes.run(), entries=[first], failures=(), at=fakes.AT)
    other = Transcript(
        call_id="C0001",
        language="zh",
        turns=(fakes.turn(0, Party.agent, "完全不同的话", start=0),),
        masked=True,
        provenance=fakes.provenance(),
    )
    changed = first.replace(key="other", masked=first.masked.replace(transcript=other))
    Ledger(engine).save(fakes.run("run-2"), entries=[changed], failures=(), at=fakes.AT)
    with UnitOfWork(engine) as work:
        assert work.calls.page(CallFilter(text="副作用")).items == ()
        assert len(work.calls.page(CallFilter(text="不同的话")).items) == 1
    assert rebuild(engine) == 1
    assert verify(engine).faults == ()


def test_times_keep_their_zone(engine: Engine) -> None:
    Ledger(engine).save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
    with UnitOfWork(engine) as work:
        found = work.calls.summary("C0001")
    assert found is not None
    assert found.started_at is not None
    assert found.started_at.utcoffset() == timedelta(hours=8)
