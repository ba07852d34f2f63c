"""The acts of the ground that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

NEIGHBOURHOOD_CREATED = acts.register("ground.neighbourhood_created", _("created the neighbourhood"))
PLACE_ADDED = acts.register("ground.place_added", _("added a place"))
PLACE_RENAMED = acts.register("ground.place_renamed", _("renamed a place"))
PLACE_CLOSED = acts.register("ground.place_closed", _("closed a place"))
PLACE_REOPENED = acts.register("ground.place_reopened", _("reopened a place"))
MANDATE_GIVEN = acts.register("ground.mandate_given", _("gave a mandate"))
MANDATE_ENDED = acts.register("ground.mandate_ended", _("ended a mandate"))
OFFICE_HANDED_OVER = acts.register("ground.office_handed_over", _("handed over an office"))
STATE_FOUND = acts.register("ground.state_found", _("recorded the state of a dwelling"))
PERSON_ADDED = acts.register("ground.person_added", _("added a person"))
PERSON_CORRECTED = acts.register("ground.person_corrected", _("corrected a person"))
MOVED = acts.register("ground.moved", _("recorded a move"))
HANDED_OVER = acts.register("ground.households_handed_over", _("handed over households"))
UNMASKED = acts.register("ground.unmasked", _("saw a whole number"))
BODY_ADDED = acts.register("ground.body_added", _("added a body"))
BODY_CHANGED = acts.register("ground.body_changed", _("renamed or moved a body"))
BODY_CORRECTED = acts.register("ground.body_corrected", _("corrected how a body is reached"))
BODY_ENDED = acts.register("ground.body_ended", _("ended a body"))
BODY_REOPENED = acts.register("ground.body_reopened", _("took a body up again"))
BODY_REMOVED = acts.register("ground.body_removed", _("removed a body entered by mistake"))
BODY_MEMBER_ADDED = acts.register("ground.body_member_added", _("gave somebody a place in a body"))
BODY_MEMBER_ENDED = acts.register("ground.body_member_ended", _("ended somebody's place in a body"))
BODIES_TOLD_APART = acts.register("ground.bodies_told_apart", _("said that two bodies are two"))
BODY_KIND_ADDED = acts.register("ground.body_kind_added", _("added a kind of body"))
BODIES_IMPORTED = acts.register("ground.bodies_imported", _("imported a list of bodies"))
