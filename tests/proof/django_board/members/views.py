from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def enter(request):
    user = authenticate(request, username=request.POST.get("user", ""), password=request.POST.get("password", ""))
    if user is None:
        return HttpResponse("who?", status=401)
    login(request, user)
    response = JsonResponse({"user": user.username})
    response.set_cookie("theme", "dark")
    return response


@csrf_exempt
def leave(request):
    logout(request)
    return HttpResponse("bye")


def me(request):
    if not request.user.is_authenticated:
        return HttpResponse("who?", status=401)
    return JsonResponse({"user": request.user.username})
