"""`python -m linli.gates.printing FOLDER`: print the job in a folder, in a process of its own.

The page that orders the print goes on answering meanwhile, and the engine's memory is given back at the end. The folder holds
`job.json` (see `linli.gates.printing.job`); it gets `progress.json`, and at the end `cards.pdf` and `result.json`.
"""

import sys
from pathlib import Path

from linli.gates.printing.job import run

if __name__ == "__main__":
    run(Path(sys.argv[1]))
