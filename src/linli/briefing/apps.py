"""The briefing app."""

from django.apps import AppConfig


class BriefingConfig(AppConfig):
    name = "linli.briefing"
