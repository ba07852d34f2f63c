"""The ui app: templates, static files and template tags, no tables."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Floor 0: may be used by every room, uses none."""

    name = "linli.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
