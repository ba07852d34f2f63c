"""URLs of the notices."""

from __future__ import annotations

from django.urls import path

from linli.notices import views, views_channels, views_office

app_name = "notices"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("bell/", views.bell, name="bell"),
    path("<uuid:pk>/take/", views.take, name="take"),
    path("waiting/", views_office.waiting, name="office"),
    path("calls/", views_office.calls, name="calls"),
    path("channels/", views_channels.channels, name="channels"),
    path("channels/add/", views_channels.add, name="channel_add"),
    path("channels/<uuid:pk>/", views_channels.channel, name="channel"),
    path("channels/<uuid:pk>/test/", views_channels.test, name="channel_test"),
    path("channels/<uuid:pk>/end/", views_channels.end, name="channel_end"),
]
