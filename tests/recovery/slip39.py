"""Answers each line with SLIP-0039's reference program.

    split THRESHOLD GROUPS SECRET PASSPHRASE EXTENDABLE EXPONENT   GROUPS as 2/3,1/1; the rest hex
    combine PASSPHRASE MNEMONIC;MNEMONIC;...

A split is answered with its mnemonics, semicolons between two of a group and bars between groups; a
combination with the secret; what is refused with "refused" and the reason.
"""

import sys

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics


def split(threshold, groups, secret, passphrase, extendable, exponent):
    groups = [tuple(map(int, group.split("/"))) for group in groups.split(",")]
    secret, passphrase = bytes.fromhex(secret), bytes.fromhex(passphrase)
    extendable, exponent = extendable == "1", int(exponent)
    shares = generate_mnemonics(int(threshold), groups, secret, passphrase, extendable, exponent)
    return "|".join(";".join(group) for group in shares)


def combine(passphrase, mnemonics):
    return combine_mnemonics(mnemonics.split(";"), bytes.fromhex(passphrase)).hex()


for line in sys.stdin:
    command, *words = line.rstrip("\n").split("\t")
    try:
        print({"split": split, "combine": combine}[command](*words), flush=True)
    except MnemonicError as why:
        print(f"refused: {why}", flush=True)
