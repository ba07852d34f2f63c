"""URLs of the duties."""

from __future__ import annotations

from django.urls import include, path

from linli.duties import (
    views,
    views_calendars,
    views_hours,
    views_mine,
    views_people,
    views_posts,
    views_shifts,
)

app_name = "duties"
urlpatterns = [
    path("", views.board, name="board"),
    path("wall/", views.wall, name="wall"),
    path("week/", views.week, name="week"),
    path("mine/", views_mine.mine, name="mine"),
    path("mine/join/", views_mine.join, name="mine_join"),
    path("mine/shifts/<uuid:pk>/take/", views_mine.take, name="mine_take"),
    path("mine/shifts/<uuid:pk>/note/", views_mine.note, name="mine_note"),
    path("mine/places/<uuid:pk>/<slug:what>/", views_mine.say, name="mine_say"),
    path("mine/notes/<uuid:pk>/read/", views_mine.read, name="mine_read"),
    path("mine/calendar/", views_mine.calendar, name="mine_calendar"),
    path("shifts/<uuid:pk>/", views_shifts.shift, name="shift"),
    path("shifts/<uuid:pk>/put/", views_shifts.put, name="shift_put"),
    path("shifts/<uuid:pk>/note/", views_shifts.note, name="shift_note"),
    path("shifts/<uuid:pk>/cancel/", views_shifts.cancel, name="shift_cancel"),
    path("places/<uuid:pk>/say/", views_shifts.say, name="stint_say"),
    path("posts/", views_posts.posts, name="posts"),
    path("posts/add/", views_posts.add, name="post_add"),
    path("posts/<uuid:pk>/", views_posts.post, name="post"),
    path("posts/<uuid:pk>/pattern/", views_posts.pattern, name="pattern_add"),
    path("posts/<uuid:pk>/shift/", views_posts.single, name="shift_add"),
    path("posts/<uuid:pk>/end/", views_posts.end, name="post_end"),
    path("posts/<uuid:pk>/calendar/", views_posts.calendar, name="post_calendar"),
    path("patterns/<uuid:pk>/end/", views_posts.end_shifts, name="pattern_end"),
    path("people/add/", views_people.add, name="person_add"),
    path("people/<uuid:pk>/", views_people.person, name="person"),
    path("people/<uuid:pk>/edit/", views_people.edit, name="person_edit"),
    path("people/<uuid:pk>/end/", views_people.end, name="person_end"),
    path("people/<uuid:pk>/erase/", views_people.erase, name="person_erase"),
    path("people/<uuid:pk>/calendar/", views_people.calendar, name="person_calendar"),
    path("people/<uuid:pk>/thanks/", views_hours.certificate, name="certificate"),
    path("hours/", views_hours.hours, name="hours"),
    path("hours/thanks/", views_hours.thanks, name="thanks"),
    path("hours/ours/", views_hours.ours, name="hours_ours"),
    path("meals/", views_hours.meals, name="meals"),
    path("calendar/person/<uuid:pk>/<slug:secret>.ics", views_calendars.person, name="calendar_person"),
    path("calendar/post/<uuid:pk>/<slug:secret>.ics", views_calendars.post, name="calendar_post"),
    path("proposals/", include("linli.duties.proposals_urls")),
]
