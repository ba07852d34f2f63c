"""URLs of briefing."""

from __future__ import annotations

from django.urls import path

from linli.briefing import views

app_name = "briefing"
urlpatterns = [path("", views.start, name="today")]
