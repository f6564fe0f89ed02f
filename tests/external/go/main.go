// Check reads an export of an access log and recomputes it with the packages that Go's own checksum
// database is verified with, golang.org/x/mod/sumdb/note and golang.org/x/mod/sumdb/tlog:
//
//	check FOLDER [KEPT]
//
// It opens every signed head with the keys of log.vkeys, recomputes the tree from the lines of
// entries.jsonl, and demands that the head is over these lines, that every head in checkpoints/
// is consistent with it, and that every proof in proofs/ proves its line. KEPT is a head that was
// kept from earlier: it has to be one of this log, which has to hold everything that it held.
//
// It believes the keys of log.vkeys, and does not look at the signatures of single records.
// The exit status is 0 where all of it holds, 1 where something does not, 2 where it cannot run.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: check FOLDER [KEPT]")
		os.Exit(2)
	}
	said, err := check(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", said)
}

func check(folder string, kept []string) (string, error) {
	l, err := read(folder)
	if err != nil {
		return "", err
	}
	head, err := l.head(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(l.size, l.hashes)
	if err != nil {
		return "", err
	}
	if head.N != l.size || head.Hash != root {
		return "", fmt.Errorf("%d lines do not lead to the head over %d", l.size, head.N)
	}
	heads, err := l.earlier(folder, head)
	if err != nil {
		return "", err
	}
	proofs, err := l.proofs(folder, head)
	if err != nil {
		return "", err
	}
	for _, file := range kept {
		if _, err := l.before(file, head); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d lines, %d heads, %d proofs, %d kept", l.size, heads, proofs, len(kept)), nil
}

// A log is the tree that the lines make, and the keys with which its heads are signed.
type log struct {
	origin string
	keys   note.Verifiers
	lines  [][]byte
	size   int64
	hashes stored
}

// Stored holds the hashes of all complete subtrees in the order in which tlog numbers them.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range indexes {
		if i < 0 || i >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is beyond the tree", i)
		}
		hashes = append(hashes, s[i])
	}
	return hashes, nil
}

func read(folder string) (*log, error) {
	l := new(log)
	keys, err := os.ReadFile(filepath.Join(folder, "log.vkeys"))
	if err != nil {
		return nil, err
	}
	var known []note.Verifier
	for _, text := range strings.Fields(string(keys)) {
		key, err := note.NewVerifier(text)
		if err != nil {
			return nil, err
		}
		if len(known) > 0 && key.Name() != l.origin {
			return nil, errors.New("the keys are those of several logs")
		}
		l.origin = key.Name()
		known = append(known, key)
	}
	l.keys = note.VerifierList(known...)
	entries, err := os.ReadFile(filepath.Join(folder, "entries.jsonl"))
	if err != nil {
		return nil, err
	}
	l.lines = bytes.Split(entries, []byte("\n"))
	l.size = int64(len(l.lines) - 1)
	if len(l.lines[l.size]) > 0 {
		return nil, errors.New("the last line is cut off")
	}
	for i, line := range l.lines[:l.size] {
		hashes, err := tlog.StoredHashes(int64(i), line, l.hashes)
		if err != nil {
			return nil, err
		}
		l.hashes = append(l.hashes, hashes...)
	}
	return l, nil
}

// Head opens a signed head.
func (l *log) head(file string) (tlog.Tree, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	return l.open(signed, file)
}

// Open demands a valid signature by one of the keys. A checkpoint is the note of Go's checksum
// database with the log's origin for its first line, so that tlog reads the other two.
func (l *log) open(signed []byte, file string) (tlog.Tree, error) {
	opened, err := note.Open(signed, l.keys)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", file, err)
	}
	if !strings.HasPrefix(opened.Text, l.origin+"\n") {
		return tlog.Tree{}, fmt.Errorf("%s: the head of another log", file)
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree" + opened.Text[len(l.origin):]))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", file, err)
	}
	return tree, nil
}

// Earlier demands that every head in checkpoints/ is of its size and consistent with the last.
func (l *log) earlier(folder string, last tlog.Tree) (int, error) {
	folder = filepath.Join(folder, "checkpoints")
	files, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		size, err := l.before(filepath.Join(folder, file.Name()), last)
		if err != nil {
			return 0, err
		}
		if file.Name() != strconv.FormatInt(size, 10) {
			return 0, fmt.Errorf("checkpoints/%s: the head over %d lines", file.Name(), size)
		}
	}
	return len(files), nil
}

// Before demands that the log of a head is a prefix of the log of the last one; it gives its size.
func (l *log) before(file string, last tlog.Tree) (int64, error) {
	tree, err := l.head(file)
	if err != nil {
		return 0, err
	}
	if tree.N < 1 || tree.N > last.N {
		return 0, fmt.Errorf("%s: a head over %d lines, of %d", file, tree.N, last.N)
	}
	proof, err := tlog.ProveTree(last.N, tree.N, l.hashes)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	if err := tlog.CheckTree(proof, last.N, last.Hash, tree.N, tree.Hash); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return tree.N, nil
}

// Proofs demands that every proof in proofs/ proves the line that it is named for.
func (l *log) proofs(folder string, last tlog.Tree) (int, error) {
	folder = filepath.Join(folder, "proofs")
	files, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		if err := l.proof(filepath.Join(folder, file.Name()), last); err != nil {
			return 0, fmt.Errorf("proofs/%s: %w", file.Name(), err)
		}
	}
	return len(files), nil
}

// Proof reads a C2SP tlog-proof: the index, the hashes upwards, an empty line, the signed head.
func (l *log) proof(file string, last tlog.Tree) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	end := bytes.Index(text, []byte("\n\n"))
	if end < 0 {
		return errors.New("a proof without a head")
	}
	lines := strings.Split(string(text[:end]), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	if index < 0 || index >= l.size || filepath.Base(file) != fmt.Sprintf("%d.tlog-proof", index) {
		return fmt.Errorf("the proof of line %d", index)
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	tree, err := l.open(text[end+2:], file)
	if err != nil {
		return err
	}
	if tree != last {
		return errors.New("under another head")
	}
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(l.lines[index]))
}
