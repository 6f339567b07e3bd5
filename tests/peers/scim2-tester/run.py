"""Runs PyPI `scim2-tester`, a compliance checker that is not ours, against a SCIM 2.0 base address.

    SCIM_TOKEN=... python run.py BASE_URL

Standard output is JSON: one object for each check with status, title, reason and resource type. The exit code is 0
when the checks ran; what they found is for the caller to judge.
"""

import json
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server


def main():
    headers = {"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]}
    with Client(base_url=sys.argv[1], headers=headers) as http:
        client = SyncSCIMClient(http)
        client.discover()
        results = check_server(client)
    rows = [
        {
            "status": result.status.name,
            "title": result.title,
            "reason": result.reason,
            "resource_type": result.resource_type,
        }
        for result in results
    ]
    json.dump(rows, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
