"""URLs of the sheets of questions."""

from __future__ import annotations

from django.urls import path

from linli.rounds import views_sheets

patterns = [
    path("sheets/", views_sheets.sheets, name="sheets"),
    path("sheets/new/", views_sheets.new, name="sheet_new"),
    path("sheets/new/file/", views_sheets.upload, name="sheet_new_file"),
    path("sheets/<slug:code>/", views_sheets.one, name="sheet"),
    path("sheets/<slug:code>/workbook/", views_sheets.file, name="sheet_workbook"),
    path("sheets/<slug:code>/file/", views_sheets.upload, name="sheet_file"),
    path("sheets/<slug:code>/retire/", views_sheets.retire, name="sheet_retire"),
]
