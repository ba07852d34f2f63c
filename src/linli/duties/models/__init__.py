"""Tables of the duties, one file a subject."""

from linli.duties.models.calls import Batch, Call, DutyGroup, GroupMember, SignUp, Task, Work
from linli.duties.models.people import (
    Availability,
    Away,
    Exemption,
    Membership,
    Pairing,
    Trained,
    Training,
    Volunteer,
    Wish,
)
from linli.duties.models.posts import Need, Pattern, Post, Shift
from linli.duties.models.proposals import Proposal, ProposedStint
from linli.duties.models.stints import Credit, HandoverNote, Stint
from linli.duties.models.teams import Seat, Team, TeamRole, TeamRule

__all__ = [
    "Availability",
    "Away",
    "Batch",
    "Call",
    "Credit",
    "DutyGroup",
    "Exemption",
    "GroupMember",
    "HandoverNote",
    "Membership",
    "Need",
    "Pairing",
    "Pattern",
    "Post",
    "Proposal",
    "ProposedStint",
    "Seat",
    "Shift",
    "SignUp",
    "Stint",
    "Task",
    "Team",
    "TeamRole",
    "TeamRule",
    "Trained",
    "Training",
    "Volunteer",
    "Wish",
    "Work",
]
