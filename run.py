"""Start here: hands over to commands/. Works from any folder; `.env` and `data/` are those of the folder one stands in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from commands.main import main

if __name__ == "__main__":
    main()
