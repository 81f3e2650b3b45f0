"""A year of a large centre, generated: calls with transcripts, findings, techniques, measures, cards, reviews, index.

The words are turns of the dialogues under ``samples/corpus``; what is found in them is drawn at random (fixed seed) from
the samples' own policy, so that cards add up and can be reviewed. Rows go straight into the tables, secondary indexes
are made afterwards: a hundred thousand calls through the store would take an hour.
"""

import hashlib
import json
import random
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Engine, Table, make_url

from callqa.domain import (
    LineStatus,
    Party,
    Person,
    Post,
    Provenance,
    Role,
    Scorecard,
    ScoreLine,
    StoreError,
    Unit,
    UnitKind,
    parse_dialogue,
)
from callqa.policy import Policy, load_policies
from callqa.policy.rubric import Mode
from callqa.policy.tally import tally
from callqa.store import sounds
from callqa.store.columns import UtcTime
from callqa.store.tables import Table as Tables

SEED = 20261123
TURNS = 20
ZONE = ZoneInfo("Asia/Shanghai")
LAST_DAY = date(2026, 11, 20)
DAYS = 60
AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
PRODUCTS = ("禾悦足疗仪", "康家净水器", "益生菌粉", "颈椎按摩仪", "老年手机", "石墨烯护膝")
CAMPAIGNS = ("晚间电视", "早间电视", "广播", "短视频", "老客户回访", "报纸")
REGIONS = ("山东", "河南", "河北", "江苏", "浙江", "四川", "湖北", "辽宁", "陕西", "广东")
TECHNIQUES = ("product_explanation", "benefit_framing", "closing", "urgency", "rapport", "objection_handling")
REACTIONS = ("accept", "hesitate", "reject", "ask", "neutral")
MEASURES = ("agent_pace", "talk_share", "longest_silence", "overlap_share", "response_delay", "patience")
_TEXTS = 600
"""Different turns per place in a call."""
_CARDS = 500
_SLOT = 12_000
_ALL_AT_ONCE = 1000


class Target(Protocol):
    """A database that rows are written to."""

    def begin(self) -> None: ...
    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None: ...
    def commit(self) -> None: ...
    def finish(self) -> None: ...


class SqliteTarget:
    """Rows into SQLite, unsynced until the end."""

    def __init__(self, engine: Engine) -> None:
        self._connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-800000", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._made = _index_statements(engine)

    def begin(self) -> None:
        for name, _ in self._made:
            self._connection.execute(f'DROP INDEX "{name}"')
        self._connection.execute("BEGIN")

    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        times = [i for i, column in enumerate(table.columns) if isinstance(column.type, UtcTime)]
        days = [i for i, column in enumerate(table.columns) if str(column.type) == "DATE"]
        if times or days or table.name == "call_sounds":
            rows = [self._plain(table, row, times, days) for row in rows]
        marks = ",".join("?" * len(table.columns))
        names = ",".join(f'"{column.name}"' for column in table.columns)
        self._connection.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)

    def _plain(self, table: Table, row: Sequence[Any], times: list[int], days: list[int]) -> Sequence[Any]:
        plain = list(row)
        for place in times:
            if plain[place] is not None:
                plain[place] = plain[place].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        for place in days:
            if plain[place] is not None:
                plain[place] = plain[place].isoformat()
        if table.name == "call_sounds":
            self._connection.execute(
                "INSERT INTO call_grams (rowid, grams) VALUES (?, ?)", (row[0], " ".join(map(str, row[3])))
            )
            plain[3] = None
        return plain

    def commit(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def finish(self) -> None:
        for _, statement in self._made:
            self._connection.execute(statement)
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO call_grams (call_grams) VALUES ('optimize')")
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class PostgresTarget:
    """Rows into PostgreSQL by COPY, without checking references row by row."""

    def __init__(self, engine: Engine) -> None:
        url = make_url(engine.url).set(drivername="postgresql")
        self._connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=False)
        self._made = _index_statements(engine)

    def begin(self) -> None:
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("SET synchronous_commit = off")
        self._connection.execute("SET maintenance_work_mem = '512MB'")
        for name, _ in self._made:
            self._connection.execute(f'DROP INDEX "{name}"')  # type: ignore[arg-type]

    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        names = ",".join(f'"{column.name}"' for column in table.columns)
        booleans = [i for i, column in enumerate(table.columns) if str(column.type) == "BOOLEAN"]
        with self._connection.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:  # type: ignore[arg-type]
            for row in rows:
                plain = list(row)
                for place in booleans:
                    plain[place] = None if plain[place] is None else bool(plain[place])
                copy.write_row(plain)

    def commit(self) -> None:
        self._connection.commit()

    def finish(self) -> None:
        for _, statement in self._made:
            self._connection.execute(statement)  # type: ignore[arg-type]
        rows = self._connection.execute(
            "SELECT table_name, pg_get_serial_sequence(table_name, 'seq') FROM information_schema.columns"
            " WHERE column_name = 'seq' AND column_default IS NOT NULL"
        ).fetchall()
        for name, sequence in rows:
            self._connection.execute(
                f"SELECT setval('{sequence}', coalesce((SELECT max(seq) FROM \"{name}\"), 0) + 1, false)"  # type: ignore[arg-type]
            )
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM (ANALYZE)")
        self._connection.close()


