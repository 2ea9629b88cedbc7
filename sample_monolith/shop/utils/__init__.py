from .text import *  # noqa: F401,F403
from .http import json_body, paginate, wants_html
from .validation import email_address, one_of, positive_int, required_text
