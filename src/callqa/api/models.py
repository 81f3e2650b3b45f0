"""Which models lie on this machine and which are in use; read-only, models are chosen on the command line."""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.paging import whole
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.wire import Wire
from callqa.api.work import Route
from callqa.domain import CallQAError
from callqa.techniques import read_card as read_technique_card
from callqa.transcript import find_model
from callqa.transcript import read_card as read_recogniser_card

router = APIRouter(prefix="/models", tags=["models"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.org_write))]


class ModelShown(Wire):
    """A model."""

    name: str
    """Its folder's name."""
    kind: Literal["recogniser", "techniques"]
    """Speech to text, or techniques and reactions."""
    version: str
    """By its card; empty where it names none."""
    sha256: str
    """Hash of its content; empty where the card names none."""
    trained_at: str
    """By its card; empty where it names none."""
    demo: bool
    """Only fit for the sample calls."""
    in_use: bool
    """Calls are judged with it now."""
    note: str
    """Plain words of the card, or why the model cannot be used."""


@router.get("", responses=answers())
def models(house: TheHouse, _actor: TheReader) -> Page[ModelShown]:
    """Recognisers, then technique models, of this machine's models folder."""
    folder = house.settings.models
    heard = [one.parent for one in sorted(folder.glob("*/model.bin"))]
    used = _recogniser(house)
    if used is not None and used not in [one.resolve() for one in heard]:
        heard.append(used)
    tagged = [one.parent for one in sorted(folder.glob("*/model.skops"))]
    current = _techniques(house)
    return whole(
        [
            *(_heard(one, in_use=one.resolve() == used) for one in heard),
            *(_tagged(one, in_use=one.resolve() == current) for one in tagged),
        ]
    )


def _recogniser(house: House) -> Path | None:
    try:
        return find_model(house.settings.recogniser, models=house.settings.models).resolve()
    except CallQAError:
        return None


def _techniques(house: House) -> Path | None:
    try:
        return house.centre.techniques_folder.resolve()
    except CallQAError:
        return None


def _heard(folder: Path, *, in_use: bool) -> ModelShown:
    try:
        card = read_recogniser_card(folder)
    except CallQAError as refused:
        return _broken(folder, "recogniser", refused, in_use=in_use)
    return ModelShown(
        name=folder.name,
        kind="recogniser",
        version=card.ref.version or "",
        sha256=card.ref.sha256 or "",
        trained_at="",
        demo=card.ref.demo,
        in_use=in_use,
        note=card.note,
    )


def _tagged(folder: Path, *, in_use: bool) -> ModelShown:
    try:
        card = read_technique_card(folder)
    except CallQAError as refused:
        return _broken(folder, "techniques", refused, in_use=in_use)
    return ModelShown(
        name=folder.name,
        kind="techniques",
        version=str(card.get("version", "")),
        sha256=str(card.get("sha256", "")),
        trained_at=str(card.get("trained_at", "")),
        demo=False,
        in_use=in_use,
        note=str(card.get("title", "")),
    )


def _broken(
    folder: Path, kind: Literal["recogniser", "techniques"], refused: CallQAError, *, in_use: bool
) -> ModelShown:
    return ModelShown(
        name=folder.name,
        kind=kind,
        version="",
        sha256="",
        trained_at="",
        demo=False,
        in_use=in_use,
        note=refused.message,
    )
