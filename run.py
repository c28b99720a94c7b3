"""Start here: hands over to commands/. Works from any folder; `.env` and `data/` are those of the folder one stands in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from commands.main import main  # noqa: E402  (the path must be set first)

if __name__ == "__main__":
    main()
