"""How an e-mail address is remembered without being kept: by a keyed hash, the same for imports and accounts."""

import hashlib
import hmac

from tertulia.domain.accounts import BadAddress, clean_address


def hash_of(address: str, *, key: str) -> str:
    """Give the hash of an address, in the one spelling that accounts have; of what is none as it was written."""
    try:
        return _hashed(clean_address(address), key)
    except BadAddress:
        return _hashed(address.strip().lower(), key)


def hashes_of(address: str, *, key: str) -> frozenset[str]:
    """Give the hashes that a clean address may have: imports once hashed domains in their own letters."""
    name, _, domain = address.rpartition("@")
    try:
        lettered = domain.encode("ascii").decode("idna")
    except UnicodeError:
        lettered = domain
    return frozenset({_hashed(address, key), _hashed(f"{name}@{lettered}", key)})


def _hashed(address: str, key: str) -> str:
    return hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()
