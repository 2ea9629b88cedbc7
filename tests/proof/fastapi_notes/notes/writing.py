"""Notes to write."""

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from .access import checked, user_of
from .signals import tell
from .store import connect, keep, now

router = APIRouter(prefix="/write")


class Note(BaseModel):
    title: str
    price: str
    tag: str = "none"


@router.post("/notes", status_code=201, dependencies=[Depends(checked)])
def add(note: Note, user: str = Depends(user_of)):
    with connect() as db:
        number = db.execute(
            "INSERT INTO notes (owner, title, price, tag, created_at) VALUES (?, ?, ?, ?, ?)",
            (user, note.title, note.price, note.tag, now()),
        ).lastrowid
    keep(f"note-{number}.txt", f"{note.title}\n")
    tell(f"added {note.title}")
    return {"id": number, "at": now()}


@router.post("/archive/{number}", dependencies=[Depends(checked)])
def put_away(number: int):
    with connect() as db:
        db.execute("INSERT INTO archive SELECT * FROM notes WHERE id = ?", (number,))
        db.execute("DELETE FROM notes WHERE id = ?", (number,))
    return RedirectResponse("/notes", 303)
