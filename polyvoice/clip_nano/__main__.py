"""`python -m polyvoice.clip_nano`: train or evaluate the judge of nano's pictures."""

import sys

from polyvoice.clip_nano.train import main

sys.exit(main())
