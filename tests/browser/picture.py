"""Makes the picture of the example scorecard anew: picture.py MAKE_PAGE PICTURE.png [dark]"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from browser import Browser, find_browser

with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.argv[1], folder], check=True)
    with Browser(find_browser(), dark="dark" in sys.argv) as browser:
        browser.open(os.path.join(folder, "scorecard.html"))
        browser.picture(sys.argv[2], 1200, 1350)
