"""URLs of the rounds."""

from __future__ import annotations

from django.urls import path

from linli.rounds import (
    views,
    views_asked,
    views_board,
    views_findings,
    views_groups,
    views_inspections,
    views_plans,
    views_points,
    views_requests,
    views_rounds,
    views_zones,
)

app_name = "rounds"
urlpatterns = [
    path("", views_board.board, name="board"),
    path("day/", views_board.day, name="day"),
    path("zones/", views_zones.zones, name="zones"),
    path("zones/parties/", views_zones.parties, name="zone_parties"),
    path("zones/<int:pk>/", views_zones.one, name="zone"),
    path("zones/<int:pk>/do/<slug:verb>/", views_zones.change, name="zone_change"),
    path("points/add/", views_zones.add_points, name="points_add"),
    path("plans/", views_plans.plans, name="plans"),
    path("plans/new/", views_plans.choose, name="plan_choose"),
    path("plans/new/<slug:kind>/", views_plans.new, name="plan_new"),
    path("plans/<uuid:pk>/", views_plans.one, name="plan"),
    path("plans/<uuid:pk>/do/<slug:verb>/", views_plans.change, name="plan_change"),
    path("<uuid:pk>/", views_rounds.one, name="round"),
    path("<uuid:pk>/do/<slug:verb>/", views_rounds.change, name="round_change"),
    path("rows/<uuid:pk>/", views_rounds.row, name="row"),
    path("rows/<uuid:pk>/do/<slug:verb>/", views_rounds.row_change, name="row_change"),
    path("rows/<uuid:pk>/walked/", views_rounds.walked, name="row_walked"),
    path("requests/", views_board.requests, name="requests"),
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
