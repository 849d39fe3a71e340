"""Submits 500 projects twice, updates half of them by reference, and shows one, by a client that is
generated from the contract:

    pip install openapi-python-client
    openapi-python-client generate --url http://localhost:8080/openapi.json --output-path client
    pip install ./client
    CLIENT_ID=... CLIENT_SECRET=... python submit.py http://localhost:8080
"""

import io
import os
import sys

from concertation_client import AuthenticatedClient, Client
from concertation_client.api.me import me_get
from concertation_client.api.projects import (
    attachments_create,
    projects_batch,
    projects_put_by_reference,
    projects_submit,
)
from concertation_client.api.sign_in import oauth_token
from concertation_client.models import (
    AttachmentForm,
    OnConflict,
    ProjectBatchInput,
    ProjectInput,
    ProjectTheme,
    TokenRequest,
    TransitionInput,
)
from concertation_client.types import File

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


def project(number):
    return ProjectInput(
        reference=f"lot-1-{number:03}",
        title=f"Un composteur pour le quartier {number}",
        summary="Un composteur partagé, et deux personnes pour en prendre soin.",
        description="Posé avec la commune, ouvert chaque samedi.",
        theme=ProjectTheme.CIRCULAR_ECONOMY,
        commune_codes=["54329"],
    )


service = sys.argv[1]
asked = TokenRequest(
    grant_type="client_credentials",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
)
token = oauth_token.sync(client=Client(base_url=service), body=asked)
client = AuthenticatedClient(base_url=service, token=token.access_token, timeout=60)
me = me_get.sync(client=client)

batch = ProjectBatchInput(items=[project(number) for number in range(500)], on_conflict=OnConflict.SKIP)
first = projects_batch.sync(client=client, body=batch)
second = projects_batch.sync(client=client, body=batch)
assert [item.id for item in first.items] == [item.id for item in second.items], "nothing is double"
print(sum(item.status == 201 for item in first.items), "made;", sum(item.status == 200 for item in second.items), "there")

for number in range(0, 500, 2):
    body = project(number)
    body.description = "Posé avec la commune et l’école, ouvert chaque samedi."
    put = projects_put_by_reference.sync(
        me.organisation.id, body.reference, client=client, body=body, if_match="*"
    )
    assert put.id == first.items[number].id

form = AttachmentForm(
    file=File(payload=io.BytesIO(PNG), file_name="composteur.png", mime_type="image/png"),
    title="Le composteur",
    alt="Un composteur de bois",
)
attachments_create.sync(first.items[0].id, client=client, body=form)
shown = projects_submit.sync(first.items[0].id, client=client, body=TransitionInput(), if_match="*")
print(shown.reference, shown.state)
