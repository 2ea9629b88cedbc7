"""Programs for interpreters that are not ours: standard library only, Python >= 3.8, run as text with ``python -c``.

They stand in for what the monolith's own environment may lack: the official runtime client, a WSGI server. Must not:
import anything of refactor, or leave a name on ``sys.path``.
"""
