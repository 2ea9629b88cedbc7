from django.urls import path

from . import reading, writing

urlpatterns = [
    path("posts/", reading.posts),
    path("posts/<int:number>/", reading.post),
    path("export.csv", reading.export),
    path("form/", writing.form),
    path("add/", writing.add),
    path("retire/<int:number>/", writing.retire),
    path("broken/", reading.broken),
]
