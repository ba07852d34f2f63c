"""URLs of the proposals, under `proposals/` of the duties."""

from __future__ import annotations

from django.urls import path

from linli.duties import proposals_views as views

urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("new/", views.new, name="proposal_new"),
    path("<uuid:pk>/", views.proposal, name="proposal"),
    path("<uuid:pk>/progress/", views.progress, name="proposal_progress"),
    path("<uuid:pk>/begin/", views.begin, name="proposal_begin"),
    path("<uuid:pk>/stop/", views.stop, name="proposal_stop"),
    path("<uuid:pk>/drop/", views.drop, name="proposal_drop"),
    path("<uuid:pk>/take/", views.take, name="proposal_take"),
    path("<uuid:pk>/cells/<uuid:volunteer>/<str:day>/", views.cell, name="proposal_cell"),
]
