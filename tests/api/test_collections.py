"""Collections: who sees which, what is in them for whom, and that nothing is lost between two hands."""

import io
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from tests.api.office import Office

PICKED: dict[str, Any] = {"title": "价格异议精选", "unit": "d1", "items": [{"call": "C1"}, {"call": "C3"}]}


def made(office: Office, person: str = "train1", **changes: Any) -> dict[str, Any]:
    answer = office.as_(person).post("/collections", {**PICKED, **changes})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def path_of(shown: dict[str, Any]) -> str:
    return f"/collections/{shown['collection']['id']}"


def opened(office: Office, person: str, shown: dict[str, Any]) -> dict[str, Any]:
    answer = office.as_(person).get(path_of(shown))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def actions(office: Office, subject: str) -> list[str]:
    office.house.trace.flush()
    with office.read() as work:
        return [one.action for one in work.audit.page(subject=subject).items]


def ended(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("person", "wrong", "status"),
    [
        ("train1", {}, 201),
        ("insp1", {}, 201),
        ("gm", {"unit": "hq"}, 201),
        ("lead1", {"unit": "g1", "items": [{"call": "C1"}]}, 201),
        ("lead1", {}, 404),
        ("train1", {"unit": "d2"}, 404),
        ("train1", {"unit": "nowhere"}, 404),
        ("train1", {"items": [{"call": "C9"}]}, 404),
        ("train1", {"items": [{"call": "nothing"}]}, 404),
        ("train1", {"items": [{"call": "C1", "span": {"start": 5, "end": 5}}]}, 422),
        ("train1", {"items": [{"call": "C1", "span": {"start": 5, "end": 10**9}}]}, 422),
        ("train1", {"title": " "}, 422),
        ("a1", {}, 403),
        ("admin", {}, 403),
    ],
)
def test_making_one(small: Office, person: str, wrong: dict[str, Any], status: int) -> None:
    assert small.as_(person).post("/collections", {**PICKED, **wrong}).status_code == status


def test_everyone_sees_the_calls_within_reach_and_how_many_are_not(office: Office) -> None:
    shown = made(office)
    assert (shown["items"], shown["hidden"], shown["may_change"]) == (2, 0, True)
    ours = opened(office, "lead1", shown)
    assert [one["call"]["id"] for one in ours["content"]] == ["C1"]
    assert (ours["items"], ours["hidden"], ours["may_add"], ours["may_change"]) == (1, 1, True, False)
    assert "C3" not in str(ours)
    assert (ours["names"]["train1"], ours["names"]["a1"], ours["by"]) == ("郑讲", "王小燕", "郑讲")
    listed = office.as_("lead2").get("/collections").json()["items"]
    assert [(one["items"], one["hidden"]) for one in listed] == [(1, 1)]
    for stranger in ("train2", "lead3"):
        assert office.as_(stranger).get("/collections").json()["items"] == []
        assert office.as_(stranger).get(path_of(shown)).status_code == 404
    assert office.as_("a1").get(path_of(shown)).status_code == 403
    assert opened(office, "gm", shown)["items"] == 2


def test_a_program_without_the_right_to_calls_sees_none(office: Office) -> None:
    shown = made(office)
    blind = office.as_("train1", scopes=("collections.read",)).get(path_of(shown)).json()
    assert (blind["content"], blind["hidden"], blind["may_add"]) == ([], 2, False)


def test_clips_tell_what_is_said_and_lie_there_once(office: Office) -> None:
    shown = made(office, items=[])
    with office.read() as work:
        result = work.results.latest("C1")
    assert result is not None
    turn = result.masked.transcript.turns[1]
    clip = {
        "call": "C1",
        "span": {"start": turn.span.start, "end": turn.span.end},
        "note": "客户电话 13812345678",
    }
    added = office.as_("lead1").post(f"{path_of(shown)}/items", {"items": [clip, {"call": "C1"}]}).json()
    assert (added["added"], added["known"], added["collection"]["items"]) == (2, 0, 2)
    again = office.as_("train1").post(f"{path_of(shown)}/items", {"items": [clip]}).json()
    assert (again["added"], again["known"]) == (0, 1)
    first, second = opened(office, "train1", shown)["content"]
    assert turn.text in [one["text"] for one in first["turns"]]
    assert "13812345678" not in first["item"]["note"]
    assert first["item"]["added_by"] == "lead1"
    assert (second["item"]["span"], second["turns"]) == (None, [])


