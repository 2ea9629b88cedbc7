from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "board"

    def ready(self):
        from . import receivers  # noqa: F401
