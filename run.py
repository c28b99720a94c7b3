"""Start here: hands over to commands/. Works from any folder; `.env` and `data/` are those of the folder one stands in."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the rest is being imported ends quietly, too

from commands.main import main  # noqa: E402  (after the two lines above)

if __name__ == "__main__":
    main()
