"""Sessions and tokens."""

import secrets

from fastapi import Cookie, Header, HTTPException



def session_of(user):
    return f"{user}-{secrets.token_hex(8)}"


def user_of(session: str = Cookie("")):
    user = session.partition("-")[0]
    if not user:
        raise HTTPException(401, "log in")
    return user


def checked(x_csrf: str = Header("")):
    if x_csrf != "c-1":
        raise HTTPException(403, "no token")
