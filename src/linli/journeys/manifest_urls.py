"""Addresses of passenger lists and pasted chats, a part of those of journeys."""

from django.urls import path

from linli.journeys import chat_views, manifest_views

urlpatterns = [
    path("lists/", manifest_views.manifests, name="manifests"),
    path("lists/chat/", chat_views.paste, name="chat"),
    path("lists/chat/<uuid:pk>/", chat_views.chat, name="chat_one"),
    path("lists/<uuid:pk>/", manifest_views.manifest, name="manifest"),
    path("lists/<uuid:pk>/step/", manifest_views.step, name="manifest_step"),
    path("lists/<uuid:pk>/decide/", manifest_views.decide, name="manifest_decide"),
    path("lists/<uuid:pk>/rest/", manifest_views.rest, name="manifest_rest"),
    path("lists/<uuid:pk>/rest/close/", manifest_views.close_rest, name="manifest_close"),
]
