"""Creates people one after the other with PyPI `scim2-client`, then lists them: how long a plain loop takes.

    SCIM_TOKEN=... python scim2_client_loop.py BASE_URL < people.json

Standard input is a JSON list of users as a create sends them. Standard output is the number of seconds.
"""

import json
import os
import sys
import time

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import SearchRequest


def main():
    headers = {"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]}
    with Client(base_url=sys.argv[1], headers=headers) as http:
        client = SyncSCIMClient(http)
        client.discover()
        user = client.get_resource_model("User")
        people = [user.model_validate(person) for person in json.load(sys.stdin)]
        began = time.perf_counter()
        for person in people:
            client.create(person)
        listed = 0
        while listed < len(people):
            page = client.query(user, query_parameters=SearchRequest(start_index=listed + 1, count=100))
            listed += len(page.resources)
        print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
