// Checks an export of an access log with the code by which npm verifies where packages come from:
//
//     node check.js FOLDER [KEPT]
//
// @sigstore/verify takes a line, its inclusion proof and a signed head in the form of Rekor's log,
// and decides on the head's signature and on the proof. The export's files are put into that form
// here. A proof is needed for each line, and for the last line under each head in checkpoints/;
// those of proofs/ are tried as they are, the others made here from the lines: a wrong one is not
// believed. KEPT is a head that was kept from earlier: it has to be one of this log, which has to
// hold everything that it held.
//
// It believes the keys of log.vkeys, and does not look at the signatures of single records.
// The exit status is 0 where all of it holds, 1 where something does not, 2 where it cannot run.
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { VerificationError, toTrustMaterial } = require('@sigstore/verify');
// Its Verifier does this and then reads the line as one of Rekor's kinds of entries; ours is none.
const { verifyTLogInclusion } = require('@sigstore/verify/dist/tlog');

class Refused extends Error {}

function must(holds, otherwise) {
  if (!holds) throw new Refused(otherwise);
}

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// What stands before the 32 bytes of an Ed25519 key in the form that OpenSSL reads (RFC 8410).
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

// A key in C2SP's text form, as one of Sigstore's logs.
function log(vkey) {
  const [, name, , base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  must(name, `not a key: ${vkey}`);
  const key = Buffer.from(base64, 'base64');
  must(key.length === 33 && key[0] === 1, `not an Ed25519 key: ${vkey}`);
  return {
    baseUrl: name,
    logId: { keyId: sha256(name, '\n', key) },
    publicKey: { rawBytes: Buffer.concat([SPKI, key.subarray(1)]) },
  };
}

function trusted(vkeys) {
  const tlogs = rows(vkeys).map(log);
  const none = { certificateAuthorities: [], timestampAuthorities: [], ctlogs: [] };
  return toTrustMaterial({ ...none, tlogs }).tlogs;
}

function rows(text) {
  const all = text.toString('latin1').split('\n');
  must(all.pop() === '', 'a last line is cut off');
  return all;
}

// The tree of RFC 6962, section 2.1, to make proofs with.
class Tree {
  constructor(lines) {
    this.leaves = lines.map((line) => sha256('\x00', line));
    this.roots = new Map();
  }

  root(from, to) {
    if (to - from === 1) return this.leaves[from];
    const range = `${from}-${to}`;
    if (!this.roots.has(range)) {
      const middle = split(from, to);
      this.roots.set(range, sha256('\x01', this.root(from, middle), this.root(middle, to)));
    }
    return this.roots.get(range);
  }

  proof(index, from, to) {
    if (to - from === 1) return [];
    const middle = split(from, to);
    return index < middle
      ? [...this.proof(index, from, middle), this.root(middle, to)]
      : [...this.proof(index, middle, to), this.root(from, middle)];
  }
}

function split(from, to) {
  let width = 1;
  while (width * 2 < to - from) width *= 2;
  return from + width;
}

class Export {
  constructor(folder) {
    this.folder = folder;
    this.keys = trusted(this.read('log.vkeys'));
    this.lines = rows(this.read('entries.jsonl')).map((line) => Buffer.from(line, 'latin1'));
    this.tree = new Tree(this.lines);
  }

  read(name) {
    return fs.readFileSync(path.join(this.folder, name));
  }

  // Whether the line is at that place under the head: theirs to decide.
  verify(index, hashes, note) {
    const envelope = note.toString('utf8');
    const inclusionProof = { logIndex: String(index), hashes, checkpoint: { envelope } };
    verifyTLogInclusion({ canonicalizedBody: this.lines[index], inclusionProof }, this.keys);
  }

  // The proof of the last line under a head holds the root of everything before it.
  verifyPrefix(note) {
    const size = sizeOf(note);
    must(size > 0 && size <= this.lines.length, `a head over ${size} lines`);
    this.verify(size - 1, this.tree.proof(size - 1, 0, size), note);
    return size;
  }

  check(kept) {
    const head = this.read('checkpoint');
    const size = this.lines.length;
    must(sizeOf(head) === size, `${size} lines, and the head is over ${sizeOf(head)}`);
    for (let i = 0; i < size; i++) this.verify(i, this.tree.proof(i, 0, size), head);
    const heads = fs.readdirSync(path.join(this.folder, 'checkpoints'));
    for (const name of heads) {
      const over = this.verifyPrefix(this.read(`checkpoints/${name}`));
      must(name === String(over), `checkpoints/${name} is over ${over} lines`);
    }
    const proofs = fs.readdirSync(path.join(this.folder, 'proofs'));
    for (const name of proofs) this.checkProof(name, head);
    for (const file of kept) this.verifyPrefix(fs.readFileSync(file));
    return `${size} lines, ${heads.length} heads, ${proofs.length} proofs`;
  }

  // A C2SP tlog-proof: the index, the hashes upwards, an empty line, the signed head.
  checkProof(name, head) {
    const proof = this.read(`proofs/${name}`);
    const end = proof.indexOf('\n\n');
    const [kind, index, ...hashes] = proof.subarray(0, end).toString('latin1').split('\n');
    must(end > 0 && kind === 'c2sp.org/tlog-proof@v1', `${name} is not a tlog-proof`);
    must(`${index}.tlog-proof` === `index ${name}`, `${name} is of ${index}`);
    must(proof.subarray(end + 2).equals(head), `${name} is under another head`);
    const line = Number(index.slice('index '.length));
    must(line < this.lines.length, `${name} is of no line`);
    this.verify(line, hashes.map((hash) => Buffer.from(hash, 'base64')), head);
  }
}

function sizeOf(note) {
  const size = note.toString('latin1').split('\n')[1];
  must(/^[0-9]{1,15}$/.test(size), 'a head without a size');
  return Number(size);
}

function main([folder, ...kept]) {
  if (folder === undefined || kept.length > 1) {
    console.error('usage: check.js FOLDER [KEPT]');
    return 2;
  }
  try {
    console.log('accepted:', new Export(folder).check(kept));
    return 0;
  } catch (error) {
    const files = error.syscall !== undefined;
    if (!(error instanceof Refused || error instanceof VerificationError || files)) throw error;
    console.error('refused:', error.message);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
