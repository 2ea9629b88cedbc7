from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.enter),
    path("logout/", views.leave),
    path("me/", views.me),
]
