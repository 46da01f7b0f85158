"""The page of a scorecard in a real browser: scorecard_page_test.py MAKE_PAGE. Ends with 77 where there is no
browser, which ctest counts as skipped."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from browser import Browser, find_browser

BROWSER = find_browser()
MAKE_PAGE = ""

# The share of the pixels of a canvas that are painted.
PAINTED = """(id) => { const c = typeof id === 'string' ? document.getElementById(id) : id;
  const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let n = 0; for (let i = 3; i < p.length; i += 4) if (p[i] > 0) n++;
  return c.width > 200 && c.height > 100 ? n / (c.width * c.height) : 0; }"""
SHOWN = """[...document.querySelectorAll('#sources-table tbody tr')].filter(r => !r.hidden)
  .map(r => r.cells[0].textContent)"""


class ScorecardPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="polder-page-")
        cls.pages = {}
        for name in ("plain", "hostile"):
            folder = os.path.join(cls.folder.name, name)
            os.mkdir(folder)
            subprocess.run([MAKE_PAGE, folder] + (["hostile"] if name == "hostile" else []), check=True)
            cls.pages[name] = os.path.join(folder, "scorecard.html")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def opened(self, name="plain", **options):
        browser = Browser(BROWSER, **options)
        self.addCleanup(browser.close)
        browser.open(self.pages[name])
        self.assertEqual(browser.value("document.documentElement.dataset.ready"), "true", browser.errors())
        return browser

    def test_draws_every_chart_without_a_complaint(self):
        browser = self.opened()
        self.assertEqual(browser.value("document.documentElement.dataset.charts"), "2")
        for chart in ("ranking", "states"):
            self.assertGreater(browser.value(f"({PAINTED})('{chart}')"), 0.1, chart)
        self.assertEqual(browser.errors(), [])

    def test_fetches_nothing(self):
        browser = self.opened()
        self.assertEqual(browser.requests(), ["file://" + self.pages["plain"]])
        self.assertEqual(browser.value("performance.getEntriesByType('resource').length"), 0)

    def test_its_policy_stops_what_is_not_its_own(self):
        browser = self.opened()
        browser.value("""(() => { const s = document.createElement('script'); s.textContent = 'window.taken = 1';
            document.body.append(s); })()""")
        self.assertIsNone(browser.value("window.taken"))
        blocked = browser.value("""new Promise(done => { const i = new Image(); i.onload = () => done(false);
            i.onerror = () => done(true); i.src = 'https://polder.invalid/x.png'; })""")
        self.assertTrue(blocked)
        refusals = [error for error in browser.errors() if "Content Security Policy" in error]
        self.assertEqual(len(refusals), 2, browser.errors())

    def test_sorts_by_the_heading_that_is_clicked_and_back(self):
        browser = self.opened()
        column = "#sources-table th[data-metric='yield']"
        values = """[...document.querySelectorAll('#sources-table tbody tr')].filter(r => !r.hidden)
            .map(r => Number(r.cells[7].dataset.value))"""
        browser.click(column + " button")
        falling = browser.value(values)
        self.assertEqual(len(falling), 6)
        self.assertEqual(falling, sorted(falling, reverse=True))
        self.assertEqual(browser.value(f"document.querySelector(\"{column}\").getAttribute('aria-sort')"), "descending")
        browser.click(column + " button")
        self.assertEqual(browser.value(values), sorted(falling))
        browser.click("#sources-table th:first-child button")
        names = browser.value(SHOWN)
        self.assertEqual(names, sorted(names))

    def test_can_be_sorted_by_keyboard(self):
        browser = self.opened()
        before = browser.value(SHOWN)
        browser.value("document.querySelector(\"#sources-table th[data-metric='indicators'] button\").focus()")
        browser.press("Enter", 13)
        self.assertNotEqual(browser.value(SHOWN), before)
        self.assertIn("Sorted by Indicators", browser.value("document.getElementById('sorted').textContent"))

    def test_filters_by_kind_in_table_and_charts(self):
        browser = self.opened()
        ranking = "Chart.getChart('ranking').data.datasets[0].data"
        before = browser.value(ranking)
        browser.value("""(() => { const k = document.getElementById('kind'); k.value = 'url';
            k.dispatchEvent(new Event('change')); })()""")
        shown = browser.value("""[...document.querySelectorAll('#sources-table tbody tr')].filter(r => !r.hidden)
            .map(r => r.dataset.kind)""")
        self.assertEqual(shown, ["url"] * 6)
        self.assertNotEqual(browser.value(ranking), before)
        self.assertAlmostEqual(sum(browser.value(ranking)), 1)
        self.assertIn("url", browser.value("document.querySelector('.of-kind').textContent"))
        self.assertEqual(browser.errors(), [])

    def test_opens_the_details_of_a_source_and_draws_its_lead_times(self):
        browser = self.opened()
        browser.click("#details summary")
        self.assertTrue(browser.value("document.querySelector('#details details').open"))
        painted = browser.value(f"({PAINTED})(document.querySelector('#details canvas'))")
        self.assertGreater(painted, 0.02)
        browser.click("#sources-table tbody tr:not([hidden]) ~ tr:not([hidden]) a")
        self.assertEqual(browser.value("document.querySelectorAll('#details details[open]').length"), 2)
        self.assertEqual(browser.errors(), [])

    def test_hostile_names_do_nothing(self):
        browser = self.opened("hostile")
        self.assertTrue(browser.value("document.title").startswith("Scorecard of <b>ISAC</b>"))
        self.assertEqual(browser.value("document.querySelectorAll('img, svg, b, script:not([id])').length"), 2)
        self.assertEqual(browser.value("document.querySelectorAll('#details details').length"), 6)
        self.assertEqual(browser.errors(), [])
        self.assertEqual(len(browser.requests()), 1)
        # A name of ten thousand bytes does not push anything off the page.
        self.assertTrue(browser.value("document.documentElement.scrollWidth <= innerWidth"))

    def test_is_readable_without_javascript(self):
        browser = Browser(BROWSER)
        self.addCleanup(browser.close)
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.open(self.pages["plain"])
        text = browser.value("document.body.innerText")
        for words in ("The most useful source was", "National CSIRT", "Usefulness: the credit of the source"):
            self.assertIn(words, text)
        self.assertNotIn("Usefulness against volume", text)

    def test_takes_other_colours_in_the_dark_and_on_paper(self):
        browser = self.opened(dark=True)
        background = "getComputedStyle(document.body).backgroundColor"
        bars = "Chart.getChart('ranking').data.datasets[0].backgroundColor"
        self.assertEqual(browser.value(background), "rgb(20, 23, 27)")
        dark = browser.value(bars)
        browser.call("Emulation.setEmulatedMedia", media="print", features=[])
        browser.settle()
        self.assertEqual(browser.value(background), "rgb(255, 255, 255)")
        self.assertNotEqual(browser.value(bars), dark)
        self.assertEqual(browser.errors(), [])

    def test_fits_a_telephone(self):
        browser = self.opened()
        browser.call("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=2, mobile=True)
        browser.settle()
        self.assertTrue(browser.value("document.documentElement.scrollWidth <= 390"))


if __name__ == "__main__":
    if BROWSER is None:
        print("skipped: no browser; install chromium, or say where one is with POLDER_BROWSER")
        sys.exit(77)
    MAKE_PAGE = sys.argv.pop(1)
    unittest.main(verbosity=2)
