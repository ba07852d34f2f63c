"""Floor 1: keys and sealed values. The keys never lie in the data folder or in its backup (see README.md)."""

from linli.vault.keyring import KeyMissing, Keyring, keyring
from linli.vault.sealing import blind_index, seal, unseal, unseal_text

__all__ = ["KeyMissing", "Keyring", "blind_index", "keyring", "seal", "unseal", "unseal_text"]
