from django.urls import include, path

urlpatterns = [
    path("board/", include("board.urls")),
    path("members/", include("members.urls")),
]
