"""The acts of the gates that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

TOKEN_MADE = acts.register("gates.enrolment_made", _("made a one-time code for a gate's phone"))
ENROLLED = acts.register("gates.device_enrolled", _("enrolled a phone at a gate"))
CUT_OFF = acts.register("gates.device_cut_off", _("cut a gate's phone off"))
SHIFT_CHANGED = acts.register("gates.shift_changed", _("changed the shift of a gate's phone"))
ANNULLED = acts.register("gates.check_annulled", _("annulled a passage"))
SETTLED = acts.register("gates.exception_settled", _("settled an exception at a gate"))
REVIEW_ASKED = acts.register("gates.review_asked", _("wrote down a request for review"))
REVIEW_ANSWERED = acts.register("gates.review_answered", _("answered a request for review"))
HANDED_ON = acts.register("gates.exception_handed_on", _("handed an exception at a gate on to somebody else"))
HOLD_PLACED = acts.register("gates.hold_placed", _("asked gates to call somebody before a person passes"))
HOLD_EXTENDED = acts.register("gates.hold_extended", _("let gates call somebody before a person passes for longer"))
HOLD_ENDED = acts.register("gates.hold_ended", _("ended that gates call somebody before a person passes"))
PLATE_SEEN = acts.register("gates.plate_seen", _("saw the whole plate of a passage"))
LATE_ACCEPTED = acts.register("gates.late_upload_accepted", _("took in what a cut-off phone had uploaded"))
PERMITS_ISSUED = acts.register("gates.permits_issued", _("issued permits"))
CARDS_ORDERED = acts.register("gates.cards_ordered", _("ordered cards to be printed"))
CARDS_PRINTED = acts.register("gates.cards_printed", _("printed cards"))
CARDS_MOVED = acts.register("gates.cards_moved", _("recorded what happened to cards"))
VISIT_REGISTERED = acts.register("gates.visit_registered", _("announced a visit"))
VISIT_WITHDRAWN = acts.register("gates.visit_withdrawn", _("took an announced visit back"))
PROMISE_SEEN = acts.register("gates.promise_seen", _("saw the written promise of filed work"))
HOST_CODES = acts.register("gates.host_codes_made", _("made codes for households' own pages"))
HOST_CODE_REVOKED = acts.register("gates.host_code_revoked", _("ended the code of a household's own page"))
CARD_REPLACED = acts.register("gates.card_replaced", _("declared a card lost and ordered another"))
CARD_PUT_BACK = acts.register("gates.card_put_back", _("put a returned card into use again"))
KEY_ADDED = acts.register("gates.permit_key_added", _("let new cards be signed with a new key"))
KEY_WITHDRAWN = acts.register("gates.permit_key_withdrawn", _("withdrew a signing key: its cards open no gate"))
FACE_CHOSEN = acts.register("gates.group_face_chosen", _("chose colour and shape of a gate group"))