def _index_statements(engine: Engine) -> list[tuple[str, str]]:
    """Name and statement of every secondary index."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        else:
            wanted = (
                "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
                " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
                " WHERE n.nspname = 'public' AND NOT x.indisunique"
            )
        return [(str(name), str(sql)) for name, sql in connection.exec_driver_sql(wanted)]


def target_of(engine: Engine) -> Target:
    """Where rows for this database go."""
    return SqliteTarget(engine) if engine.dialect.name == "sqlite" else PostgresTarget(engine)


@dataclass(frozen=True)
class Said:
    """A turn, rendered for one place in a call."""

    text: str
    json: str
    sounds: str
    grams: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True)
class Judged:
    """A card with what it rests on, rendered but for the call."""

    body: dict[str, Any]
    total: float | None
    grade: str | None
    grade_title: str
    action: str
    fatal: tuple[str, ...]
    needs_human: int
    lines: str
    verdicts: dict[tuple[str, str], str]


def organisation() -> tuple[list[Unit], list[Person], list[Post]]:
    """4 departments × 3 teams × 3 groups × 14 agents, with their heads, inspectors and trainers."""
    units = [Unit(id="hq", title="总公司", kind=UnitKind.company)]
    people = [
        Person(id="boss", name="总经理", login="boss"),
        Person(id="admin", name="管理员", login="admin"),
    ]
    posts = [
        Post(person="boss", unit="hq", role=Role.general_manager),
        Post(person="admin", unit="hq", role=Role.administrator),
    ]

    def seat(person: str, unit: str, role: Role) -> None:
        people.append(Person(id=person, name=f"员工{person}", login=person))
        posts.append(Post(person=person, unit=unit, role=role))

    for d in range(1, 5):
        units.append(Unit(id=f"d{d}", title=f"{d}部", kind=UnitKind.department, parent="hq"))
        seat(f"director{d}", f"d{d}", Role.director)
        for n in range(1, 6):
            seat(f"inspector{d}{n}", f"d{d}", Role.inspector)
        for t in range(1, 4):
            team = f"d{d}t{t}"
            units.append(Unit(id=team, title=f"{t}队", kind=UnitKind.team, parent=f"d{d}"))
            seat(f"captain{d}{t}", team, Role.captain)
            for g in range(1, 4):
                group = f"{team}g{g}"
                units.append(Unit(id=group, title=f"{g}组", kind=UnitKind.group, parent=team))
                seat(f"leader{d}{t}{g}", group, Role.leader)
                for a in range(1, 15):
                    seat(f"a{d}{t}{g}{a:02}", group, Role.agent)
    return units, people, posts


def said_pool(rng: random.Random, corpus: Path) -> list[list[Said]]:
    """Turns for each place in a call; even places are the agent's."""
    turns: dict[Party, list[str]] = {Party.agent: [], Party.customer: []}
    for file in sorted(corpus.rglob("*.txt")):
        try:
            call = parse_dialogue(file.read_text(encoding="utf-8"), name=file.stem)
        except (StoreError, ValueError):
            continue
        for turn in call.turns:
            if turn.party in turns and 4 <= len(turn.text) <= 55:
                turns[turn.party].append(turn.text)
    if min(map(len, turns.values())) < _TEXTS:
        raise SystemExit(f"too few dialogues under {corpus}")
    pools = []
    for place in range(TURNS):
        party = Party.agent if place % 2 == 0 else Party.customer
        pools.append([_say(place, party, text) for text in rng.sample(turns[party], _TEXTS)])
    return pools


