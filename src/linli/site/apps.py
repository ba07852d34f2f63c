"""The site app: command line verbs and the pages of the installation itself."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "linli_site"
