"""`make env`: write `.env` for docker compose, with secrets made up here and now; an existing one is never changed.

It also says from when on DAGs run by themselves.

make_env.py CONTACT     CONTACT is where a site's operator can reach you: an address of mail or of a page
"""

import base64
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

TARGET = Path(os.environ.get("JIXIAO_ENV_FILE", ".env"))
SECRETS = {
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(24),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(24),
    "JIXIAO_FERNET_KEY": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "JIXIAO_API_SECRET": lambda: secrets.token_urlsafe(32),
    "JIXIAO_JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "JIXIAO_ADMIN_PASSWORD": lambda: secrets.token_urlsafe(12),
    "SUPERSET_SECRET_KEY": lambda: secrets.token_urlsafe(32),
}


def main(words: list[str]) -> None:
    """Write the file, readable by its owner only."""
    if len(words) != 1 or not words[0].strip():
        sys.exit("say who asks the sites: make env CONTACT=you@your.office")
    since = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [f"JIXIAO_CONTACT={words[0].strip()}", f"JIXIAO_SCHEDULED_SINCE={since}"]
    lines += [f"{name}={make()}" for name, make in SECRETS.items()]
    try:
        handle = os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{TARGET} is there already: its secrets belong to a running installation; remove it to start anew")
    with os.fdopen(handle, "w") as out:
        out.write("\n".join(lines) + "\n")
    print(f"{TARGET} written; the first sign-in is admin with JIXIAO_ADMIN_PASSWORD of that file")


if __name__ == "__main__":
    main(sys.argv[1:])
