"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "linli.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from linli.accounts import acts  # noqa: F401  registers the acts once the app registry is ready
