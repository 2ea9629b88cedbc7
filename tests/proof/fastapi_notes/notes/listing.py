"""Notes to read."""

from decimal import Decimal

from fastapi import APIRouter, Depends, HTTPException, Response

from .access import user_of
from .store import connect

router = APIRouter(prefix="/notes")


def total(rows):
    return str(sum((Decimal(row["price"]) for row in rows), Decimal(0)).quantize(Decimal("0.01")))


@router.get("")
def listed(response: Response):
    with connect() as db:
        rows = db.execute("SELECT id, title, price FROM notes ORDER BY title").fetchall()
    response.headers["X-Total-Count"] = str(len(rows))
    response.headers["Cache-Control"] = "max-age=60"
    return {"notes": [dict(row) for row in rows], "total": total(rows)}


@router.get("/export.csv")
def exported():
    with connect() as db:
        rows = db.execute("SELECT title, price FROM notes ORDER BY id").fetchall()
    text = "".join(f"{row['title']},{row['price']}\n" for row in rows)
    return Response(text, media_type="text/csv", headers={"Content-Disposition": "attachment; filename=notes.csv"})


@router.get("/mine")
def mine(user: str = Depends(user_of)):
    with connect() as db:
        rows = db.execute("SELECT title FROM notes WHERE owner = ? ORDER BY id", (user,)).fetchall()
    return [row["title"] for row in rows]


@router.get("/{number}")
def one(number: int):
    with connect() as db:
        row = db.execute("SELECT * FROM notes WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise HTTPException(404, "no such note")
    return dict(row)
