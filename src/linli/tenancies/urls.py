"""URLs of let flats."""

from __future__ import annotations

from django.urls import path

from linli.tenancies import company_views, difference_views, views

app_name = "tenancies"
urlpatterns = [
    path("", views.index, name="index"),
    path("differences/", difference_views.differences, name="differences"),
    path("differences/<uuid:pk>/", difference_views.answer, name="answer"),
    path("lists/", company_views.uploads, name="uploads"),
    path("lists/<uuid:pk>/", company_views.upload, name="upload"),
    path("<uuid:pk>/", views.flat, name="flat"),
]
