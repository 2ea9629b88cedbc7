"""The application."""

from fastapi import FastAPI

from . import account, listing, writing

app = FastAPI()
app.include_router(account.router)
app.include_router(listing.router)
app.include_router(writing.router)
