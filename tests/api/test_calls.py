"""The list of calls and everything about one call."""

import io
import re
from datetime import timedelta

import numpy as np
import pytest
import soundfile

from tests.api.office import Office, scored
from tests.fakes import PHONE


def ids(answer) -> list[str]:  # type: ignore[no-untyped-def]
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("gm", {"C1", "C2", "C3", "C9"}),
        ("dir1", {"C1", "C2", "C3"}),
        ("cap1", {"C1", "C2", "C3"}),
        ("lead1", {"C1", "C2"}),
        ("lead2", {"C3"}),
        ("a1", {"C1"}),
        ("dir2", {"C9"}),
    ],
)
def test_everybody_sees_the_calls_of_ones_own_place(office: Office, person: str, seen: set[str]) -> None:
    assert set(ids(office.as_(person).get("/calls"))) == seen
    totals = office.as_(person).get("/calls/totals").json()
    assert totals["calls"] == len(seen)


def test_filters_narrow_the_list_and_never_widen_it(office: Office) -> None:
    boss = office.as_("gm")
    assert ids(boss.get("/calls", params={"unit": "d2"})) == ["C9"]
    assert ids(boss.get("/calls", params={"score_max": 70})) == ["C2"]
    assert ids(boss.get("/calls", params={"hit": "rule:absolute_claim", "agent": "a3"})) == ["C3"]
    assert ids(boss.get("/calls", params={"hit": "step:greet:broken"})) == []
    assert ids(office.as_("dir1").get("/calls", params={"unit": "d2"})) == []
    assert boss.get("/calls", params={"unit": "nowhere"}).status_code == 404
    assert boss.get("/calls", params={"colour": "red"}).status_code == 422


def test_text_is_found_by_its_sound_and_its_place_is_told(office: Office) -> None:
    found = office.as_("a1").get("/calls", params={"text": "族疗仪"}).json()["items"]
    assert [one["id"] for one in found] == ["C1"]
    match = found[0]["matches"][0]
    assert (match["turn"], match["text"]) == (2, "足疗仪")
    marked = office.as_("a1").get("/calls/C1/transcript", params={"text": "族疗仪"}).json()
    where = ("turn", "start", "end", "text")
    assert [marked["matches"][0][name] for name in where] == [match[name] for name in where]


