"""Recomputes an export of an access log with pymerkle, and its signatures with PyNaCl.

    check.py FOLDER [KEPT]

The tree: the lines of entries.jsonl lead to the signed head, every head in checkpoints/ is
consistent with it, and every proof in proofs/ proves its line. The signatures: each record is
signed by the key that the records before give its actor, and each head by the key that signed the
last record under it; so no key of the folder is believed, but that of the first record. The words:
those in details.jsonl are the ones whose digests the records hold; words may be missing. KEPT is a
head that was kept from earlier: it has to be one of this log, which has to hold everything that it
held.

The exit status is 0 where all of it holds, 1 where something does not, 2 where it cannot run.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey
from pymerkle import (
    InclusionProof,
    InmemoryTree,
    InvalidProof,
    verify_consistency,
    verify_inclusion,
)

SIGNATURE = 98  # bytes at the end of a line: ,"sig":" and 88 characters and "}

# Whoever does these may have no key.
UNSIGNED = ("vault.unlock", "envelope.open", "envelope.sheet")


class Refused(Exception):
    pass


def must(holds, otherwise):
    if not holds:
        raise Refused(otherwise)


def decoded(text):
    return base64.b64decode(text, validate=True)


def signed_by(key, message, signature, what):
    try:
        VerifyKey(key).verify(message, signature)
    except CryptoError:
        raise Refused(f"{what} is not signed by its key") from None


class Keys:
    """Whose key is which, as the records tell it."""

    def __init__(self):
        self.standing = {}
        self.members = []

    def take(self, record):
        for fact in record.get("facts", []):
            for kind, actor in (
                ("person", lambda it: f"person:{it['person']}"),
                ("sheet", lambda it: f"sheet:{it['serial']}"),
                ("seal", lambda it: f"escrow:{it['epoch']}"),
            ):
                if kind in fact:
                    self.stands(actor(fact[kind]), fact[kind]["verify_key"], record["seq"])

    def stands(self, actor, key, seq):
        if self.standing.get(actor) != key:
            self.standing[actor] = key
            self.members.append((key, actor, seq))


class Log:
    def __init__(self, folder):
        self.folder = folder
        self.lines = (folder / "entries.jsonl").read_bytes().split(b"\n")
        must(self.lines.pop() == b"", "the last line is cut off")
        self.tree = InmemoryTree(algorithm="sha256")
        for line in self.lines:
            self.tree.append_entry(line)
        self.records = [json.loads(line) for line in self.lines]
        self.origin = None
        self.signers = []

    def text(self, name):
        return (self.folder / name).read_bytes().decode("utf-8")

    def texts(self, name):
        """Every file of a folder of the export, with its name there."""
        names = sorted(path.name for path in (self.folder / name).iterdir())
        return [(found, self.text(f"{name}/{found}")) for found in names]

    def rows(self, name):
        """The lines of a file; JSON may hold other characters that break lines elsewhere."""
        rows = self.text(name).split("\n")
        must(rows.pop() == "", f"the last line of {name} is cut off")
        return rows

    # The tree

    def head(self, note, what):
        """The size, the root and the signatures of a head whose signature is yet to be verified."""
        text, end, signatures = note.partition("\n\n")
        lines = text.split("\n")
        must(end and len(lines) == 3, f"{what} is not a head")
        return int(lines[1]), decoded(lines[2]), lines[0], text + "\n", signatures

    def leads_to(self, note, what):
        """Demands that a head is over the first of these lines, and gives how many."""
        size, root, *_ = self.head(note, what)
        must(0 < size <= len(self.lines), f"{what} is over {size} lines, of {len(self.lines)}")
        last = len(self.lines)
        proof = self.tree.prove_consistency(size, last)
        verify_consistency(root, self.root, proof, size, last)
        return size

    def check_tree(self):
        size, self.root, *_ = self.head(self.text("checkpoint"), "the head")
        leads = size == len(self.lines) and self.root == self.tree.get_root()
        must(leads, f"{len(self.lines)} lines do not lead to the head over {size}")
        for name, note in self.texts("checkpoints"):
            size = self.leads_to(note, f"checkpoints/{name}")
            must(name == str(size), f"checkpoints/{name} is over {size} lines")
        proofs = self.texts("proofs")
        for name, proof in proofs:
            self.check_proof(name, proof)
        return len(proofs)

    def check_proof(self, name, proof):
        """A C2SP tlog-proof: the index, the hashes upwards, an empty line, the signed head."""
        text, end, note = proof.partition("\n\n")
        kind, index, *hashes = text.split("\n")
        must(end and kind == "c2sp.org/tlog-proof@v1", f"{name} is not a tlog-proof")
        must(f"index {name}" == f"{index}.tlog-proof", f"{name} is of {index}")
        must(note == self.text("checkpoint"), f"{name} is under another head")
        size = len(self.lines)
        position = int(index.removeprefix("index ")) + 1  # pymerkle counts from one
        must(0 < position <= size, f"{name} is of no line")
        leaf = self.tree.hash_buff(self.lines[position - 1])
        rule = self.tree.prove_inclusion(position, size).rule
        stored = [leaf, *map(decoded, hashes)]
        proof = InclusionProof("sha256", True, size, position, rule, stored)
        verify_inclusion(leaf, self.root, proof, position, size)

    # The signatures

    def check_records(self):
        keys = Keys()
        prev = bytes(32)
        for seq, (line, record) in enumerate(zip(self.lines, self.records)):
            follows = record["seq"] == seq and record["prev"] == prev.hex()
            must(follows, f"record {seq} does not follow the one before")
            prev = self.tree.hash_buff(line)
            if seq == 0:
                vault = next(fact["vault"] for fact in record["facts"] if "vault" in fact)
                self.origin = f"{vault['slug']}/vault/{vault['vault'][:16]}"
                keys.take(record)
            self.signers.append(self.check_signature(seq, line, record, keys))
            keys.take(record)
        self.keys = keys

    def check_signature(self, seq, line, record, keys):
        actor = record["actor"]
        if actor == "nobody":
            unsigned = record["event"] in UNSIGNED and "sig" not in record
            must(unsigned, f"record {seq} is one that somebody has to sign")
            return None
        must(line[-SIGNATURE:-90] == b',"sig":"', f"record {seq} is not signed")
        key = keys.standing.get(actor)
        must(key is not None, f"record {seq} is by {actor}, of whom no record gives a key")
        body = line[:-SIGNATURE] + b"}"
        message = b"coffer/v1/record\n" + self.origin.encode() + b"\n" + body
        signed_by(bytes.fromhex(key), message, decoded(record["sig"]), f"record {seq}")
        return key

    def check_head(self, note, what):
        """Demands the signature of whoever signed the last record under the head."""
        size, _, origin, text, signatures = self.head(note, what)
        must(origin == self.origin, f"{what} is the head of another log")
        signer = self.signers[size - 1]
        must(signer is not None, f"{what} is over a record that nobody signed")
        key = bytes.fromhex(signer)
        name = origin.encode()
        key_id = hashlib.sha256(name + b"\n\x01" + key).digest()[:4]
        for line in signatures.removesuffix("\n").split("\n"):
            dash, by, signature = line.split(" ")
            signature = decoded(signature)
            if dash == "\u2014" and by == origin and signature[:4] == key_id:
                signed_by(key, text.encode(), signature[4:], what)
                return key_id
        raise Refused(f"{what} is not signed by whoever signed its last record")

    def check_signatures(self):
        self.check_records()
        signed = {self.check_head(self.text("checkpoint"), "the head")}
        for name, note in self.texts("checkpoints"):
            signed.add(self.check_head(note, f"checkpoints/{name}"))
        listed = {self.vkey(row)[0] for row in self.rows("log.vkeys")}
        must(signed == listed, "log.vkeys are not the keys that signed the heads")
        members = []
        for row in self.rows("members.vkeys"):
            vkey, actor, _, seq = row.split("\t")
            members.append((self.vkey(vkey)[1].hex(), actor, int(seq)))
        must(members == self.keys.members, "members.vkeys are not the keys that the records give")

    def vkey(self, text):
        name, key_id, key = text.split("+", 2)
        key = decoded(key)
        must(name == self.origin and key[0] == 1, f"{text} is not a key of this log")
        computed = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        must(computed.hex() == key_id, f"{text} has another key's id")
        return computed, key[1:]

    # The words

    def check_words(self):
        count = 0
        for row in self.rows("details.jsonl"):
            told = json.loads(row)
            seq = told["seq"]
            must(0 <= seq < len(self.records), f"there are words of record {seq}")
            digests = self.records[seq].get("details", {})
            must(told["details"].keys() == digests.keys(), f"record {seq} has other words")
            for name, (salt, word) in told["details"].items():
                said = json.dumps([salt, name, word], ensure_ascii=False, separators=(",", ":"))
                digest = hashlib.sha256(said.encode()).hexdigest()
                must(digest == digests[name], f"the {name} of record {seq} is another")
                count += 1
        return count


def check(folder, kept):
    log = Log(folder)
    proofs = log.check_tree()
    log.check_signatures()
    words = log.check_words()
    for path in kept:
        note = path.read_bytes().decode("utf-8")
        log.leads_to(note, path.name)
        log.check_head(note, path.name)
    signatures = sum(signer is not None for signer in log.signers)
    return f"{len(log.lines)} lines, {signatures} signatures, {proofs} proofs, {words} words"


def main():
    if len(sys.argv) not in (2, 3):
        print("usage: check.py FOLDER [KEPT]", file=sys.stderr)
        return 2
    folder, *kept = map(Path, sys.argv[1:])
    try:
        print("accepted:", check(folder, kept))
    except (Refused, InvalidProof, OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
