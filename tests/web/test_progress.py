"""Tonight's batch on the workbench: how far it is, and when it will be done."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from callqa.bootstrap import Centre
from callqa.settings import Settings
from tests import fakes
from tests.web.office import opened, seated

pytestmark = pytest.mark.slow


def test_a_batch_from_the_command_line_shows_its_finish_time(
    browser: Browser, built: None, scored: Path, tmp_path: Path
) -> None:
    """Ten of forty calls in twenty minutes; one failed."""
    data = tmp_path / "data"
    shutil.copytree(scored, data)
    centre = Centre(Settings(data=data))
    now = datetime.now(UTC)
    run = fakes.run("night", at=now - timedelta(minutes=25)).replace(planned=40)
    centre.ledger.begin(run)
    entries = [fakes.entry(f"N{number}") for number in range(10)]
    centre.ledger.save(run, entries=entries, failures=(), at=now - timedelta(minutes=20))
    centre.database.dispose()
    with opened(data) as office, seated(browser, office) as desk:
        desk.sign_in("panqiushi")
        panel = desk.go("/").get_by_role("region", name="评分进度")
        expect(panel).to_contain_text("还有 30 通没有做完。")
        expect(panel).to_contain_text("40 通里完成 10 通，进行中")
        bar = panel.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", "25")
        line = panel.get_by_role("listitem").filter(has_text="进行中")
        expect(line).to_contain_text("预计")
        said = line.locator("p").inner_text()
    # thirty more at one every two minutes: an hour from now, to the minute the page shows
    due = (now + timedelta(hours=1)).astimezone(fakes.SHANGHAI)
    times = {f"{due + timedelta(minutes=by):%H:%M}" for by in range(-1, 4)}
    assert any(time in said for time in times), (said, times)
