"""Writers of the notices: what rooms call inside their own transaction, and what who was told does with it."""

from linli.notices.actions.telling import New, acknowledge, notify, notify_all, settle

__all__ = ["New", "acknowledge", "notify", "notify_all", "settle"]
