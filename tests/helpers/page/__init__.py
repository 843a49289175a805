"""The page for tests: browsers, requests, a page that runs."""
