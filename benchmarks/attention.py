"""`secateur bench attention` from a checkout, with the same options."""

import sys

from secateur.pipelines.cli import main

if __name__ == "__main__":
    sys.exit(main(["bench", "attention", *sys.argv[1:]]))
