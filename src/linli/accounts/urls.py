"""URLs of accounts."""

from __future__ import annotations

from django.urls import path

from linli.accounts import factor_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("login/", views.sign_in_page, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password, name="password"),
    path("sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("slip/", views.slip, name="slip"),
    path("second-factor/", factor_views.second_factor_page, name="second_factor"),
    path("second-factor/codes/", factor_views.new_recovery_codes, name="recovery_codes"),
    path("second-factor/remove/", factor_views.remove, name="remove_factor"),
    path("second-factor/lost/", factor_views.lost, name="lost_factor"),
]
