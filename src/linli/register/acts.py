"""The acts of the register import that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

STARTED = acts.register("register.started", _("began to import a register file"))
ANSWERED = acts.register("register.answered", _("answered a question about two rows"))
CHOSEN = acts.register("register.chosen", _("chose what to take from a register file"))
APPLYING = acts.register("register.applying", _("began to take a register file in"))
IMPORTED = acts.register("register.imported", _("imported a register file"))
CHANGED = acts.register("register.changed", _("took a change of a register file into the register"))
UNDOING = acts.register("register.undoing", _("began to undo an import"))
UNDONE = acts.register("register.undone", _("undid an import"))
DISCARDED = acts.register("register.discarded", _("put a register file aside without importing it"))
NUMBERS_SHOWN = acts.register("register.numbers_shown", _("printed whole numbers of a register file"))
WORD_ADDED = acts.register("register.word_added", _("taught the import a word"))
WORD_REMOVED = acts.register("register.word_removed", _("took back a word of the import"))
MAPPING_SAVED = acts.register("register.mapping_saved", _("saved what the columns of a file mean"))
MAPPING_RENAMED = acts.register("register.mapping_renamed", _("renamed a saved mapping of columns"))
MAPPING_RETIRED = acts.register("register.mapping_retired", _("retired a saved mapping of columns"))
RESULT_GIVEN = acts.register("register.result_given", _("took away a register file with its results"))
EXPORTED = acts.register("register.exported", _("exported the register"))
