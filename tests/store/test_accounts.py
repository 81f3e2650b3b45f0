from datetime import timedelta

from sqlalchemy import Engine

from callqa.domain import (
    Answer,
    CalibrationRound,
    Change,
    CoachingNote,
    CoachingState,
    CoachingTask,
    Goal,
    Handover,
    HandoverItem,
    HandoverState,
    Proposal,
    ProposalKind,
    StoreError,
)
from callqa.store import Ledger, SignIn, Token, UnitOfWork
from callqa.store.codec import scorecard_id
from tests import fakes
from tests.store.organisations import centre

NOW = fakes.AT
LATER = NOW + timedelta(hours=1)


def with_people(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(*centre())


def test_passwords_and_attempts(engine: Engine) -> None:
    with_people(engine)
    with UnitOfWork(engine, writes=True) as work:
        accounts = work.accounts
        assert not accounts.any()
        assert accounts.get("li") is None
        accounts.set_password("li", "hash", one_time=True, now=NOW)
        accounts.set_subject("li", "https://idp.example sub")
        accounts.set_password("li", "other", one_time=False, now=LATER)
        assert accounts.any()
        found = accounts.get("li")
        assert found is not None
        assert (found.password_hash, found.one_time, found.changed_at) == ("other", False, LATER)
        assert accounts.by_subject("https://idp.example sub") == found
        assert accounts.by_subject("else") is None
        assert accounts.note_failure("login:x", now=NOW, locked_until=None) == 1
        assert accounts.note_failure("login:x", now=LATER, locked_until=LATER) == 2
        attempts = accounts.attempts("login:x")
        assert attempts is not None
        assert (attempts.failed, attempts.locked_until) == (2, LATER)
        accounts.clear_failures("login:x")
        assert accounts.attempts("login:x") is None


def test_sessions_end(engine: Engine) -> None:
    with_people(engine)
    with UnitOfWork(engine, writes=True) as work:
        accounts = work.accounts
        for number in range(3):
            accounts.open_session(SignIn(f"s{number}", "li", "csrf", NOW, LATER))
        assert accounts.session("s0", now=NOW) == SignIn("s0", "li", "csrf", NOW, LATER)
        assert accounts.session("s0", now=LATER) is None
        assert accounts.session("nothing", now=NOW) is None
        accounts.extend_session("s0", expires_at=LATER + timedelta(hours=1))
        assert accounts.session("s0", now=LATER) is not None
        accounts.close_sessions("li", but="s1")
        assert [accounts.session(f"s{n}", now=NOW) is None for n in range(3)] == [True, False, True]
        accounts.clear_sessions(now=LATER)
        assert accounts.session("s1", now=NOW) is None


def test_tokens_are_revoked_and_expire(engine: Engine) -> None:
    with_people(engine)
    token = Token("t1", "hash", "li", "报表", ("calls.read",), NOW, LATER)
    with UnitOfWork(engine, writes=True) as work:
        accounts = work.accounts
        accounts.add_token(token)
        assert accounts.token("hash", now=NOW) == token
        assert accounts.token("hash", now=LATER) is None
        assert accounts.token("other", now=NOW) is None
        accounts.use_token("t1", now=NOW)
        assert accounts.tokens("li")[0].used_at == NOW
        assert accounts.tokens("boss") == ()
        assert accounts.revoke_token("t1", now=NOW)
        assert not accounts.revoke_token("t1", now=LATER)
        assert accounts.token("hash", now=NOW) is None


def task(number: int, **changes: object) -> CoachingTask:
    values = {
        "id": f"t{number}",
        "agent": "a1",
        "trainer": "li",
        "created_by": "boss",
        "created_at": NOW,
        "title": "少说绝对的话",
        "goal": Goal(kind="rule", id="absolute", direction="down"),
        "due": (NOW + timedelta(days=number)).date(),
    }
    return CoachingTask.model_validate(values | changes)


def test_coaching_with_its_history(engine: Engine) -> None:
    note = CoachingNote(task="t1", author="li", at=NOW, kind="created", text="开始")
    with UnitOfWork(engine, writes=True) as work:
        work.coaching.put(task(2))
        work.coaching.put(task(1), note)
        work.coaching.put(task(1, state=CoachingState.acknowledged), note.replace(kind="acknowledged"))
        found = work.coaching.get("t1", lock=True)
        assert found is not None
        assert found.state is CoachingState.acknowledged
        assert [one.kind for one in work.coaching.notes("t1")] == ["created", "acknowledged"]
        assert [one.id for one in work.coaching.find(agents=["a1"])] == ["t1", "t2"]
        assert [one.id for one in work.coaching.find(states=[CoachingState.open])] == ["t2"]
        assert work.coaching.find(trainer="zhao") == ()
        change = Change(
            before=3,
            after=3,
            mean_before=1,
            mean_after=0,
            difference=-1,
            low=-1,
            high=0,
            p_value=0.1,
            verdict="too_few",
        )
        assert work.coaching.change("t1") is None
        work.coaching.put_change("t1", change)
        assert work.coaching.change("t1") == change


def test_proposals_calibrations_and_handovers(engine: Engine) -> None:
    Ledger(engine).save(fakes.run(), entries=[fakes.entry("C0001")], failures=(), at=NOW)
    card = scorecard_id(fakes.entry("C0001").masked.scorecard)
    proposal = Proposal(
        id="p1", kind=ProposalKind.retrain, agent="a1", call_id="C0001", scorecard=card, text="再培训", at=NOW
    )
    one = CalibrationRound(
        id="r1",
        title="校准",
        unit="d1",
        created_by="li",
        created_at=NOW,
        calls=("C0001",),
        raters=("li", "zhao"),
        expert="boss",
    )
    answer = Answer(call_id="C0001", item="absolute", rater="li", points=5, at=NOW)
    handover = Handover(
        id="h1",
        giver="li",
        taker="zhao",
        first_day=NOW.date(),
        last_day=LATER.date(),
        items=(HandoverItem(kind="coaching", id="t1", title="辅导"),),
    )
    with UnitOfWork(engine, writes=True) as work:
        assert work.proposals.add_new([proposal]) == 1
        work.proposals.put(proposal.replace(state="confirmed"))
        assert work.proposals.add_new([proposal]) == 0
        assert work.proposals.find(state="open") == ()
        assert [found.state for found in work.proposals.find(agents=["a1"], call_id="C0001")] == ["confirmed"]
        work.calibrations.put(one)
        work.calibrations.answer("r1", [answer])
        work.calibrations.answer("r1", [answer.replace(points=None)])
        assert work.calibrations.answers("r1", rater="li") == (answer.replace(points=None),)
        assert work.calibrations.answers("r1", rater="zhao") == ()
        work.calibrations.put(one.replace(state="closed"))
        assert work.calibrations.find(units=["d1"])[0].state == "closed"
        assert work.calibrations.find(units=["d2"]) == ()
        for round_id in ("r1", "nothing"):
            try:
                work.calibrations.answer(round_id, [answer])
            except StoreError as refused:
                code = refused.code
            assert code == "calibration.closed"
        work.handovers.put(handover)
        work.handovers.put(handover.replace(state=HandoverState.signed))
        assert work.handovers.get("h1") == handover.replace(state=HandoverState.signed)
        assert [found.id for found in work.handovers.find(people=["zhao"])] == ["h1"]
        assert work.handovers.find(states=[HandoverState.drafted]) == ()
