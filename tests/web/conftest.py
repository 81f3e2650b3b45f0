"""One browser, one built page, one server over really scored calls; all of it in one worker."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from callqa.api.first import make_administrator
from callqa.api.house import House
from callqa.api.org_import import import_sheets
from callqa.api.org_sheet import read_sheets
from callqa.api.passwords import hashed
from callqa.bootstrap import Centre
from callqa.settings import Settings
from tests.web.office import PASSWORD, ROOT, SAMPLES, Desk, Office, chromium, logins, opened, seated

sys.path.insert(0, str(ROOT / "scripts"))


# not for the session: playwright keeps an event loop running in this thread, beside which nobody may run another
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless."""
    found = chromium()
    if found is None:
        pytest.skip("no Chromium here: scripts/chromium installs Debian's where it may")
    with sync_playwright() as playwright:
        opened_one = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"],
        )
        yield opened_one
        opened_one.close()


@pytest.fixture(scope="session")
def built() -> None:
    """The page, built from its sources where it is out of date; with ``CALLQA_SKIP_UI=1`` as it lies there."""
    from build_page import build

    if os.environ.get("CALLQA_SKIP_UI") != "1":
        build(ROOT)


@pytest.fixture(scope="session")
def scored(scored_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder: the sample calls as scored, the sample organisation, everybody with a password."""
    data = tmp_path_factory.mktemp("office") / "data"
    shutil.copytree(scored_samples / "data", data)
    house = House(Centre(Settings(data=data), policy_folder=SAMPLES / "policy"))
    sheets = read_sheets(SAMPLES / "organisation" / "units.csv", SAMPLES / "organisation" / "people.csv")
    assert not sheets.faults
    import_sheets(house, sheets, by="tests", dry_run=False)
    make_administrator(house)
    kept = hashed(PASSWORD)
    with house.write() as work:
        for person in work.organisation.people():
            if person.login:
                work.accounts.set_password(person.id, kept, one_time=False, now=datetime.now(UTC))
    house.trace.close()
    house.database.dispose()
    return data


@pytest.fixture(scope="session")
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """The server; ``CALLQA_TEST_ADDRESS`` names one that runs already, for whoever works on the page."""
    running = os.environ.get("CALLQA_TEST_ADDRESS")
    if running:
        yield Office(running, Path(), logins())
        return
    request.getfixturevalue("built")
    with opened(request.getfixturevalue("scored")) as made:
        yield made


@pytest.fixture
def seat(browser: Browser, office: Office) -> Iterator[Callable[..., Desk]]:
    """``seat("panqiushi")`` gives a window signed in as somebody, the same when asked again; ``seat(None)`` a new one."""
    with ExitStack() as windows:
        taken: dict[str, Desk] = {}

        def sit(login: str | None, **options: object) -> Desk:
            place = f"{login} {options}"
            if login is None or place not in taken:
                desk = windows.enter_context(seated(browser, office, **options))
                if login is None:
                    return desk
                taken[place] = desk.sign_in(login)
            return taken[place]

        yield sit
