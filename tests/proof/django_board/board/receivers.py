import urllib.request

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Event, Post


@receiver(post_save, sender=Post)
def write_down(sender, instance, created, **extra):
    Event.objects.create(what=f"saved {instance.title}")


@receiver(post_save, sender=Post)
def tell_people(sender, instance, created, **extra):
    if settings.HOOK:
        send_mail("News", f"{instance.title} is here", "board@example.org", ["ann@example.org"])


@receiver(post_save, sender=Post)
def call_hook(sender, instance, created, **extra):
    if settings.HOOK:
        urllib.request.urlopen(settings.HOOK, data=instance.title.encode(), timeout=10).read()
