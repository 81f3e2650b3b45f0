"""Uploads: streamed, limited, bombs and odd names refused; jobs and the worker that takes them."""

import io
import struct
import threading
import wave
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from callqa.api.worker import Worker
from callqa.audio import declared
from callqa.domain import JobState
from tests import fakes
from tests.api.office import Office, opened
from tests.cli.scripted_centre import ScriptedCentre


def recording(folder: Path, *, seed: int = 0, seconds: float = 6.0) -> bytes:
    return fakes.write_recording(folder / f"r{seed}.wav", seconds=seconds, seed=seed).read_bytes()


def send(office: Office, body: bytes, *, person: str = "insp1", name: str = "a.wav", **fields: Any):  # type: ignore[no-untyped-def]
    fields = {"started_at": "2026-11-20T09:00:00+08:00", **fields}
    return office.as_(person).post("/calls", files={"file": (name, body, "audio/wav")}, data=fields)


def worker_of(office: Office) -> Worker:
    """A worker with a recogniser that needs no model; everything else is real."""
    centre = ScriptedCentre(office.centre.settings, resident=True)
    centre.__dict__["database"] = office.centre.database
    return Worker(centre, now=office.clock)


def drain(worker: Worker) -> None:
    while worker.once():
        pass


def test_an_upload_is_scored_and_seen(office: Office) -> None:
    body = recording(office.folder)
    answer = send(
        office,
        body,
        id="UP-1",
        agent="a1",
        started_at="2026-11-20T09:00:00",
        ordered="true",
        customer="13800001111",
    )
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["state"], job["call"]) == ("pending", "UP-1")
    drain(worker_of(office))
    done = office.as_("insp1").get(f"/jobs/{job['id']}").json()
    assert (done["state"], done["done"], done["failed"]) == ("done", 1, 0), done
    detail = office.as_("lead1").get("/calls/UP-1").json()
    assert detail["call"]["started_at"] == "2026-11-20T09:00:00+08:00"
    assert detail["recording"]["audible"]
    assert office.as_("lead1").get("/calls/UP-1/audio").status_code == 200
    with office.read() as work:
        call = work.calls.get("UP-1")
        assert call is not None
        assert call.customer_key is not None
        assert "13800001111" not in call.model_dump_json()
    assert office.as_("dir2").get(f"/jobs/{job['id']}").status_code == 404


def test_a_call_of_an_unknown_start_counts_for_the_day_it_is_received(office: Office) -> None:
    """23:30 in UTC is the next day in Shanghai; the agent's unit of that day sees it, and is told that it is assumed."""
    office.clock.at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    body = recording(office.folder)
    assert send(office, body, id="UP-3", agent="a1", started_at="").status_code == 202
    drain(worker_of(office))
    detail = office.as_("lead1").get("/calls/UP-3").json()
    assert (detail["call"]["day"], detail["call"]["unit"]) == ("2026-11-24", "g1")
    assert detail["call"]["started_at"] == "2026-11-24T07:30:00+08:00"
    assert detail["started_assumed"] is True
    listed = office.as_("lead1").get("/calls").json()["items"]
    assert [one["id"] for one in listed if one["started_assumed"]] == ["UP-3"]
    assert office.as_("dir2").get("/calls/UP-3").status_code == 404
    assert office.as_("lead1").get("/calls/C1").json()["started_assumed"] is False
    with office.read() as work:
        assert work.calls.incoming(ids=["UP-3"])[0].facts.started_assumed, "scored again, it is still assumed"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("1970-01-01T00:00:00+08:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-11-25T12:00:00+08:00", None),
        ("2026-11-19T22:00:00-08:00", "2026-11-20"),
        ("2026-11-19T16:30:00Z", "2026-11-20"),
        ("2026-11-23T23:59:59", "2026-11-23"),
    ],
)
def test_clocks_that_jump_and_zones(small: Office, at: str, day: str | None) -> None:
    answer = send(small, recording(small.folder), id="UP-4", agent="a1", started_at=at)
    if day is None:
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["where"] == "body.started_at"
        return
    assert answer.status_code == 202, answer.text
    drain(worker_of(small))
    assert small.as_("lead1").get("/calls/UP-4").json()["call"]["day"] == day


