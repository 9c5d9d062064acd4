"""`python -m prakerja`: the command line."""

from prakerja.cli.app import main

if __name__ == "__main__":
    main()
