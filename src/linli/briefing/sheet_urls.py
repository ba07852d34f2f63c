"""URLs of the daily sheet (简报)."""

from __future__ import annotations

from django.urls import path

from linli.briefing import sheet_views as views

app_name = "sheet"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:place>/", views.sheet, name="sheet"),
    path("<int:place>/send/", views.send_it, name="send"),
    path("<int:place>/correct/", views.correct_it, name="correct"),
    path("<int:place>/hour/", views.set_the_hour, name="hour"),
    path("<int:place>/rows/<str:code>/", views.rows, name="rows"),
]
