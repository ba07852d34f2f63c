"""URLs of the rounds."""

from __future__ import annotations

from django.urls import path

from linli.rounds import (
    views,
    views_asked,
    views_findings,
    views_groups,
    views_inspections,
    views_points,
    views_requests,
)

app_name = "rounds"
urlpatterns = [
    path("", views.board, name="board"),
    path("requests/new/", views_requests.new, name="request_new"),
    path("requests/<uuid:pk>/", views.request, name="request"),
    path("requests/<uuid:pk>/joins/", views_requests.joins, name="request_joins"),
    path("requests/<uuid:pk>/withdraw/", views_requests.withdraw, name="request_withdraw"),
    path("targets/<uuid:pk>/", views_asked.target, name="target"),
    path("targets/<uuid:pk>/remind/", views_asked.reminded, name="target_remind"),
    path("asked/", views_asked.asked, name="asked"),
    path("asked/<uuid:pk>/", views_asked.own, name="own"),
    path("inspections/", views_inspections.inspections, name="inspections"),
    path("inspections/gates/<int:pk>/", views_inspections.inspect, name="inspect"),
    path("inspections/<uuid:pk>/", views_inspections.inspection, name="inspection"),
    path("groups/", views_groups.groups, name="groups"),
    path("groups/add/", views_groups.add, name="group_add"),
    path("groups/<int:pk>/", views_groups.group, name="group"),
    path("groups/<int:pk>/send/", views_groups.send, name="group_send"),
    path("groups/<int:pk>/visit/", views_groups.visit, name="visit_add"),
    path("points/", views_points.responsible, name="points"),
    path("findings/", views_findings.findings, name="findings"),
    path("findings/mine/", views_findings.mine, name="findings_mine"),
    path("findings/add/", views_findings.add, name="finding_add"),
    path("findings/<uuid:pk>/", views_findings.finding, name="finding"),
    path("findings/<uuid:pk>/close/", views_findings.close, name="finding_close"),
    path("findings/<uuid:pk>/reopen/", views_findings.reopen, name="finding_reopen"),
]
