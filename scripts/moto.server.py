"""moto_server on a free port, until its standard input closes: that happens whenever whoever started it is gone."""

import os
import threading


def end_with_parent() -> None:
    # Not sys.stdin: its lock would be held when the interpreter ends for another reason.
    while os.read(0, 1024):
        pass
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from moto.server import main  # noqa: E402  loading moto takes a second, during which the parent may go, too

main(["-H", "127.0.0.1", "-p", "0"])
