"""Replays requests.json: against a test client, or against a running server."""
import io
import json
import os
import re
from urllib.parse import urlencode

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "requests.json")


def load():
    with open(PATH, encoding="utf-8") as handle:
        return json.load(handle)


def fill(value, variables):
    if isinstance(value, str):
        return re.sub(r"\{\{(\w+)\}\}", lambda m: str(variables.get(m.group(1), m.group(0))), value)
    if isinstance(value, list):
        return [fill(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, variables) for key, item in value.items()}
    return value


def encode(request):
    """(headers, body bytes) of a filled request."""
    headers = dict(request.get("headers", {}))
    if "json" in request:
        headers.setdefault("Content-Type", "application/json")
        return headers, json.dumps(request["json"]).encode()
    if "form" in request:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return headers, urlencode(request["form"]).encode()
    if "multipart" in request:
        boundary = "----corpus"
        out = io.BytesIO()
        for name, value in request["multipart"].items():
            extra = ""
            if isinstance(value, list):
                filename, ctype, value = value
                extra = '; filename="%s"\r\nContent-Type: %s' % (filename, ctype)
            head = '--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n' % (boundary, name, extra)
            out.write((head + value + "\r\n").encode())
        out.write(("--%s--\r\n" % boundary).encode())
        headers["Content-Type"] = "multipart/form-data; boundary=" + boundary
        return headers, out.getvalue()
    return headers, request.get("body", "").encode()


def find(rule, headers, body):
    text = body.decode("utf-8", "replace")
    if "header" in rule:
        text = dict((k.lower(), v) for k, v in headers).get(rule["header"].lower(), "")
    elif "json" in rule:
        try:
            value = json.loads(text)
            for part in rule["json"].split("."):
                value = value[int(part)] if isinstance(value, list) else value[part]
            return value
        except (ValueError, LookupError, TypeError):
            return None
    if "re" in rule:
        match = re.search(rule["re"], text)
        return match and (match.group(1) if match.groups() else match.group(0))
    return text or None


def replay(send, corpus=None):
    """``send(method, path, headers, body)`` -> (status, [(name, value)], bytes). Yields answers."""
    corpus = corpus or load()
    variables = dict(corpus["vars"])
    jars: dict = {}
    for entry in corpus["requests"]:
        request = fill({k: v for k, v in entry.items() if k not in ("capture", "expect")}, variables)
        headers, body = encode(request)
        jar = jars.setdefault(entry["as"], {}) if "as" in entry else {}
        if jar:
            headers["Cookie"] = "; ".join("%s=%s" % pair for pair in sorted(jar.items()))
        status, answer_headers, answer_body = send(request["method"], request["path"], headers, body)
        for name, value in answer_headers:
            if name.lower() == "set-cookie":
                cookie, _, attributes = value.partition(";")
                key, _, token = cookie.partition("=")
                if "max-age=0" in attributes.lower():
                    jar.pop(key, None)
                else:
                    jar[key] = token
        for variable, rule in entry.get("capture", {}).items():
            value = find(rule, answer_headers, answer_body)
            if value is not None:
                variables[variable] = value
        yield entry, status, answer_headers, answer_body


def client_sender(app):
    client = app.test_client(use_cookies=False)

    def send(method, path, headers, body):
        answer = client.open(path, method=method, headers=headers, data=body)
        return answer.status_code, list(answer.headers), answer.data

    return send


COMPARED_HEADERS = ("content-type", "location", "content-disposition", "allow", "set-cookie")


def scrub(value, fields):
    if isinstance(value, dict):
        return {k: "*" if k in fields else scrub(v, fields) for k, v in value.items()}
    if isinstance(value, list):
        return [scrub(item, fields) for item in value]
    return value


def comparable(corpus, status, headers, body):
    text = body.decode("utf-8", "replace")
    try:
        text = json.dumps(scrub(json.loads(text), set(corpus["volatile"]["fields"])), sort_keys=True)
    except ValueError:
        pass
    kept = sorted("%s: %s" % (k.lower(), v) for k, v in headers if k.lower() in COMPARED_HEADERS)
    for pattern, replacement in corpus["normalise"]:
        text = re.sub(pattern, replacement, text)
        kept = [re.sub(pattern, replacement, line) for line in kept]
    return [status, kept, text]
