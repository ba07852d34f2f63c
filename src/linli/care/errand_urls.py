"""Addresses of errands, under /care/errands/."""

from __future__ import annotations

from django.urls import path

from linli.care import errand_step_views as steps
from linli.care import errand_views as views

app_name = "care_errands"
urlpatterns = [
    path("", views.index, name="index"),
    path("mine/", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.errand, name="errand"),
    path("<uuid:pk>/slip/", views.slip, name="slip"),
    path("<uuid:pk>/take/", steps.take, name="take"),
    path("<uuid:pk>/step/<slug:what>/", steps.step, name="step"),
    path("<uuid:pk>/form/<slug:what>/", steps.form, name="form"),
    path("rows/<uuid:pk>/reverse/", steps.reverse_row, name="reverse"),
    path("pictures/<uuid:pk>/", views.picture, name="picture"),
    path("pictures/<uuid:pk>/erase/", steps.drop_picture, name="erase_picture"),
]
