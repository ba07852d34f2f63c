"""Django app of the scanner."""

from django.apps import AppConfig


class ScannerConfig(AppConfig):
    """The page that a guard's phone carries; it has no tables of its own."""

    name = "linli.scanner"
    label = "scanner"
    verbose_name = "Scanner"
