from decimal import ROUND_HALF_UP, Decimal

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from .models import Post


def shown(post):
    taxed = (post.price * Decimal("1.19")).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return {"id": post.id, "title": post.title, "price": str(post.price), "taxed": str(taxed)}


def posts(request):
    found = [shown(post) for post in Post.objects.all()]
    response = JsonResponse({"posts": found})
    response["X-Total-Count"] = str(len(found))
    response["Cache-Control"] = "max-age=60"
    return response


def post(request, number):
    one = get_object_or_404(Post, pk=number)
    return JsonResponse(shown(one) | {"tag": one.tag, "created": one.created})


def export(request):
    text = "".join(f"{one.title},{one.price}\n" for one in Post.objects.order_by("id"))
    return HttpResponse(text, content_type="text/csv")


def broken(request):
    raise LookupError("nobody home")
