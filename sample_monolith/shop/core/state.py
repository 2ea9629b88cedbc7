"""Where does per-process state live? See SHOP_STATE in the README."""
from flask import current_app

MEMORY = "memory"
DATABASE = "database"


def uses_database_state() -> bool:
    return current_app.config["SHOP_STATE"] == DATABASE
