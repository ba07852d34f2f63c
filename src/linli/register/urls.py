"""URLs of register."""

from __future__ import annotations

from django.urls import path

from linli.register import views, views_changes, views_export, views_lists, views_mappings, views_result, views_words

app_name = "register"
urlpatterns = [
    path("import/", views.imports, name="imports"),
    path("import/<uuid:pk>/", views.run, name="run"),
    path("import/<uuid:pk>/step", views.step, name="step"),
    path("import/<uuid:pk>/begin", views.begin, name="begin"),
    path("import/<uuid:pk>/undo", views.undo, name="undo"),
    path("import/<uuid:pk>/discard", views.put_aside, name="discard"),
    path("import/<uuid:pk>/kinds", views.kinds, name="kinds"),
    path("import/<uuid:pk>/cells", views_lists.cells, name="cells"),
    path("import/<uuid:pk>/rows", views_lists.rows, name="rows"),
    path("import/<uuid:pk>/questions", views_lists.questions, name="questions"),
    path("import/<uuid:pk>/changes", views_changes.changes, name="changes"),
    path("import/<uuid:pk>/columns", views_lists.columns, name="columns"),
    path("export/", views_export.export, name="export"),
    path("import/<uuid:pk>/result", views_result.result_file, name="result"),
    path("import/<uuid:pk>/mapping/save", views_mappings.save, name="mapping_save"),
    path("import/<uuid:pk>/mapping/use", views_mappings.use, name="mapping_use"),
    path("import/words/", views_words.words_page, name="words"),
    path("import/words/<uuid:pk>/remove", views_words.remove, name="word_remove"),
    path("import/mappings/", views_mappings.mappings, name="mappings"),
    path("import/mappings/<uuid:pk>", views_mappings.change, name="mapping"),
]