def test_pages_join_without_gap_or_repeat_and_made_up_tokens_are_refused(office: Office) -> None:
    office.score(
        *(scored(f"P{number:03}", agent="a1", total=50 + number % 7) for number in range(25)), run="run-2"
    )
    boss = office.as_("gm")
    for sort in ("newest", "oldest", "lowest", "highest"):
        got: list[str] = []
        after = None
        while True:
            params = {"sort": sort, "limit": 7, **({"after": after} if after else {})}
            page = boss.get("/calls", params=params).json()
            got += [one["id"] for one in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert len(got) == len(set(got)) == 29
    first = boss.get("/calls", params={"limit": 3, "sort": "newest"}).json()["next"]
    for made_up in ("x", "W10=", first[:-2] + "zz", "'; DROP TABLE calls; --"):
        answer = boss.get("/calls", params={"after": made_up})
        assert (answer.status_code, answer.json()["code"]) == (422, "page.token")
    other_sort = boss.get("/calls", params={"after": first, "sort": "lowest"})
    assert other_sort.json()["code"] == "page.token"


def test_a_call_is_masked_and_foreign_ones_do_not_exist(office: Office) -> None:
    agent = office.as_("a1")
    detail = agent.get("/calls/C1").json()
    assert detail["call"]["unit_path"] == "/hq/d1/t1/g1/"
    assert detail["scorecard"]["total"] == 82.5
    said = agent.get("/calls/C1/transcript").json()
    assert said["masked"]
    assert PHONE not in str(said)
    assert said["turns"][1]["text"].endswith("*" * 11)
    assert said["hidden"][0]["kind"] == "mobile"
    assert PHONE not in agent.get("/calls/C1/findings").text
    for path in ("", "/transcript", "/findings", "/techniques", "/scorecard", "/audio", "/peaks"):
        answer = agent.get(f"/calls/C9{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "missing")


def test_raw_needs_right_and_mark_and_leaves_a_trace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = scored("C1")
    raw = entry.masked.replace(transcript=entry.masked.transcript)
    monkeypatch.setattr(office.centre, "raw", lambda stored: raw)
    for person, code in (("lead1", "auth.raw"), ("a1", "auth.raw"), ("train1", "auth.raw")):
        answer = office.as_(person).get("/calls/C1/transcript", params={"raw": True})
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert office.as_("dir1").get("/calls/C1/transcript", params={"raw": True}).status_code == 200
    rows = office.as_("admin").get("/audit", params={"action": "transcript.viewed_raw"}).json()["items"]
    assert [(one["actor"], one["subject"]) for one in rows] == [("dir1", "call:C1")]
    assert office.as_("dir1").get("/calls/C9/transcript", params={"raw": True}).status_code == 404


def test_raw_text_that_was_taken_away_is_gone_not_an_error(office: Office) -> None:
    answer = office.as_("dir1").get("/calls/C1/findings", params={"raw": True})
    assert (answer.status_code, answer.json()["code"]) == (410, "store.raw")


def test_masked_views_are_traced_once_per_look(small: Office) -> None:
    leader = small.as_("lead1")
    for _ in range(3):
        leader.get("/calls/C1/transcript")
    small.house.trace.flush()
    asked = {"action": "transcript.viewed", "subject": "call:C1"}
    assert len(small.as_("gm").get("/audit", params=asked).json()["items"]) == 1
    small.clock.on(minutes=11)
    leader.get("/calls/C1/transcript")
    small.house.trace.flush()
    assert len(small.as_("gm").get("/audit", params=asked).json()["items"]) == 2


def sound(body: bytes) -> tuple[np.ndarray, int]:
    return soundfile.read(io.BytesIO(body), always_2d=True)


def test_sound_is_silent_where_masked_and_ranges_work(office: Office) -> None:
    office.recorded("S1", agent="a1")
    leader = office.as_("lead1")
    answer = leader.get("/calls/S1/audio")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/flac")
    samples, rate = sound(answer.content)
    hidden = leader.get("/calls/S1/transcript").json()["hidden"][0]
    first, last = hidden["start"] * rate // 1000, hidden["end"] * rate // 1000
    assert np.abs(samples[first:last]).max() == 0.0
    assert np.abs(samples[:first]).max() > 0.1
    part = leader.get("/calls/S1/audio", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, answer.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(answer.content)}"
    assert leader.get("/calls/S1/audio", headers={"Range": "bytes=99999999-"}).status_code == 416
    assert leader.get("/calls/S1/audio", params={"raw": True}).status_code == 403
    raw = office.as_("dir1").get("/calls/S1/audio", params={"raw": True})
    loud, _ = sound(raw.content)
    assert np.abs(loud[first:last]).max() > 0.1
    rows = office.as_("admin").get("/audit", params={"action": "audio.heard_raw"}).json()["items"]
    assert [one["actor"] for one in rows] == ["dir1"]


def test_a_clip_has_the_asked_length_and_is_muted_too(small: Office) -> None:
    small.recorded("S1", agent="a1")
    answer = small.as_("a1").get("/calls/S1/clip", params={"start": 5000, "end": 9000})
    samples, rate = sound(answer.content)
    assert abs(len(samples) / rate - 4.0) < 0.01
    assert np.abs(samples[int(1.05 * rate) : int(3.1 * rate)]).max() == 0.0
    for start, end in ((9000, 5000), (0, 3_600_001), (70_000, 71_000)):
        assert small.as_("a1").get("/calls/S1/clip", params={"start": start, "end": end}).status_code == 422
    copies = list((small.folder / "data" / "listening").rglob("clip-*"))
    assert copies == []


def test_peaks_draw_every_channel(small: Office) -> None:
    small.recorded("S1", agent="a1")
    drawn = small.as_("a1").get("/calls/S1/peaks", params={"per_second": 10}).json()
    assert [one["party"] for one in drawn["channels"]] == ["agent", "customer"]
    assert len(drawn["channels"][0]["low"]) == len(drawn["channels"][0]["high"]) == 120
    assert max(drawn["channels"][0]["high"]) > 10
    assert small.as_("a1").get("/calls/S1/peaks", params={"per_second": 7}).status_code == 422


def test_sound_that_is_gone_says_so(small: Office) -> None:
    for what in ("audio", "peaks", "clip?start=0&end=1000"):
        answer = small.as_("a1").get(f"/calls/C1/{what}")
        assert (answer.status_code, answer.json()["code"]) == (410, "recording.unreadable")
    assert not small.as_("a1").get("/calls/C1").json()["recording"]["audible"]


def test_answers_are_packed_and_named(small: Office) -> None:
    answer = small.as_("gm").get("/calls/C1/transcript", headers={"X-Request-Id": "abcdef-123"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-request-id"] == "abcdef-123"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"[0-9a-f]{32}", small.as_("gm").get("/calls").headers["x-request-id"])


def test_a_call_belongs_to_the_group_of_its_day(office: Office) -> None:
    """Whoever changes the group takes no old calls along."""
    from callqa.domain import Post, Role
    from tests.api.office import STAFF, UNITS, Person

    moved = [
        Post(person="a1", unit="g1", role=Role.agent, valid_to=office.clock().date() - timedelta(days=1))
    ]
    moved.append(Post(person="a1", unit="g3", role=Role.agent, valid_from=office.clock().date()))
    posts = [Post(person=p, unit=u, role=r) for p, (_, u, r) in STAFF.items() if p != "a1"]
    people = [Person(id=p, name=n, login=p) for p, (n, _, _) in STAFF.items()]
    with office.write() as work:
        work.organisation.replace(UNITS, people, [*posts, *moved])
    office.house.callers.clear()
    assert "C1" in ids(office.as_("lead1").get("/calls"))
    assert "C1" not in ids(office.as_("lead3").get("/calls"))
    assert "C1" in ids(office.as_("a1").get("/calls"))


def test_a_call_tells_its_agents_name_and_the_centres_own_words_for_labels(
    office: Office,
) -> None:
    assert office.as_("insp1").get("/calls/C1").json()["agent_name"] == "王小燕"
    labels = office.as_("insp1").get("/calls/C1/techniques").json()["labels"]
    policy = office.centre.policies[-1]
    assert [(one["id"], one["title"]) for one in labels] == [
        (one.id, one.title) for one in policy.techniques.labels
    ]
    source = office.centre.placed[-1][1] / "techniques.yaml"
    renamed = source.read_text("utf-8").replace(
        f"title: {policy.techniques.labels[0].title}", "title: 说卖点", 1
    )
    asked = {
        "base": "latest",
        "files": {"techniques.yaml": renamed},
        "version": "own-words",
        "valid_from": office.house.today().isoformat(),
        "note": "按本中心的叫法",
    }
    assert office.as_("gm").post("/policy/versions", asked).status_code == 201
    # the call's own policy is not among the centre's: the newest one's words are used
    labels = office.as_("insp1").get("/calls/C1/techniques").json()["labels"]
    assert labels[0]["title"] == "说卖点"
