"""post_objects.py COLLECTION_URL FILE: adds the objects of an envelope, as the members of a community do."""

import base64
import sys
import urllib.request

MEDIA_TYPE = "application/taxii+json;version=2.1"

with open(sys.argv[2], "rb") as file:
    body = file.read()
request = urllib.request.Request(sys.argv[1] + "objects/", body)
request.add_header("Accept", MEDIA_TYPE)
request.add_header("Content-Type", MEDIA_TYPE)
request.add_header("Authorization", "Basic " + base64.b64encode(b"user:secret-pass").decode())
urllib.request.urlopen(request)
