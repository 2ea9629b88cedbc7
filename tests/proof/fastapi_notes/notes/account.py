"""Coming and going."""

from fastapi import APIRouter, Response

from .access import session_of

router = APIRouter(prefix="/account")


@router.post("/login")
def login(user: str, response: Response):
    response.set_cookie("session", session_of(user), httponly=True, samesite="lax", max_age=3600)
    response.set_cookie("theme", "dark")
    return {"user": user}


@router.get("/broken")
def broken():
    raise LookupError("nobody home")
