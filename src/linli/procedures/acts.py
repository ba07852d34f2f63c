"""The acts of the procedures that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

PROPOSED = acts.register("parting.proposed", _("prepared the split or merge of a neighbourhood"))
AGREED = acts.register("parting.agreed", _("agreed to the merge of a neighbourhood"))
BEGUN = acts.register("parting.begun", _("began to split or merge a neighbourhood"))
DONE = acts.register("parting.done", _("finished the split or merge of a neighbourhood"))
PUT_ASIDE = acts.register("parting.put_aside", _("put a split or merge aside"))
REINDEXED = acts.register(
    "parting.reindexed", _("made numbers findable in another neighbourhood, without showing them")
)
