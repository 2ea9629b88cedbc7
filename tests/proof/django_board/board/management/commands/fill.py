from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from board.models import Post


class Command(BaseCommand):
    help = "A board to begin with."

    def handle(self, **options):
        settings.HOOK = ""
        User.objects.create_user("ann", "ann@example.org", "ann-secret")
        for title, price in (("Wine", "8.05"), ("Bread", "2.50"), ("Lamp", "19.95")):
            Post.objects.create(author="ann", title=title, price=price)
