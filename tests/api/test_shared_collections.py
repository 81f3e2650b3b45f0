"""Collections that agents hear: which, what of them, and how it ends; colleagues' calls are theirs nowhere else."""

import io
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.api.office import Office
from tests.api.test_collections import actions, made, path_of

CLIP = {"start": 5000, "end": 9000}


def shared(office: Office, person: str = "train1", **changes: Any) -> dict[str, Any]:
    """A collection of 一部 with a clip and a whole call of a3, shared with the agents."""
    items = [{"call": "S3", "span": CLIP, "note": "先共情再报价"}, {"call": "S3"}]
    return made(office, person, **{"shared": True, "items": items, **changes})


def changed(office: Office, shown: dict[str, Any], person: str = "train1", **changes: Any) -> dict[str, Any]:
    version = shown["collection"]["version"]
    answer = office.as_(person).patch(path_of(shown), changes, headers={"If-Match": f'"v{version}"'})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def hears(office: Office, person: str) -> list[str]:
    page = office.as_(person).get("/shared-collections").json()
    return [one["id"] for one in page["items"]]


def own_path(shown: dict[str, Any]) -> str:
    return f"/shared-collections/{shown['collection']['id']}"


def test_agents_hear_what_their_unit_shares_and_nobody_elses(office: Office) -> None:
    office.recorded("S3", agent="a3")
    shown = shared(office)
    assert shown["collection"]["shared"] is True
    assert hears(office, "a1") == hears(office, "a3") == [shown["collection"]["id"]]
    assert hears(office, "a9") == []
    assert office.as_("a9").get(own_path(shown)).status_code == 404
    opened = office.as_("a1").get(own_path(shown)).json()
    assert (opened["title"], opened["by"], opened["unit_title"], opened["items"]) == (
        "价格异议精选",
        "郑讲",
        "一部",
        2,
    )
    clip, call = opened["content"]
    assert (clip["agent"], clip["note"], clip["whole"], clip["duration"]) == (
        "林小云",
        "先共情再报价",
        False,
        4000,
    )
    assert (call["whole"], len(call["turns"]) >= len(clip["turns"]) > 0) == (True, True)
    with office.read() as work:
        result = work.results.latest("S3")
    assert result is not None
    said = [one.text for one in result.masked.transcript.turns]
    assert [one["text"] for one in call["turns"]] == said
    # masked words, and nothing of the score, the call's number or its customer
    assert not {"call", "call_id", "total", "grade", "customer", "started_at"} & {*clip, *call}
    # a colleague's call is heard here and nowhere else
    assert office.as_("a1").get("/calls/S3").status_code == 404
    assert office.as_("a1").get("/calls/S3/audio").status_code == 404
    assert office.as_("a1").get("/collections").status_code == 403


def test_what_is_heard_is_muted_and_traced(small: Office) -> None:
    small.recorded("S3", agent="a3")
    shown = shared(small)
    clip, call = small.as_("a1").get(own_path(shown)).json()["content"]
    answer = small.as_("a1").get(f"{own_path(shown)}/items/{clip['id']}/sound")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/flac")
    samples, rate = soundfile.read(io.BytesIO(answer.content), always_2d=True)
    assert abs(len(samples) / rate - 4.6) < 0.01
    (hidden,) = small.as_("lead2").get("/calls/S3/transcript").json()["hidden"]
    first, last = ((hidden[edge] - CLIP["start"] + 300) * rate // 1000 for edge in ("start", "end"))
    assert 0 < first < last < len(samples)
    assert np.abs(samples[first:last]).max() == 0.0
    assert np.abs(samples[: first - rate // 5]).max() > 0.1
    path = f"{own_path(shown)}/items/{call['id']}/sound"
    whole = small.as_("a1").get(path)
    assert whole.content == small.as_("lead2").get("/calls/S3/audio").content
    part = small.as_("a1").get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    # raw is no word of this route
    assert small.as_("a1").get(path, params={"raw": True}).content == whole.content
    assert "clip.heard" in actions(small, "call:S3")
    assert "collection.viewed" in actions(small, f"collection:{shown['collection']['id']}")
    assert small.as_("a1").get(f"{own_path(shown)}/items/nothing/sound").status_code == 404
    assert small.as_("a9").get(path).status_code == 404


@pytest.mark.parametrize("ends", [{"shared": False}, {"archived": True}])
def test_it_ends_at_once_where_it_is_no_longer_shared(office: Office, ends: dict[str, Any]) -> None:
    office.recorded("S3", agent="a3")
    shown = shared(office)
    item = office.as_("a1").get(own_path(shown)).json()["content"][0]["id"]
    after = changed(office, shown, **ends)
    assert hears(office, "a1") == []
    for path in (own_path(shown), f"{own_path(shown)}/items/{item}/sound"):
        assert office.as_("a1").get(path).status_code == 404
    changed(office, after, **{name: not value for name, value in ends.items()})
    assert hears(office, "a1") == [shown["collection"]["id"]]
    office.as_("train1").delete(f"{path_of(shown)}/items/{item}")
    assert office.as_("a1").get(f"{own_path(shown)}/items/{item}/sound").status_code == 404
    assert office.as_("a1").get(own_path(shown)).json()["items"] == 1


def test_only_who_keeps_it_shares_it_and_it_is_not_shared_unasked(office: Office) -> None:
    shown = made(office)
    assert shown["collection"]["shared"] is False
    assert hears(office, "a1") == []
    stranger = office.as_("lead1").patch(path_of(shown), {"shared": True}, headers={"If-Match": '"v1"'})
    assert stranger.status_code == 403
    changed(office, shown, shared=True)
    assert hears(office, "a1") == [shown["collection"]["id"]]
    office.house.trace.flush()
    with office.read() as work:
        rows = work.audit.page(subject=f"collection:{shown['collection']['id']}").items
    told = [one.detail for one in rows if one.action == "collection.change"]
    assert told == [{"changed": ["shared"], "shared": True}]


def test_of_a_group_only_its_own_agents_hear_it(small: Office) -> None:
    shown = shared(small, "lead1", unit="g1", items=[{"call": "C1"}])
    assert hears(small, "a1") == hears(small, "a2") == [shown["collection"]["id"]]
    assert hears(small, "a3") == []
    # supervisors have the collection itself; a program hears nothing without this right
    assert small.as_("train1").get("/shared-collections").status_code == 403
    assert small.as_("a1", scopes=("calls.read",)).get("/shared-collections").status_code == 403


def test_sound_that_is_gone_says_so(small: Office) -> None:
    shown = shared(small, items=[{"call": "C1"}])
    (item,) = small.as_("a1").get(own_path(shown)).json()["content"]
    answer = small.as_("a1").get(f"{own_path(shown)}/items/{item['id']}/sound")
    assert (answer.status_code, answer.json()["code"]) == (410, "recording.unreadable")
