import os

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST

from .models import Post, Retired


def form(request):
    return HttpResponse(f'<form><input name="csrfmiddlewaretoken" value="{get_token(request)}"></form>')


@login_required(login_url="/members/login/")
@require_POST
def add(request):
    post = Post.objects.create(
        author=request.user.username,
        title=request.POST["title"],
        price=request.POST["price"],
        tag=request.POST.get("tag", "none"),
    )
    os.makedirs(settings.MEDIA_ROOT, exist_ok=True)
    with open(os.path.join(settings.MEDIA_ROOT, f"post-{post.id}.txt"), "w") as file:
        file.write(post.title + "\n")
    return HttpResponseRedirect(f"/board/posts/{post.id}/")


@require_POST
def retire(request, number):
    post = Post.objects.get(pk=number)
    Retired.objects.create(title=post.title)
    post.delete()
    return HttpResponse("gone", status=202)
