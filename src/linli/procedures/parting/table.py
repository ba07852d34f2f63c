"""What becomes of every table when homes change their neighbourhood: one line each, a row's owner before the row.

A test walks every personal model and every model with a neighbourhood, and fails for one that is not in here.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from linli.procedures.parting import numbers
from linli.procedures.parting.permits import end_and_revive
from linli.procedures.parting.rules import Ask, End, Goes, Pair, Rule, Stays

KEY_OF_THE_FILE = "sealed with the key of its file and compared with that neighbourhood's files"
OF_AN_OPERATION = "lives with its operation and is erased with it; a split or merge waits for that"
ROSTER = "the roster of the neighbourhood that called these people; who goes on elsewhere is put on the roster there"
OF_A_ROUND = "a plan and its rounds stay with the neighbourhood that made and walked them"
PASSAGE = "erased with its operation or after 14 days; the counts go with the gate"
OF_THE_OFFICE = "evidence of how ready that office was"
TOLD = "who was told of what, when: it was told there; what it is about has its own line"

TABLE: dict[str, Rule] = {
    "ground.Household": Goes(place="dwelling", title=_("Households")),
    "ground.DwellingState": Goes(place="dwelling"),
    "ground.Person": Goes(person="pk", ends={"merged_into": End.TOGETHER}, title=_("People")),
    "ground.PersonKey": Goes(within="person"),
    "ground.Document": Goes(within="person", anew=numbers.documents),
    "ground.Phone": Goes(within="person", anew=numbers.phones),
    "ground.Consent": Goes(within="person"),
    "ground.RightsRequest": Goes(within="person", title=_("Requests about personal data")),
    "ground.Residence": Goes(within="person", ends={"household": End.STAND_IN}),
    "ground.Tie": Goes(within="household", ends={"person": End.STAND_IN}),
    "ground.Responsibility": Goes(within="household"),
    "ground.Merge": Pair("person", "into"),
    "ground.AlikeAnswer": Pair("one", "other"),
    "returnees.Case": Goes(
        place="dwelling",
        person="person",
        ends={"person": End.LET_GO, "joined_into": End.LET_GO},
        anew=numbers.arrivals,
        title=_("Arrivals"),
    ),
    "returnees.ReturnPlan": Goes(within="person"),
    "returnees.ReturnAttempt": Goes(within="person"),
    "returnees.Signal": Goes(within="case"),
    "returnees.ArrivalList": Stays("a list from above belongs to its operation and is erased with it"),
    "returnees.ArrivalRow": Goes(within="list", ends={"case": End.LET_GO}),
    "tenancies.Tenancy": Goes(
        place="dwelling", ends={"landlord": End.TOGETHER, "agent": End.TOGETHER}, title=_("Let flats")
    ),
    "tenancies.Tenant": Goes(within="tenancy", ends={"person": End.STAND_IN}),
    "tenancies.Whereabouts": Goes(within="tenant"),
    "tenancies.ContactAttempt": Goes(within="tenancy"),
    "tenancies.TenantList": Goes(place="place"),
    "tenancies.TenantRow": Goes(place="dwelling", within="list", ends={"list": End.STAND_IN}),
    "tenancies.Difference": Goes(
        place="dwelling",
        within="first_list",
        ends={
            "first_list": End.STAND_IN,
            "last_list": End.STAND_IN,
            "tenancy": End.LET_GO,
            "person": End.LET_GO,
        },
        title=_("Differences with lists of tenants"),
    ),
    "gates.Permit": Goes(within="person", anew=end_and_revive, title=_("Permits")),
    "gates.PrintBatch": Goes(place="place"),
    "gates.Card": Goes(within="permit", ends={"batch": End.STAND_IN}),
    "gates.CardEvent": Goes(within="card"),
    "gates.Check": Stays(PASSAGE),
    "gates.Annulment": Stays(PASSAGE),
    "gates.GateException": Stays(
        PASSAGE,
        title=_("Open exceptions at gates"),
        ask=Ask(
            Q(settled_at__isnull=True),
            gettext_noop(
                "%(count)s exceptions at the gates are open. Settle them first: nobody could do it afterwards."
            ),
            merge_only=True,
        ),
    ),
    "gates.Review": Stays(
        PASSAGE,
        ask=Ask(
            Q(answered_at__isnull=True),
            gettext_noop("%(count)s people wait for the review of a decision at a gate. Answer them first."),
            merge_only=True,
        ),
    ),
    "gates.Hold": Stays(OF_AN_OPERATION, loose=("person",)),
    "gates.Visit": Stays(OF_AN_OPERATION),
    "gates.VisitUse": Stays(OF_AN_OPERATION),
    "inbox.RawUpload": Stays("the file as it came, in the hands of who received it; erased after 30 days"),
    "register.ImportRun": Stays(
        KEY_OF_THE_FILE,
        ask=Ask(
            Q(state__in=("reading", "preview", "applying", "undoing")),
            gettext_noop("%(count)s imports are not finished. Take them in or put them aside first."),
        ),
    ),
    "register.ImportRow": Stays(KEY_OF_THE_FILE, loose=("person",)),
    "register.ImportChange": Stays(KEY_OF_THE_FILE, loose=("person",)),
    "register.ImportProblem": Stays(KEY_OF_THE_FILE),
    "register.ImportQuestion": Stays(KEY_OF_THE_FILE),
    "register.MappingUse": Stays(KEY_OF_THE_FILE),
    "rounds.Visit": Goes(place="place", title=_("Visits")),
    "rounds.VisitTarget": Goes(within="visit"),
    "rounds.VisitPhoto": Goes(within="visit"),
    "rounds.VisitValue": Goes(within="visit", ends={"link": End.TOGETHER, "photo": End.TOGETHER}),
    "rounds.PlanPerson": Stays(OF_A_ROUND, loose=("person", "household")),
    "rounds.TargetSubject": Stays(OF_A_ROUND, loose=("person", "household")),
    "rounds.Handing": Stays(OF_A_ROUND),
    "rounds.Excusal": Stays(OF_A_ROUND),
    "rounds.Finding": Goes(place="place", title=_("Findings")),
    "notices.Notice": Stays(TOLD),
    "notices.Telling": Stays(TOLD),
    "notices.Addressee": Stays(TOLD),
    "notices.Delivery": Stays(TOLD),
    "notices.Acknowledgement": Stays(TOLD),
    "care.Case": Goes(
        place="dwelling",
        person="person",
        ends={"person": End.STAND_IN, "household": End.STAND_IN, "joined_into": End.LET_GO},
        title=_("People looked after"),
    ),
    "care.Order": Goes(within="case"),
    "care.CaseChange": Goes(within="case", ends={"order": End.TOGETHER}),
    "care.HomeFit": Goes(within="case"),
    "care.FollowUp": Goes(within="case"),
    "care.FollowTag": Goes(within="follow_up"),
    "care.Need": Goes(within="case"),
    "care.OnSite": Goes(within="case"),
    "care.Supervisor": Goes(within="household", ends={"case": End.TOGETHER}),
    "care.Reading": Goes(within="case"),
    "care.Alarm": Goes(within="case", ends={"reading": End.TOGETHER}),
    "care.Errand": Goes(within="household", ends={"case": End.TOGETHER}),
    "care.ErrandEntry": Goes(within="errand", ends={"reverses": End.TOGETHER}),
    "care.Receipt": Goes(within="errand", ends={"entry": End.TOGETHER}),
    "care.Readiness": Stays(OF_THE_OFFICE),
    "care.ReadinessPhoto": Stays(OF_THE_OFFICE),
    "care.Net": Stays(OF_THE_OFFICE),
    "care.StaffVisit": Stays(OF_THE_OFFICE),
    "duties.Volunteer": Stays(ROSTER, loose=("person",), title=_("Volunteers and their duties")),
    "duties.Availability": Stays(ROSTER),
    "duties.Trained": Stays(ROSTER),
    "duties.Exemption": Stays(ROSTER),
    "duties.Pairing": Stays(ROSTER),
    "duties.Wish": Stays(ROSTER),
    "duties.Membership": Stays(ROSTER),
    "duties.Away": Stays(ROSTER),
    "duties.Stint": Stays(ROSTER),
    "duties.Credit": Stays(ROSTER),
    "duties.HandoverNote": Stays(ROSTER),
    "duties.SignUp": Stays(ROSTER),
    "duties.Task": Stays(ROSTER),
    "duties.GroupMember": Stays(ROSTER),
    "duties.Seat": Stays(ROSTER),
    "duties.ProposedStint": Stays(ROSTER),
    "journeys.Hands": Stays(OF_AN_OPERATION),
    "journeys.Movement": Stays(OF_AN_OPERATION),
    "journeys.ArrivalNotice": Stays(OF_AN_OPERATION),
    "journeys.Traveller": Stays(OF_AN_OPERATION, loose=("person", "household")),
    "journeys.ListedRow": Stays(OF_AN_OPERATION),
    "journeys.Match": Stays(OF_AN_OPERATION, loose=("person",)),
    "journeys.MatchUndone": Stays(OF_AN_OPERATION),
    "journeys.Run": Stays(OF_AN_OPERATION),
    "journeys.RunCrew": Stays(OF_AN_OPERATION),
    "journeys.RunStop": Stays(OF_AN_OPERATION),
    "journeys.RunTraveller": Stays(OF_AN_OPERATION),
    "journeys.Handover": Stays(OF_AN_OPERATION),
    "journeys.HandoverTraveller": Stays(OF_AN_OPERATION),
    "journeys.HandoverAnnulment": Stays(OF_AN_OPERATION),
    "journeys.Leg": Stays(OF_AN_OPERATION),
}

OF_GATES = ("gates.Device", "gates.EnrolmentToken", "gates.HourlyCount")
"""Not personal, with a gate: they go when it does."""

NOT_PERSONAL: dict[str, str] = {
    "ground.Place": "the tree itself: a home goes with its rows, what lies above it at the end",
    "ground.PartyKind": "stays: who stands behind a zone is that neighbourhood's own choice",
    "ground.Area": "goes when all its places do; one that is cut is divided",
    "gates.Device": "goes with its gate",
    "gates.EnrolmentToken": "goes with its gate",
    "gates.HourlyCount": "goes with its gate: counts, no persons",
    "rounds.WalkerPhone": "stays: ends with the office it is bound to, and is enrolled again for another",
    "rounds.WalkerCode": "stays: ends half an hour after it was made",
    "gates.AreaFace": "goes with its area; a colour that is taken there is exchanged for a free one",
    "gates.HostCode": "stays: ends with its operation",
    "gates.CountReceipt": "stays: holds no gate and is erased after two weeks",
    "gates.PermitKey": "stays: cards are signed for one neighbourhood",
    "care.OwnCode": "stays: opens nothing once its case lies elsewhere; the office there hands over a new slip",
    "care.Practice": "stays: each office decides for itself how it counts and who may look after how many",
    "duties.Post": "stays with the roster it belongs to; it is set up anew where its place goes",
    "duties.Training": "stays with the roster",
    "duties.Call": "stays: one neighbourhood called",
    "duties.DutyGroup": "stays with the roster",
    "duties.Work": "stays: planned where it was decided",
    "duties.TeamRule": "stays with the roster",
    "duties.Team": "stays with the roster",
    "duties.Proposal": "stays with the roster",
    "notices.Channel": "the group of a zone goes with the zone, that of the whole neighbourhood stays",
    "operations.Operation": "stays: an operation belongs to the neighbourhood that opened it, and none is in force",
    "operations.Certificate": "stays: says what was erased where",
    "register.Mapping": "stays: how that office names its columns",
    "register.OwnWord": "stays: how that office names things",
    "accounts.User": "the neighbourhood that manages an account follows its offices",
    "accounts.ApiToken": "stays: another system asked one neighbourhood",
    "journal.Entry": "stays: what was done was done there",
}
"""Models that name a neighbourhood without being personal, and what becomes of them."""
