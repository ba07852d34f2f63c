"""Writers of the notices: what rooms call inside their own transaction, and what who was told does with it."""

from linli.notices.actions.telling import acknowledge, notify, settle

__all__ = ["acknowledge", "notify", "settle"]
