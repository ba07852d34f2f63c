"""URLs of operations."""

from __future__ import annotations

from django.urls import path

from linli.operations import views

app_name = "operations"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("purge/", views.purge_now, name="purge"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/notice/", views.notice, name="notice"),
    path("certificates/<uuid:pk>/", views.certificate, name="certificate"),
]
