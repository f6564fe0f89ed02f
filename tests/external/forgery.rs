//! What every checker finds: whatever anybody can do to an export without a key, however well it is
//! done, and heads that contradict each other, whoever signed them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::export::Export;
use crate::forger::{Forger, chain, lead};
use crate::stage::Stage;

/// A way of changing an export, and what it is.
pub(crate) type Forgery = (&'static str, fn(&mut Export, &Stage));

/// Each that every checker finds.
pub(crate) const FORGERIES: [Forgery; 25] = [
    ("one byte changed in a line", byte_changed),
    (
        "one byte changed in a line, and the chain mended",
        chain_mended,
    ),
    ("the tail cut", tail_cut),
    (
        "the tail cut, and the size edited",
        tail_cut_and_size_edited,
    ),
    ("the tail cut within a line", tail_cut_within_a_line),
    ("the middle cut", middle_cut),
    (
        "the middle cut, and other heads and proofs left out",
        middle_cut_alone,
    ),
    ("two lines swapped", lines_swapped),
    ("a line added", line_added),
    (
        "a line added, and the size edited",
        line_added_and_size_edited,
    ),
    ("half a line added", half_line_added),
    ("the size edited", size_edited),
    ("the size edited in a head before", earlier_size_edited),
    ("a head before put for another", earlier_head_renamed),
    (
        "a record and its leaf hash changed together",
        leaf_hash_changed,
    ),
    ("another vault's record spliced in", spliced),
    (
        "another vault's record spliced in, with its leaf hash",
        spliced_with_leaf_hash,
    ),
    ("the signature of a head before", stale_signature),
    ("heads signed by an unknown key", signed_by_stranger),
    ("a hash changed in a proof", proof_changed),
    ("a proof put for another line's", proof_renamed),
    ("another head put into a proof", proof_with_other_head),
    ("a head that was signed over other lines", forked_last_head),
    (
        "a head before that was signed over other lines",
        forked_head,
    ),
    (
        "a proof under a head that was signed over other lines",
        forked_proof,
    ),
];

fn byte_changed(export: &mut Export, _: &Stage) {
    edit(export, |lines| {
        let line = lines.len() / 2;
        lines[line] = with_other_session(&lines[line]);
    });
}

fn chain_mended(export: &mut Export, stage: &Stage) {
    byte_changed(export, stage);
    chain(export);
}

fn tail_cut(export: &mut Export, _: &Stage) {
    edit(export, |lines| drop(lines.pop()));
}

fn tail_cut_and_size_edited(export: &mut Export, stage: &Stage) {
    tail_cut(export, stage);
    resize(export, "checkpoint", |size| size - 1);
}

fn tail_cut_within_a_line(export: &mut Export, _: &Stage) {
    let text = export.text("entries.jsonl");
    let text = text[..text.len() - 2].to_owned();
    export.put("entries.jsonl", text);
}

fn middle_cut(export: &mut Export, _: &Stage) {
    edit(export, |lines| {
        let middle = lines.len() / 2;
        lines.drain(middle..middle + 2);
    });
}

fn middle_cut_alone(export: &mut Export, stage: &Stage) {
    middle_cut(export, stage);
    leave_head_alone(export);
}

fn lines_swapped(export: &mut Export, _: &Stage) {
    edit(export, |lines| {
        let middle = lines.len() / 2;
        lines.swap(middle, middle + 1);
    });
}

/// It follows the last one in every member.
fn line_added(export: &mut Export, _: &Stage) {
    edit(export, |lines| lines.push(lines[lines.len() - 1].clone()));
    chain(export);
}

fn line_added_and_size_edited(export: &mut Export, stage: &Stage) {
    line_added(export, stage);
    resize(export, "checkpoint", |size| size + 1);
}

fn half_line_added(export: &mut Export, _: &Stage) {
    let text = format!("{}{{\"v\":1,", export.text("entries.jsonl"));
    export.put("entries.jsonl", text);
}

fn size_edited(export: &mut Export, _: &Stage) {
    resize(export, "checkpoint", |size| size + 1);
}

fn earlier_size_edited(export: &mut Export, _: &Stage) {
    let (name, size) = earlier_head(export);
    resize(export, &name, |size| size - 1);
    rename(export, &name, size - 1);
}

fn earlier_head_renamed(export: &mut Export, _: &Stage) {
    let (name, size) = earlier_head(export);
    rename(export, &name, size - 1);
}

/// Everything that can be computed is: only the signatures are those of other bytes.
fn leaf_hash_changed(export: &mut Export, stage: &Stage) {
    chain_mended(export, stage);
    lead(export);
}

fn spliced(export: &mut Export, stage: &Stage) {
    edit(export, |lines| lines[2] = stage.young.lines().remove(2));
}

fn spliced_with_leaf_hash(export: &mut Export, stage: &Stage) {
    spliced(export, stage);
    chain(export);
    lead(export);
}

pub(crate) fn stale_signature(export: &mut Export, _: &Stage) {
    let (earlier, _) = earlier_head(export);
    let (_, signature) = parts(export.text(&earlier));
    let (text, _) = parts(export.head());
    let head = format!("{text}\n\n{signature}");
    export.put("checkpoint", head);
    lead(export);
}

/// Their key is not in `log.vkeys`.
fn signed_by_stranger(export: &mut Export, stage: &Stage) {
    let keys = export.text("log.vkeys").to_owned();
    byte_changed(export, stage);
    Forger::stranger().sign_head(export);
    export.put("log.vkeys", keys);
}

fn proof_changed(export: &mut Export, _: &Stage) {
    let name = &export.within("proofs/")[7];
    let mut proof: Vec<String> = export.text(name).lines().map(str::to_owned).collect();
    proof[3] = BASE64_STANDARD.encode([7; 32]);
    export.put(name, proof.join("\n") + "\n");
}

fn proof_renamed(export: &mut Export, _: &Stage) {
    let proof = export.text("proofs/0.tlog-proof").to_owned();
    export.put("proofs/1.tlog-proof", proof);
}

fn proof_with_other_head(export: &mut Export, stage: &Stage) {
    let name = "proofs/0.tlog-proof";
    let fork = forked(export, stage);
    let proof = export.text(name).replace(export.head(), fork.head());
    export.put(name, proof);
}

fn forked_last_head(export: &mut Export, stage: &Stage) {
    let fork = forked(export, stage);
    leave_head_alone(export);
    for name in ["checkpoint", "log.vkeys"] {
        export.put(name, fork.text(name).to_owned());
    }
}

fn forked_head(export: &mut Export, stage: &Stage) {
    let fork = forked(&stage.earlier, stage);
    let name = format!("checkpoints/{}", fork.lines().len());
    export.put(&name, fork.head().to_owned());
}

/// The line is what it was, and it is under that head too.
fn forked_proof(export: &mut Export, stage: &Stage) {
    let name = "proofs/0.tlog-proof";
    let fork = forked(&stage.export, stage);
    export.put(name, fork.text(name).to_owned());
}

/// The provider's other story, as far as their key makes one.
pub(crate) fn forked(export: &Export, stage: &Stage) -> Export {
    let mut fork = export.clone();
    byte_changed(&mut fork, stage);
    stage.provider.chain(&mut fork);
    stage.provider.sign_head(&mut fork);
    fork
}

fn leave_head_alone(export: &mut Export) {
    for name in [export.within("checkpoints/"), export.within("proofs/")].concat() {
        export.remove(&name);
    }
}

fn edit(export: &mut Export, change: impl FnOnce(&mut Vec<String>)) {
    let mut lines = export.lines();
    change(&mut lines);
    export.set_lines(&lines);
}

/// Another digit in the id of the session: a record that is as good as any.
pub(crate) fn with_other_session(line: &str) -> String {
    let (before, session) = line.split_once("\"session\":\"").expect("a member");
    let digit = if session.starts_with('0') { "1" } else { "0" };
    format!("{before}\"session\":\"{digit}{}", &session[1..])
}

/// A head's text without its last line break, and its signatures.
fn parts(note: &str) -> (&str, &str) {
    note.split_once("\n\n").expect("a head")
}

fn resize(export: &mut Export, name: &str, size: impl FnOnce(u64) -> u64) {
    let mut head: Vec<String> = export.text(name).split('\n').map(str::to_owned).collect();
    head[1] = size(head[1].parse().expect("a size")).to_string();
    export.put(name, head.join("\n"));
}

fn rename(export: &mut Export, name: &str, size: u64) {
    let head = export.text(name).to_owned();
    export.remove(name);
    export.put(&format!("checkpoints/{size}"), head);
}

/// A head before the last, and with no other right before it.
fn earlier_head(export: &Export) -> (String, u64) {
    let names = export.within("checkpoints/");
    let sizes = names.iter().map(|name| {
        let (_, size) = name.split_once('/').expect("a folder");
        size.parse::<u64>().expect("a size")
    });
    let alone = |size: &u64| !names.contains(&format!("checkpoints/{}", size - 1));
    let before = |size: &u64| *size < export.lines().len() as u64 && alone(size);
    let size = sizes.filter(before).max().expect("a head");
    (format!("checkpoints/{size}"), size)
}