def test_who_added_it_may_take_it_out_and_who_did_not_may_not(office: Office) -> None:
    shown = made(office)
    leader, trainer = office.as_("lead1"), office.as_("train1")
    clip = {"call": "C1", "span": {"start": 0, "end": 800}, "note": "开场好"}
    leader.post(f"{path_of(shown)}/items", {"items": [clip]})
    whole, own = (
        f"{path_of(shown)}/items/{one['item']['id']}" for one in opened(office, "lead1", shown)["content"]
    )
    for answer in (leader.patch(whole, {"note": "x"}), leader.delete(whole)):
        assert ended(answer) == (403, "auth.forbidden")
    assert leader.patch(own, {"note": "开场三句话"}).json()["note"] == "开场三句话"
    assert leader.delete(own).status_code == 204
    assert leader.delete(own).status_code == 404
    (hidden,) = [
        one["item"]["id"] for one in opened(office, "train1", shown)["content"] if one["call"]["id"] == "C3"
    ]
    assert leader.delete(f"{path_of(shown)}/items/{hidden}").status_code == 404
    assert trainer.delete(f"{path_of(shown)}/items/{hidden}").status_code == 204
    assert [one["call"]["id"] for one in opened(office, "train1", shown)["content"]] == ["C1"]
    assert actions(office, f"collection:{shown['collection']['id']}").count("collection.remove") == 2


def test_a_cover_changes_under_one_hand_at_a_time(office: Office) -> None:
    shown = made(office)
    director, trainer = office.as_("dir1"), office.as_("train1")
    seen = {"headers": {"If-Match": trainer.get(path_of(shown)).headers["ETag"]}}
    assert ended(trainer.patch(path_of(shown), {"title": "新名"})) == (428, "etag.missing")
    answer = director.patch(path_of(shown), {"title": "主管起的名", "description": "每周一早会听"}, **seen)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v2"')
    late = trainer.patch(path_of(shown), {"title": "培训师起的名"}, **seen)
    assert ended(late) == (409, "conflict")
    assert late.json()["current"]["title"] == "主管起的名"
    assert ended(office.as_("lead1").patch(path_of(shown), {"title": "x"}, **seen)) == (403, "auth.forbidden")
    assert opened(office, "train1", shown)["collection"]["description"] == "每周一早会听"


def test_an_archived_collection_is_kept_and_takes_nothing_more(office: Office) -> None:
    shown = made(office)
    trainer = office.as_("train1")
    put = {"headers": {"If-Match": '"v1"'}}
    assert trainer.patch(path_of(shown), {"archived": True}, **put).json()["may_add"] is False
    assert trainer.get("/collections").json()["items"] == []
    (kept,) = trainer.get("/collections", params={"archived": True}).json()["items"]
    assert kept["items"] == 2
    refused = trainer.post(f"{path_of(shown)}/items", {"items": [{"call": "C1"}]})
    assert ended(refused) == (409, "collection.archived")
    assert office.as_("lead1").delete(path_of(shown)).status_code == 403
    assert trainer.delete(path_of(shown)).status_code == 204
    assert trainer.get(path_of(shown)).status_code == 404
    assert office.as_("train1").get("/calls/C1").status_code == 200


def test_made_twice_under_one_key_it_is_made_once(office: Office) -> None:
    trainer = office.as_("train1")
    key = {"headers": {"Idempotency-Key": "k-1"}}
    first, second = (trainer.post("/collections", PICKED, **key) for _ in range(2))
    assert (second.status_code, second.json()) == (201, first.json())
    assert len(trainer.get("/collections").json()["items"]) == 1


def test_the_workbook_holds_what_its_reader_may_see(office: Office) -> None:
    shown = made(office)
    clip = {"call": "C1", "span": {"start": 0, "end": 4000}, "note": "这样开场"}
    office.as_("train1").post(f"{path_of(shown)}/items", {"items": [clip]})

    def rows(person: str) -> tuple[list[Any], list[Any]]:
        answer = office.as_(person).get(f"{path_of(shown)}/export")
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.content))
        return [list(row) for row in book["合集"].values], [list(row) for row in book["通话"].values]

    items, calls = rows("train1")
    assert items[0][:4] == ["序号", "通话", "工号", "坐席"]
    assert [row[1] for row in items[1:]] == ["C1", "C3", "C1"]
    assert (items[3][4:7], items[3][8]) == ([0, 4, "这样开场"], "郑讲")
    assert "坐席：" in items[3][7]
    assert [row[0] for row in calls[1:]] == ["C1", "C3"]
    items, calls = rows("lead1")
    assert [row[1] for row in items[1:]] == ["C1", "C1"]
    assert [row[0] for row in calls[1:]] == ["C1"]
    assert actions(office, f"collection:{shown['collection']['id']}").count("collection.exported") == 2


def test_an_erased_customers_call_is_in_no_collection(office: Office) -> None:
    shown = made(office, items=[])
    from tests.api.office import scored

    office.score(scored("E1", customer_key="k" * 64), run="run-e")
    office.as_("train1").post(f"{path_of(shown)}/items", {"items": [{"call": "E1"}, {"call": "C1"}]})
    assert opened(office, "train1", shown)["items"] == 2
    with office.write() as work:
        work.erasures.erase("k" * 64, erasure_id="e1", by="admin", now=office.clock(), reason="本人要求")
    after = opened(office, "train1", shown)
    assert ([one["call"]["id"] for one in after["content"]], after["hidden"]) == (["C1"], 0)
