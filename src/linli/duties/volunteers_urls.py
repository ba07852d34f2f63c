"""URLs of volunteers: who they are, lists, calls, tasks, teams, groups, turns, works."""

from __future__ import annotations

from django.urls import path

from linli.duties import (
    calls_views,
    groups_views,
    tasks_views,
    teams_views,
    turns_views,
    volunteers_import_views,
    volunteers_views,
    works_views,
)

app_name = "volunteers"
urlpatterns = [
    path("", volunteers_views.index, name="index"),
    path("import/", volunteers_import_views.upload, name="import"),
    path("import/<uuid:pk>/", volunteers_import_views.one_list, name="list"),
    path("people/<uuid:pk>/", volunteers_views.person, name="person"),
    path("people/<uuid:pk>/<slug:what>/", volunteers_views.change, name="change"),
    path("away/", volunteers_views.away, name="away"),
    path("calls/", calls_views.index, name="calls"),
    path("calls/<uuid:pk>/", calls_views.call, name="call"),
    path("calls/<uuid:pk>/answer/", calls_views.answer, name="call_answer"),
    path("calls/<uuid:pk>/batch/", calls_views.batch, name="call_batch"),
    path("calls/<uuid:pk>/close/", calls_views.close, name="call_close"),
    path("calls/<uuid:pk>/leave/<uuid:signup>/", calls_views.leave, name="call_leave"),
    path("tasks/", tasks_views.index, name="tasks"),
    path("tasks/<uuid:pk>/<slug:what>/", tasks_views.say, name="task_say"),
    path("teams/", teams_views.index, name="teams"),
    path("teams/start/", teams_views.start, name="teams_start"),
    path("teams/<uuid:pk>/", teams_views.team, name="team"),
    path("teams/<uuid:pk>/put/<uuid:role>/", teams_views.put, name="seat_put"),
    path("teams/<uuid:pk>/leave/<uuid:sitting>/", teams_views.leave, name="seat_leave"),
    path("groups/", groups_views.index, name="groups"),
    path("groups/<uuid:pk>/", groups_views.division, name="division"),
    path("groups/<uuid:pk>/end/", groups_views.end, name="division_end"),
    path("turns/", turns_views.index, name="turns"),
    path("turns/<uuid:pk>/", turns_views.post, name="turns_post"),
    path("works/", works_views.index, name="works"),
    path("works/<uuid:pk>/", works_views.work, name="work"),
    path("works/<uuid:pk>/roster/", works_views.roster, name="work_roster"),
    path("works/<uuid:pk>/done/", works_views.done, name="work_done"),
]
