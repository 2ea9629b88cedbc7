from django.db import models


class Post(models.Model):
    author = models.CharField(max_length=50)
    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    tag = models.CharField(max_length=20, default="none")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]


class Retired(models.Model):
    title = models.CharField(max_length=100)


class Event(models.Model):
    what = models.CharField(max_length=100)
