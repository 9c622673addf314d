"""`python -m app`, and the first code of the packaged program. Must import nothing before it knows what to be.

A packaged program has no `-m`: it starts its child processes as `paddock --child MODULE ARGUMENTS...`.
"""

import sys

CHILD_FLAG = "--child"


def main(argv: list[str]) -> int:
    """Become the child process that `--child` names (a module of Paddock), else the `paddock` command."""
    if argv[:1] == [CHILD_FLAG] and len(argv) > 1 and argv[1].startswith("app."):
        import runpy

        sys.argv = argv[1:]
        runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
        return 0
    from app.cli.main import main as run_command

    return run_command(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
