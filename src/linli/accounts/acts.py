"""The acts of accounts that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

FOUNDED = acts.register("accounts.founded", _("set Linli up"))
SIGNED_IN = acts.register("accounts.signed_in", _("signed in"))
USER_ADDED = acts.register("accounts.user_added", _("added an account"))
PASSWORD_CHANGED = acts.register("accounts.password_changed", _("changed the password"))
SLIP_MADE = acts.register("accounts.slip_made", _("made a one-time slip"))
SLIP_SPENT = acts.register("accounts.slip_spent", _("used a one-time slip"))
FACTOR_SET = acts.register("accounts.factor_set", _("set up the second factor"))
FACTOR_REMOVED = acts.register("accounts.factor_removed", _("took away the second factor"))
RECOVERY_USED = acts.register("accounts.recovery_used", _("used a recovery code"))
RECOVERY_PRINTED = acts.register("accounts.recovery_printed", _("made new recovery codes"))
SUSPENDED = acts.register("accounts.suspended", _("suspended an account"))
RESUMED = acts.register("accounts.resumed", _("lifted a suspension"))
SESSIONS_ENDED = acts.register("accounts.sessions_ended", _("signed out other devices"))
LOCKED = acts.register("accounts.locked", _("was locked out after failed attempts"))
UNLOCKED = acts.register("accounts.unlocked", _("unlocked an account"))
TOKEN_MADE = acts.register("accounts.token_made", _("made a token for another system"))
TOKEN_REVOKED = acts.register("accounts.token_revoked", _("revoked a token of another system"))
