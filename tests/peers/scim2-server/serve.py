"""Starts the SCIM 2.0 server of PyPI `scim2-server`, an implementation that is not ours, for tests.

    python serve.py --bearer-token TOKEN [--journal FILE]

The first line on standard output is JSON: {"url": "http://127.0.0.1:PORT/v2"}. The port is a free one. With --journal
every request is appended to FILE as one line of JSON before it is answered: method, path, query, body. The server
ends when its standard input is closed, so it cannot outlive the test that started it.
"""

import argparse
import io
import json
import logging
import os
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.service import ScimService
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME, BearerTokenApplication
from scim2_server.testserver.cli import ThreadingWSGIServer
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)


class Quiet(WSGIRequestHandler):
    """Writes no access log: it would name people."""

    def log_message(self, *_):
        pass


def journaled(application, path):
    """Appends each request to a file before the application sees it."""
    lock = threading.Lock()

    def inner(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        entry = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "query": environ.get("QUERY_STRING", ""),
            "body": json.loads(body) if body else None,
        }
        with lock, open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        return application(environ, start_response)

    return inner


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bearer-token", required=True)
    parser.add_argument("--journal", metavar="FILE")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)

    config = load_default_service_provider_config()
    config.authentication_schemes = [BEARER_TOKEN_SCHEME]
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )
    application = BearerTokenApplication(
        InMemoryStorage(), provider, service=ScimService(provider, secret="for tests"), bearer_tokens=[args.bearer_token]
    )
    if args.journal:
        application = journaled(application, args.journal)

    def until_closed():
        sys.stdin.buffer.read()
        os._exit(0)

    with make_server("127.0.0.1", 0, application, server_class=ThreadingWSGIServer, handler_class=Quiet) as server:
        print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}/v2"}), flush=True)
        threading.Thread(target=until_closed, daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    main()
