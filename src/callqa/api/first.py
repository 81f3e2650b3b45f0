"""First start: an administrator with a one-time password that is told once. There is no default password."""

from callqa.api.house import House
from callqa.api.passwords import hashed, one_time_password
from callqa.domain import Person, Post, Role, Unit, UnitKind

LOGIN = "admin"


def make_administrator(house: House) -> str | None:
    """The one-time password of the administrator; None where somebody has an account already."""
    with house.write() as work:
        if work.accounts.any():
            return None
        units = work.organisation.units()
        top = next((unit for unit in units if unit.parent is None), None)
        if top is None:
            top = Unit(id="company", title="公司", kind=UnitKind.company)
            work.organisation.put_unit(top)
        person = work.organisation.by_login(LOGIN) or Person(id=LOGIN, name="管理员", login=LOGIN)
        work.organisation.put_person(person)
        post = Post(person=person.id, unit=top.id, role=Role.administrator)
        if post not in work.organisation.posts_of(person.id):
            work.organisation.put_post(post)
        password = one_time_password()
        work.accounts.set_password(person.id, hashed(password), one_time=True, now=house.now())
        house.trace.did(work, "system", "person.first_administrator", f"person:{person.id}")
    return password