def _say(place: int, party: Party, text: str) -> Said:
    start = place * _SLOT
    words = [
        {"text": char, "span": {"start": start + 200 * i, "end": start + 200 * i + 190}, "confidence": 0.93}
        for i, char in enumerate(text)
    ]
    rendered = json.dumps(
        {"index": place, "party": party.value, "text": text, "words": words},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    heard = sounds.hear(text)
    return Said(
        text=text,
        json=rendered,
        sounds=heard,
        grams=frozenset(sounds.grams(heard)),
        start=start,
        end=start + 200 * len(text),
    )


def judged_pool(rng: random.Random, policy: Policy) -> list[Judged]:
    """Cards as the policy's rubric would give them for findings drawn at random."""
    return [_judge(rng, policy) for _ in range(_CARDS)]


def _judge(rng: random.Random, policy: Policy) -> Judged:
    skill = rng.betavariate(6, 2)
    verdicts: dict[tuple[str, str], str] = {}
    for step in policy.script.steps:
        verdicts["step", step.id] = rng.choices(
            ("met", "broken", "unsure", "not_applicable"), (skill, 1 - skill, 0.04, 0.15)
        )[0]
    for rule in policy.rules.rules:
        verdicts["rule", rule.id] = rng.choices(("met", "broken", "unsure"), (0.95, 0.04, 0.01))[0]
    lines = []
    for section in policy.rubric.sections:
        for item in section.items:
            human = rng.random() < 0.02
            good = rng.random() < skill or (item.mode is Mode.deduct and rng.random() < 0.8)
            fatal = item.fatal is not None and rng.random() < 0.01
            lines.append(
                ScoreLine(
                    section=section.id,
                    item=item.id,
                    title=item.title,
                    points=item.points
                    if (good or human) and not fatal and item.mode is not Mode.bonus
                    else 0.0,
                    max_points=item.points,
                    bonus=item.mode is Mode.bonus,
                    fatal=fatal,
                    status=LineStatus.needs_human if human and not fatal else LineStatus.scored,
                    reason="按话术判定",
                )
            )
    sums = tally(lines, policy.rubric)
    card = Scorecard(
        call_id="-",
        lines=tuple(lines),
        total=sums.total,
        grade=sums.grade.id if sums.grade else None,
        grade_title=sums.grade.title if sums.grade else "待复核",
        action=sums.grade.action if sums.grade else "人工复核后定级",
        fatal=sums.vetoed,
        needs_human=sum(line.status is LineStatus.needs_human for line in lines),
        policy=policy.ref,
        provenance=Provenance(step="score", version="1", policy=policy.ref, at=AT),
    )
    body = card.model_dump(mode="json")
    return Judged(
        body=body,
        total=card.total,
        grade=card.grade,
        grade_title=card.grade_title,
        action=card.action,
        fatal=card.fatal,
        needs_human=card.needs_human,
        lines=_json(body["lines"]),
        verdicts=verdicts,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fill(targets: Sequence[Target], *, calls: int, root: Path, tell: Any = print) -> None:
    """Write everything; the organisation must be there already.

    Args:
        targets: Databases with tables of this program's version, all given the same rows.
        calls: How many.
        root: Folder with ``samples``.
        tell: Gets a line of progress now and then.
    """
    rng = random.Random(SEED)
    policy = load_policies(root / "samples" / "policy")[-1]
    year = Year(rng, policy, said_pool(rng, root / "samples" / "corpus"))
    for target in targets:
        target.begin()
        for name, rows in year.beginning().items():
            target.write(Tables.metadata.tables[name], rows)
    for first in range(0, calls, _ALL_AT_ONCE):
        rows = year.some(range(first, min(calls, first + _ALL_AT_ONCE)))
        for target in targets:
            for name in year.order:
                target.write(Tables.metadata.tables[name], rows[name])
            target.commit()
        if first % 20_000 == 0:
            tell(f"  {first + len(rows['calls']):,} calls")
    for target in targets:
        target.finish()


class Year:
    """Draws calls one after another."""

    order = (
        *("recordings", "calls", "transcripts", "findings", "technique_readings", "techniques", "measures"),
        *("scorecards", "results", "artefacts", "review_events", "call_index", "call_hits", "call_sounds"),
    )

    def __init__(self, rng: random.Random, policy: Policy, said: list[list[Said]]) -> None:
        self._rng = rng
        self._policy = policy
        self._said = said
        self._judged = judged_pool(rng, policy)
        self._agents = [post for post in organisation()[2] if post.role is Role.agent]
        self._paths = _paths()
        self._seq = dict.fromkeys(("findings", "techniques", "measures", "review_events"), 0)
        self._provenance = _json(
            Provenance(step="compliance", version="1", policy=policy.ref, at=AT).model_dump(mode="json")
        )
        self._titles = {("step", step.id): step.title for step in policy.script.steps} | {
            ("rule", rule.id): rule.title for rule in policy.rules.rules
        }

    def beginning(self) -> dict[str, list[tuple[Any, ...]]]:
        """The one run that scored everything."""
        ref = _json(self._policy.ref.model_dump(mode="json"))
        row = {
            "id": "generated",
            "kind": "score",
            "started_at": AT,
            "finished_at": AT,
            "policy": ref,
            "recogniser": None,
            "techniques": None,
            "source": "generated",
            "problems": "[]",
            "planned": None,
        }
        return {"runs": [_row("runs", row)]}

    def some(self, numbers: Iterable[int]) -> dict[str, list[tuple[Any, ...]]]:
        """Rows of some calls, by table."""
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self.order}
        for number in numbers:
            for name, values in self._call(number):
                rows[name].append(_row(name, values))
        return rows

    def _call(self, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        rng = self._rng
        call_id = f"C{number:07}"
        sha256 = hashlib.sha256(call_id.encode()).hexdigest()
        post = rng.choice(self._agents)
        day = LAST_DAY - timedelta(days=rng.randrange(DAYS))
        start = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE) + timedelta(
            seconds=rng.randrange(10 * 3600)
        )
        said = [rng.choice(pool) for pool in self._said]
        judged = rng.choice(self._judged)
        duration = TURNS * _SLOT
        facts = {
            "product": rng.choice(PRODUCTS),
            "campaign": rng.choice(CAMPAIGNS),
            "region": rng.choice(REGIONS),
            "ordered": rng.random() < 0.3,
            "amount": None,
        }
        keys = {
            name: hashlib.sha256(f"{name}{call_id}".encode()).hexdigest()
            for name in ("transcript", "personal", "findings", "techniques", "measures", "artefact")
        }
        card_id = hashlib.sha256(
            json.dumps({**judged.body, "call_id": call_id}, ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest()
        yield (
            "recordings",
            {"sha256": sha256, "duration": duration, "sample_rate": 8000, "channels": 2, "codec": "ALAW"},
        )
        yield (
            "calls",
            facts
            | {
                "id": call_id,
                "sha256": sha256,
                "path": f"recordings/{call_id}.wav",
                "agent": post.person,
                "group_path": "[]",
                "started_at": start,
                "started_local": start.isoformat(),
                "day": day.isoformat(),
                "direction": "inbound",
                "parties": '["agent","customer"]',
                "queue": None,
                "cross_sold": None,
                "signed_for": None,
                "customer_key": hashlib.sha256(str(number // 2).encode()).hexdigest(),
                "started_assumed": False,
                "fields": "{}",
            },
        )
        yield "transcripts", self._transcript(call_id, keys["transcript"], said)
        yield from self._findings(call_id, keys["findings"], judged, said)
        labels = yield from self._techniques(call_id, keys["techniques"], said)
        yield from self._measures(call_id, keys["measures"])
        yield (
            "scorecards",
            {
                "id": card_id,
                "call_id": call_id,
                "total": judged.total,
                "grade": judged.grade,
                "grade_title": judged.grade_title,
                "action": judged.action,
                "fatal": _json(judged.fatal),
                "needs_human": judged.needs_human,
                "lines": judged.lines,
                "policy_id": self._policy.ref.id,
                "policy_version": self._policy.ref.version,
                "policy_sha256": self._policy.ref.sha256,
                "provenance": _json(judged.body["provenance"]),
            },
        )
        yield (
            "results",
            {
                "seq": number + 1,
                "key": hashlib.sha256(f"result{call_id}".encode()).hexdigest(),
                "call_id": call_id,
                "run_id": "generated",
                "at": AT,
                "keys": _json({"transcript": keys["artefact"]}),
                **{
                    f"{name}_key": keys[name]
                    for name in ("transcript", "personal", "findings", "techniques", "measures")
                },
                "scorecard_id": card_id,
                "warnings": "[]",
                "seconds": "{}",
                "demo": False,
            },
        )
        yield (
            "artefacts",
            {
                "key": keys["artefact"],
                "sha256": sha256,
                "step": "transcript",
                "at": AT,
                "body": zlib.compress("".join(one.text for one in said).encode(), 1),
            },
        )
        events = yield from self._events(call_id, card_id)
        yield (
            "call_index",
            facts
            | {
                "seq": number + 1,
                "call_id": call_id,
                "result_seq": number + 1,
                "scorecard_id": card_id,
                "day": day.isoformat(),
                "order_at": start,
                "started_local": start.isoformat(),
                "agent": post.person,
                "unit": post.unit,
                "unit_path": self._paths[post.unit],
                "language": "zh",
                "duration": duration,
                "turns": TURNS,
                "demo": False,
                "machine_total": judged.total,
                "total": judged.total,
                "order_total": -1.0 if judged.total is None else judged.total,
                "grade": judged.grade,
                "grade_title": judged.grade_title,
                "action": judged.action,
                "fatal": bool(judged.fatal),
                "needs_human": judged.needs_human,
                "review_state": "reviewed" if events else "unreviewed",
                "open_appeals": 0,
                "version": events,
                "reviewed_at": AT if events else None,
            },
        )
        hits = {
            (kind, name, verdict): 1 for (kind, name), verdict in judged.verdicts.items() if verdict[0] != "n"
        }
        for kind, label in labels:
            hits[kind, label, ""] = hits.get((kind, label, ""), 0) + 1
        for (kind, name, verdict), times in hits.items():
            yield (
                "call_hits",
                {"seq": number + 1, "kind": kind, "id": name, "verdict": verdict, "hits": times},
            )
        yield (
            "call_sounds",
            {
                "seq": number + 1,
                "words": sounds.BREAK.join(one.text for one in said),
                "sounds": sounds.BREAK.join(one.sounds for one in said),
                "grams": sorted(frozenset().union(*(one.grams for one in said))),
            },
        )

    def _next(self, table: str) -> int:
        self._seq[table] += 1
        return self._seq[table]

    def _transcript(self, call_id: str, key: str, said: Sequence[Said]) -> dict[str, Any]:
        body = (
            f'{{"call_id":"{call_id}","language":"zh","turns":[{",".join(one.json for one in said)}],'
            f'"removed":[],"masked":true,"provenance":{self._provenance}}}'
        )
        return {
            "key": key,
            "call_id": call_id,
            "language": "zh",
            "turns": len(said),
            "confidence": 0.93,
            "model": None,
            "demo": False,
            "body": zlib.compress(body.encode(), 1),
        }

    def _quote(self, said: Sequence[Said], turn: int) -> dict[str, Any]:
        one = said[turn]
        return {
            "kind": "quote",
            "turn": turn,
            "party": "agent" if turn % 2 == 0 else "customer",
            "characters": {"start": 0, "end": len(one.text)},
            "span": {"start": one.start, "end": one.end},
            "text": one.text,
        }

    def _findings(
        self, call_id: str, key: str, judged: Judged, said: Sequence[Said]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        for (subject, name), verdict in judged.verdicts.items():
            turn = self._rng.randrange(0, TURNS, 2)
            yield (
                "findings",
                {
                    "seq": self._next("findings"),
                    "key": key,
                    "call_id": call_id,
                    "subject": subject,
                    "id": name,
                    "title": self._titles[subject, name],
                    "verdict": verdict,
                    "state": None,
                    "hits": 1 if verdict == "broken" else 0,
                    "start_ms": said[turn].start,
                    "evidence": _json([self._quote(said, turn)]),
                    "slots": "[]",
                    "explanation": '{"matcher":"script","pattern":"","score":0.8,"threshold":0.7,"detail":""}',
                    "provenance": self._provenance,
                },
            )

    def _techniques(
        self, call_id: str, key: str, said: Sequence[Said]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        yield (
            "technique_readings",
            {
                "key": key,
                "call_id": call_id,
                "stages": '[{"stage":"opening","first":0,"last":19}]',
                "moments": "[]",
                "provenance": self._provenance,
            },
        )
        labels = [("technique", self._rng.choice(TECHNIQUES), turn) for turn in range(2, 14, 2)]
        labels += [("reaction", self._rng.choice(REACTIONS), turn) for turn in range(1, TURNS, 5)]
        for kind, label, turn in labels:
            yield (
                "techniques",
                {
                    "seq": self._next("techniques"),
                    "key": key,
                    "call_id": call_id,
                    "kind": kind,
                    "label": label,
                    "turn": turn,
                    "probability": 0.8,
                    "start_ms": said[turn].start,
                    "end_ms": said[turn].end,
                    "quote": _json(self._quote(said, turn)),
                    "carriers": "[]",
                },
            )
        return [(kind, label) for kind, label, _ in labels]

    def _measures(self, call_id: str, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name in MEASURES:
            yield (
                "measures",
                {
                    "seq": self._next("measures"),
                    "key": key,
                    "call_id": call_id,
                    "name": name,
                    "value": round(self._rng.gauss(100, 20), 2),
                    "unit": "ms",
                    "note": "",
                    "spans": "[]",
                },
            )

    def _events(self, call_id: str, card_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if self._rng.random() > 0.15:
            return 0
        for number, kind in enumerate(("confirm", "finish"), start=1):
            body = {
                "id": f"{call_id}-{number}",
                "call_id": call_id,
                "scorecard": card_id,
                "author": "inspector11",
                "at": AT.isoformat(),
                "reason": "",
                "kind": kind,
            }
            yield (
                "review_events",
                {
                    "seq": self._next("review_events"),
                    "id": body["id"],
                    "kind": kind,
                    "call_id": call_id,
                    "number": number,
                    "scorecard_id": card_id,
                    "author": "inspector11",
                    "at": AT,
                    "body": _json(body | ({"item": None} if kind == "confirm" else {})),
                },
            )
        return 2


def _row(table: str, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column.name] for column in Tables.metadata.tables[table].columns)


def _paths() -> dict[str, str]:
    units = {unit.id: unit for unit in organisation()[0]}
    paths = {}
    for unit in units:
        chain, above = [], unit
        while above is not None:
            chain.append(above)
            above = units[above].parent  # type: ignore[assignment]
        paths[unit] = "/" + "".join(f"{one}/" for one in reversed(chain))
    return paths
