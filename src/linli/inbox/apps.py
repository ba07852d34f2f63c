"""The inbox app. Its erasure is registered with ``operations.retention`` by the rooms above, because the two share a floor."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "linli.inbox"
    verbose_name = "Inbox"

    def ready(self) -> None:
        # The app registry must be ready before the acts are translated.
        from linli.inbox import acts  # noqa: F401  registers the acts
