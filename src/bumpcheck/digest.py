"""SHA-256 without the start-up cost of OpenSSL.

`hashlib` loads OpenSSL, which takes longer than all the hashing here; the standard library's own
`random` goes round it in the same way.
"""

from __future__ import annotations

import sys

if sys.version_info >= (3, 12):
    try:
        from _sha2 import sha256
    except ImportError:
        from hashlib import sha256
else:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # typeshed leaves it out
    except ImportError:
        from hashlib import sha256

__all__ = ["sha256"]
