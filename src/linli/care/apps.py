"""The care app."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "linli.care"
    verbose_name = "Care"
