"""Replay the corpus in one process, or with every endpoint in a process of its own.

    python process_replay.py single|split OUTPUT.json

Settings come from the environment.  In split mode each process works in a folder
of its own, so it shares nothing with the others but the database and the bucket.
"""
import gc
import json
import multiprocessing
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from sqlalchemy.orm import configure_mappers  # noqa: E402

import shop_corpus as corpus_module  # noqa: E402
from shop import create_app  # noqa: E402


def serve(pipe, app, folder):
    app.config["SHOP_VAR_DIR"] = os.path.abspath(folder)
    send = corpus_module.client_sender(app)
    while True:
        request = pipe.recv()
        if request is None:
            return
        pipe.send(send(*request))


def main(mode, output):
    forking = multiprocessing.get_context("fork")
    # forked before it served anything, so every process starts from scratch
    app = create_app()
    configure_mappers()
    gc.freeze()  # less to copy for the children
    routes = app.url_map.bind("localhost")
    workers = {}

    def send(method, path, headers, body):
        name = "one"
        if mode == "split":
            try:
                name = routes.match(path.partition("?")[0], method=method)[0]
            except Exception:
                name = "unmatched"
        if name not in workers:
            ours, theirs = forking.Pipe()
            process = forking.Process(target=serve, args=(theirs, app, "work-" + name), daemon=True)
            process.start()
            workers[name] = (ours, process)
        pipe = workers[name][0]
        pipe.send((method, path, headers, body))
        return pipe.recv()

    corpus = corpus_module.load()
    answers = []
    for entry, status, headers, body in corpus_module.replay(send, corpus):
        answers.append([entry["name"], corpus_module.comparable(corpus, status, headers, body)])
    for pipe, process in workers.values():
        pipe.send(None)
        process.join(5)
    with open(output, "w", encoding="utf-8") as handle:
        json.dump({"answers": answers, "processes": len(workers)}, handle)


if __name__ == "__main__":
    main(*sys.argv[1:3])
