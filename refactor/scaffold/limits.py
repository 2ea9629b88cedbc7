"""How long functions may take, in seconds."""

HTTP_TIMEOUT, QUEUE_TIMEOUT, LONGEST_TIMEOUT = 29, 60, 900  # an HTTP API waits 30 s, Lambda 15 min
