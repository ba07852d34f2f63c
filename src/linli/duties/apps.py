"""The duties app."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "linli.duties"
    verbose_name = "Duties"
