"""The organisation from two tables, and one-time passwords: for the API and for the command line."""

from callqa.api.house import House
from callqa.api.org_sheet import Sheets
from callqa.api.passwords import hashed, one_time_password
from callqa.api.wire.organisation import ImportDone
from callqa.domain import Person, Role
from callqa.store import UnitOfWork


class _DryRun(Exception):
    """Carries what would have changed out of a transaction that is rolled back."""

    def __init__(self, done: ImportDone) -> None:
        super().__init__()
        self.done = done


def import_sheets(house: House, sheets: Sheets, *, by: str, dry_run: bool) -> ImportDone:
    """Make the organisation what faultless tables say; the same again changes nothing.

    Args:
        house: Database, clock, trace.
        sheets: From `read_sheets`, without faults.
        by: Who imports.
        dry_run: Only tell what would change.
    """
    try:
        with house.write() as work:
            _keep_administrators(house, work, sheets)
            changes = work.organisation.replace(sheets.units, list(sheets.people.values()), sheets.posts)
            done = ImportDone(
                dry_run=dry_run,
                units=changes.units,
                people=changes.people,
                posts=changes.posts,
                calls=changes.calls,
            )
            if dry_run:
                raise _DryRun(done)
            house.trace.did(work, by, "org.import", "org", done.model_dump(exclude={"dry_run"}))
    except _DryRun as told:
        return told.done
    house.callers.clear()
    return done


def give_one_time_password(house: House, work: UnitOfWork, person: Person, *, by: str) -> str:
    """A password that must be changed at the first sign-in; sessions end, a lock is lifted.

    Args:
        house: Clock, trace.
        work: Commits it.
        person: Has a login.
        by: Who gives it.
    """
    password = one_time_password()
    work.accounts.set_password(person.id, hashed(password), one_time=True, now=house.now())
    work.accounts.clear_failures(house.guess_name(person.login or person.id))
    work.accounts.close_sessions(person.id)
    house.trace.did(work, by, "person.password", f"person:{person.id}")
    house.callers.clear()
    return password


def _keep_administrators(house: House, work: UnitOfWork, sheets: Sheets) -> None:
    """Whoever administers stays able to: an import that forgets them must not lock everybody out."""
    today = house.today()
    units = {unit.id for unit in sheets.units}
    top = next((unit.id for unit in sheets.units if unit.parent is None), None)
    people = {person.id: person for person in work.organisation.people()}
    for post in work.organisation.posts():
        person = people[post.person]
        if post.role is not Role.administrator or not post.holds_on(today) or not person.active:
            continue
        sheets.people.setdefault(person.id, person)
        where = post.unit if post.unit in units else top
        if where is not None and not any(
            one.person == post.person and one.role is Role.administrator for one in sheets.posts
        ):
            sheets.posts.append(post.replace(unit=where))
