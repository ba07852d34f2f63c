"""Tables of the ground, in four files that name each other: places, people, homes, bodies."""

from linli.ground.models.areas import AreaHolder, AreaParty, PartyKind
from linli.ground.models.bodies import Body, BodyKind, BodyPair, BodyVersion, Mandate
from linli.ground.models.gazetteer import GazetteerDoubt, GazetteerList
from linli.ground.models.homes import DwellingState, Household, Residence, Responsibility, Tie
from linli.ground.models.people import Document, Person, PersonKey, Phone
from linli.ground.models.places import Area, AreaPlace, Place, PlaceKind, PlaceName
from linli.ground.models.rights import Consent, RightsRequest
from linli.ground.models.who import AlikeAnswer, Merge

__all__ = [
    "AlikeAnswer",
    "Area",
    "AreaHolder",
    "AreaParty",
    "AreaPlace",
    "Body",
    "BodyKind",
    "BodyPair",
    "BodyVersion",
    "Consent",
    "Document",
    "DwellingState",
    "GazetteerDoubt",
    "GazetteerList",
    "Household",
    "Mandate",
    "Merge",
    "PartyKind",
    "Person",
    "PersonKey",
    "Phone",
    "Place",
    "PlaceKind",
    "PlaceName",
    "Residence",
    "Responsibility",
    "RightsRequest",
    "Tie",
]