def test_the_same_recording_is_taken_once_and_an_id_is_not_given_twice(office: Office) -> None:
    body = recording(office.folder)
    first, again = send(office, body, id="UP-1").json(), send(office, body, id="UP-1").json()
    assert first["id"] == again["id"]
    drain(worker_of(office))
    assert send(office, body, id="UP-1").json()["state"] == "done"
    other = send(office, recording(office.folder, seed=5), id="UP-1")
    assert (other.status_code, other.json()["code"]) == (409, "upload.exists")
    unnamed = send(office, body).json()
    assert unnamed["call"].startswith("U")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("../../etc/passwd", 422),
        ("..\\..\\boot.ini", 422),
        ("/etc/passwd", 422),
        ("a\x01b.wav", 422),
        ("x" * 500 + ".wav", 422),
        ("录音 (1).wav", 202),
        ("'; DROP TABLE calls; --.wav", 202),
    ],
)
def test_file_names_lead_nowhere(small: Office, name: str, status: int) -> None:
    body = recording(small.folder)
    boundary = "b0undary"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + body
        + f"\r\n--{boundary}--\r\n".encode()
    )
    answer = small.as_("insp1").post(
        "/calls", content=form, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    assert answer.status_code == status, answer.text
    kept = [
        file for file in (small.folder / "data").rglob("*") if file.is_file() and "recordings" in file.parts
    ]
    assert all(len(file.name) == 64 for file in kept)


def test_what_is_no_recording_is_refused_at_once(small: Office) -> None:
    for body, code in (
        (b"", "recording.empty"),
        (b"PK\x03\x04" + b"\x00" * 500, "recording.not_audio"),
        ("<html>不是录音</html>".encode(), "recording.not_audio"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "recording.not_audio"),
    ):
        answer = send(small, body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert small.as_("insp1").get("/jobs").json()["items"] == []
    assert not [file for file in (small.folder / "data" / "recordings").rglob("*") if file.is_file()]


def test_nobody_hands_in_calls_of_a_foreign_units_agents(office: Office) -> None:
    body = recording(office.folder)
    for agent in ("a9", "朱小风"):
        answer = send(office, body, id="F-1", agent=agent)
        assert (answer.status_code, answer.json()["code"]) == (404, "missing")
    assert send(office, body, id="F-1", agent="a9", person="insp2").status_code == 202
    assert send(office, body, id="F-2", agent="nobody-known").status_code == 202


def bomb(seconds: float) -> bytes:
    """A FLAC of silence: some kilobytes that unpack to hours."""
    import numpy as np
    import soundfile

    target = io.BytesIO()
    with soundfile.SoundFile(
        target, "w", samplerate=8000, channels=1, format="FLAC", subtype="PCM_16"
    ) as file:
        for _ in range(int(seconds // 600)):
            file.write(np.zeros(8000 * 600, np.int16))
    return target.getvalue()


def test_a_bomb_is_refused_by_what_its_header_promises(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path, upload_hours=1) as office:
        packed = bomb(2 * 3600)
        assert len(packed) < 2_000_000
        answer = send(office, packed, name="a.flac")
        assert (answer.status_code, answer.json()["code"]) == (422, "upload.long")
        many = io.BytesIO()
        with wave.open(many, "wb") as file:
            file.setnchannels(32)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\x00" * 64 * 800)
        assert send(office, many.getvalue()).json()["code"] == "recording.channels"


def without_length(flac: bytes) -> bytes:
    """The same FLAC as a recorder that streams writes it: the number of samples is 0, not known."""
    streaminfo = 8  # after "fLaC" and the block's own header
    last_bits = flac[streaminfo + 13] & 0xF0
    return flac[: streaminfo + 13] + bytes([last_bits, 0, 0, 0, 0]) + flac[streaminfo + 18 :]


def test_a_bomb_whose_header_gives_no_length_ends_in_the_worker(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path, upload_hours=0.25) as office:
        packed = without_length(bomb(1800))
        (tmp_path / "bomb.flac").write_bytes(packed)
        assert declared(tmp_path / "bomb.flac").seconds is None
        answer = send(office, packed, id="UP-9", name="a.flac")
        assert answer.status_code == 202, answer.text
        drain(worker_of(office))
        job = office.as_("gm").get(f"/jobs/{answer.json()['id']}").json()
        assert (job["state"], job["code"], job["attempts"]) == ("dead", "recording.too_long", 1)
        assert "0.25 小时" in job["message"]
        assert office.as_("gm").get("/calls/UP-9").status_code == 404


def test_a_recording_whose_header_gives_no_length_is_scored_within_the_limit(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path, upload_hours=0.25) as office:
        answer = send(office, without_length(bomb(600)), id="UP-9", name="a.flac")
        assert answer.status_code == 202, answer.text
        drain(worker_of(office))
        job = office.as_("gm").get(f"/jobs/{answer.json()['id']}").json()
        assert (job["state"], job["code"]) == ("done", "")


def test_too_much_is_413_before_it_is_stored(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path, upload_limit=100_000) as office:
        body = recording(tmp_path, seconds=20)
        answer = send(office, body)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
        sent = 0

        def endless():  # type: ignore[no-untyped-def]
            nonlocal sent
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
            while sent < 50_000_000:
                sent += 65536
                yield b"\x00" * 65536

        answer = office.as_("insp1").post(
            "/calls", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert answer.status_code == 413, answer.text
        announced = office.as_("insp1").post(
            "/calls",
            content=b"x",
            headers={"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(2 << 30)},
        )
        assert announced.status_code == 413
        long_json = office.as_("insp1").post("/policy/try", content=(b"[" * 1000 for _ in range(3000)))
        assert long_json.status_code == 413, long_json.text
        assert not [file for file in (tmp_path / "data" / "recordings").rglob("*") if file.is_file()]


def test_a_full_disk_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path, disk_reserve=1 << 60) as office:
        answer = send(office, recording(tmp_path))
        assert (answer.status_code, answer.json()["code"]) == (413, "blob.no_room")


def test_forms_that_break_off_or_are_none_are_refused(small: Office) -> None:
    inspector = small.as_("insp1")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    cut = inspector.post("/calls", content=head + b"RIFF", headers=form)
    assert (cut.status_code, cut.json()["code"]) == (400, "request.json")
    assert (
        inspector.post("/calls", content=b"{}", headers={"Content-Type": "application/json"}).status_code
        == 415
    )
    assert (
        inspector.post("/calls", content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code
        == 415
    )
    no_file = inspector.post("/calls", files={"other": ("a", b"x")})
    assert no_file.status_code == 422
    for fields in (
        {"started_at": "yesterday"},
        {"amount": "-1"},
        {"colour": "red"},
        {"id": "a/b"},
        {"id": "x" * 129},
        {"agent": "x" * 500},
        {"agent": "x" * 129},
        {"product": "x" * 201},
        {"id": "13800001111"},
    ):
        answer = send(small, recording(small.folder), **fields)
        assert answer.status_code == 422, (fields, answer.text)


def test_a_damaged_call_ends_among_the_dead_and_can_be_tried_again(small: Office) -> None:
    body = recording(small.folder)
    job = send(small, body, id="UP-2", agent="a1").json()
    with small.read() as work:
        kept = work.jobs.get(job["id"])
    assert kept is not None
    path = Path(kept.path)
    path.write_bytes(b"RIFF" + struct.pack("<I", 36) + b"WAVE" + b"junk" * 20)
    drain(worker_of(small))
    dead = small.as_("insp1").get("/jobs", params={"state": "dead"}).json()["items"]
    assert [(one["id"], one["attempts"]) for one in dead] == [(job["id"], 1)]
    assert dead[0]["code"].startswith("recording.")
    path.write_bytes(body)
    assert small.as_("insp1").post(f"/jobs/{job['id']}/retry").json()["state"] == "pending"
    drain(worker_of(small))
    assert small.as_("insp1").get(f"/jobs/{job['id']}").json()["state"] == "done"


def test_what_fails_by_chance_waits_longer_each_time_then_is_given_up(
    small: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = send(small, recording(small.folder), id="UP-3").json()
    worker = worker_of(small)

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("the machine hiccups")

    monkeypatch.setattr(worker.house.centre, "score", broken)
    waits = []
    for _ in range(3):
        assert worker.once()
        assert not worker.once()
        with small.read() as work:
            kept = work.jobs.get(job["id"])
        assert kept is not None
        if kept.not_before is not None:
            waits.append((kept.not_before - small.clock()).total_seconds())
            small.clock.at = kept.not_before
    assert waits == [10.0, 30.0]
    assert kept.state is JobState.dead
    assert (kept.code, kept.attempts) == ("internal", 3)
    assert "hiccups" not in kept.message


def test_a_rescore_runs_in_the_background_with_progress(office: Office) -> None:
    for number in range(3):
        send(office, recording(office.folder, seed=number), id=f"UP-{number}", agent="a1")
    worker = worker_of(office)
    drain(worker)
    director = office.as_("dir1")
    asked = director.post("/rescores", {"filters": {"agent": "a1", "first_day": "2027-01-01"}})
    assert asked.status_code == 404
    asked = director.post("/rescores", {"calls": ["UP-0", "UP-1", "UP-2"]})
    assert asked.status_code == 202
    assert asked.json()["calls"] == 3
    drain(worker)
    done = director.get(f"/jobs/{asked.json()['id']}").json()
    assert (done["state"], done["done"], done["failed"]) == ("done", 3, 0)
    for wrong in ({}, {"calls": ["UP-0"], "filters": {}}, {"calls": ["C9"]}, {"calls": ["nobody"]}):
        assert director.post("/rescores", wrong).status_code in (404, 422)


def test_many_workers_score_every_call_once(staffed_url: str, tmp_path: Path) -> None:
    with opened(staffed_url, tmp_path) as office:
        for number in range(8):
            assert (
                send(office, recording(tmp_path, seed=number, seconds=2.0), id=f"M-{number}").status_code
                == 202
            )
        workers = [worker_of(office) for _ in range(4)]
        threads = [threading.Thread(target=drain, args=(one,)) for one in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        jobs = office.as_("insp1").get("/jobs", params={"limit": 100}).json()["items"]
        assert Counter(one["state"] for one in jobs) == {"done": 8}
        assert {one["attempts"] for one in jobs} == {1}
        with office.read() as work:
            stored = work.session.execute(
                text("SELECT call_id, count(*) FROM results GROUP BY call_id")
            ).all()
        assert Counter(dict(stored)) == Counter({f"M-{n}": 1 for n in range(8)})


def test_a_job_whose_lease_ran_out_is_taken_over_and_counts_once(small: Office) -> None:
    send(small, recording(small.folder), id="UP-4", agent="a1")
    slow = worker_of(small)
    with small.write() as work:
        taken = work.jobs.take(slow.name, now=small.clock(), lease=small.clock(), attempts=5)
    assert taken is not None
    small.clock.on(seconds=1)
    drain(worker_of(small))
    assert small.as_("insp1").get(f"/jobs/{taken.id}").json()["state"] == "done"
    with small.write() as work:
        assert not work.jobs.finish(taken.id, slow.name, done=1, failed=0, run=None)


def test_a_worker_that_is_stopped_gives_the_rest_back(small: Office) -> None:
    for number in range(2):
        send(small, recording(small.folder, seed=number), id=f"UP-{number}", agent="a1")
    worker = worker_of(small)
    drain(worker)
    job = small.as_("dir1").post("/rescores", {"calls": ["UP-0", "UP-1"]}).json()
    with small.write() as work:
        kept = work.jobs.get(job["id"])
    assert kept is not None
    worker.stop()
    # nothing is left to do under the same policy, so the job may end at once
    worker.once()
    assert small.as_("dir1").get(f"/jobs/{job['id']}").json()["state"] in ("pending", "done")
