"""Addresses of the scanner: the page, its worker, its files, and the device check."""

from django.urls import path

from linli.scanner import views

app_name = "scanner"

urlpatterns = [
    path("scan/", views.app, name="app"),
    path("scan/sw.js", views.worker, name="worker"),
    path("scan/manifest.webmanifest", views.web_manifest, name="manifest"),
    path("scan/v/<slug:version>/<path:name>", views.file, name="file"),
    path("device-check", views.device_check, name="device-check"),
]
