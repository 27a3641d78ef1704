"""Runs moto_server on a free port until its standard input closes, which happens when the parent process exits."""

import os
import threading


def end_with_parent() -> None:
    # Not sys.stdin, whose lock would be held if the interpreter exits for another reason.
    while os.read(0, 1024):
        pass
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from moto.server import main  # noqa: E402  the parent may exit while moto loads, which takes a second

main(["-H", "127.0.0.1", "-p", "0"])
