"""The page's stage: pictures on their way, finished, restored, and changed by talking to them."""
