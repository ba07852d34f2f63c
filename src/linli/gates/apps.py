"""The gates app."""

from django.apps import AppConfig


class GatesConfig(AppConfig):
    name = "linli.gates"
