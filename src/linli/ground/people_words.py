"""Words of the pages about one person: consents, requests, evidence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SEXES = {"": "", "f": _("female"), "m": _("male")}
PRESENCE_WORDS = {
    "here": _("lives here"),
    "away": _("away for now"),
    "moved": _("moved out"),
    "died": _("died"),
}
TIES = {
    "owner": _("owner who lives elsewhere"),
    "listed": _("also listed here"),
    "contact": _("contact"),
}
PURPOSES = {
    "register": _("to be on the register"),
    "contact": _("to be called by telephone"),
    "health": _("health questions at a gate or at home"),
    "publish": _("name on a board or a list of thanks"),
}
WAYS = {"paper": _("signed on paper"), "oral": _("said before a witness")}
RELATIONS_OF_CONSENT = {
    "self": _("the person"),
    "mother": _("mother"),
    "father": _("father"),
    "grandparent": _("grandparent"),
    "sibling": _("elder brother or sister"),
    "other": _("other guardian"),
}
REQUESTS = {
    "see": _("see what is held"),
    "copy": _("have a copy"),
    "correct": _("correct or complete something"),
    "delete": _("erase something"),
    "explain": _("have it explained"),
    "review": _("have a decision looked at by a person"),
}
ARTICLES = {
    "see": _("PIPL art. 45"),
    "copy": _("PIPL art. 45"),
    "correct": _("PIPL art. 46"),
    "delete": _("PIPL art. 47"),
    "explain": _("PIPL art. 48"),
    "review": _("PIPL art. 24"),
}
CHECKED = {
    "document": _("the document was shown"),
    "known": _("known to the office"),
    "guardian": _("guardian, with the document"),
    "heir": _("close relative of somebody who died (PIPL art. 49)"),
    "own_page": _("the code of the own page, which was handed over in person"),
}
AT_THE_DESK = [(code, words) for code, words in CHECKED.items() if code != "own_page"]
"""How somebody is made sure of who stands before the office."""
OUTCOMES = {"": _("open"), "done": _("done"), "partly": _("done in part"), "refused": _("refused")}
PARTS = {
    "documents": _("document numbers"),
    "phones": _("phone numbers"),
    "notes": _("notes beside homes and numbers"),
    "details": _("sex, birth date, nation"),
    "person": _("everything: the person leaves the register"),
}
EVIDENCE = {
    "document": _("document number"),
    "document_unsure": _("document number (renewed, or mistyped)"),
    "name": _("the name"),
    "sound": _("the name sounds the same"),
    "lost": _("a character of the name was lost"),
    "letter": _("one character of the name differs"),
    "born": _("birth date"),
    "about": _("about the same age"),
    "sex": _("sex"),
    "phone": _("phone number"),
    "door": _("home"),
    "near": _("the next door"),
    "role": _("office"),
}
VERDICTS = {
    "same": _("one number, one name"),
    "number": _("one number under two names"),
    "alike": _("one name"),
    "spelling": _("two spellings of one name"),
    "apart": _("probably two people"),
}
