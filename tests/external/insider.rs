//! What whoever exported can do: their key signs the head, and whatever records are theirs. The
//! records of the others hold what came before them.

use crate::export::Export;
use crate::forger::Forger;
use crate::forgery::{Forgery, with_other_session};
use crate::stage::Stage;

/// Each way of changing an export and signing it anew.
pub(crate) const INSIDERS: [Forgery; 5] = [
    ("a record of their own written anew", own_record_rewritten),
    ("a refusal turned into a success", refusal_rewritten),
    ("a refusal left out", refusal_left_out),
    (
        "a refusal left out, and the chain mended",
        refusal_left_out_and_chain_mended,
    ),
    ("another vault's record spliced in", spliced),
];

/// Each way of passing off words and keys for those of the log.
pub(crate) const IMPOSTORS: [Forgery; 9] = [
    ("a word changed", word_changed),
    ("the words of another record", words_moved),
    ("a word more", word_added),
    ("a word less", word_left_out),
    ("a record by somebody unknown", record_by_stranger),
    ("a record that nobody signed", record_by_nobody),
    (
        "a head signed by a key that no record gives",
        head_by_stranger,
    ),
    ("a key that signed nothing", key_added),
    ("another's key for a member", member_replaced),
];

fn own_record_rewritten(export: &mut Export, stage: &Stage) {
    let provider = &stage.provider;
    let mut lines = export.lines();
    let own = lines
        .iter()
        .rposition(|line| provider.made(line) && line.contains("\"secret.create\""));
    let own = &mut lines[own.expect("a record")];
    *own = with_other_session(own);
    export.set_lines(&lines);
    provider.chain(export);
    provider.sign_head(export);
}

fn refusal_rewritten(export: &mut Export, stage: &Stage) {
    let mut lines = export.lines();
    let refusal = refusal(&lines);
    lines[refusal] = lines[refusal].replace("\"denied\"", "\"ok\"");
    export.set_lines(&lines);
    stage.provider.chain(export);
    stage.provider.sign_head(export);
}

fn refusal_left_out(export: &mut Export, stage: &Stage) {
    let mut lines = export.lines();
    lines.remove(refusal(&lines));
    export.set_lines(&lines);
    export.put("details.jsonl", String::new());
    stage.provider.sign_head(export);
}

fn refusal_left_out_and_chain_mended(export: &mut Export, stage: &Stage) {
    refusal_left_out(export, stage);
    stage.provider.chain(export);
    stage.provider.sign_head(export);
}

fn spliced(export: &mut Export, stage: &Stage) {
    let mut lines = export.lines();
    lines[2] = stage.young.lines().remove(2);
    export.set_lines(&lines);
    stage.provider.chain(export);
    stage.provider.sign_head(export);
}

/// The clerk's.
fn refusal(lines: &[String]) -> usize {
    let refused = |line: &String| line.contains("\"secret.reveal\",\"outcome\":\"denied\"");
    lines.iter().position(refused).expect("a refusal")
}

fn word_changed(export: &mut Export, _: &Stage) {
    let words = export.text("details.jsonl");
    let changed = words.replacen("Website", "Webside", 1);
    export.put("details.jsonl", changed);
}

fn words_moved(export: &mut Export, _: &Stage) {
    let mut rows: Vec<&str> = export.text("details.jsonl").lines().collect();
    let last = rows.pop().expect("a row");
    let (words, _) = last.rsplit_once("\"seq\":").expect("a member");
    let (_, seq) = rows[0].rsplit_once("\"seq\":").expect("a member");
    let moved = format!("{words}\"seq\":{seq}\n");
    export.put("details.jsonl", moved);
}

fn word_added(export: &mut Export, _: &Stage) {
    let words = export.text("details.jsonl");
    let more = words.replacen(
        "{\"details\":{",
        "{\"details\":{\"also\":[\"AAAA\",\"this\"],",
        1,
    );
    export.put("details.jsonl", more);
}

fn word_left_out(export: &mut Export, _: &Stage) {
    let words = export.text("details.jsonl");
    let (before, rest) = words.split_once("\"field\":[").expect("a field");
    let (_, after) = rest.split_once("],").expect("another word");
    let less = format!("{before}{after}");
    export.put("details.jsonl", less);
}

fn record_by_stranger(export: &mut Export, stage: &Stage) {
    insert(export, stage, |line| {
        line.replace("\"actor\":\"person:", "\"actor\":\"person:f")
    });
}

fn record_by_nobody(export: &mut Export, stage: &Stage) {
    insert(export, stage, |line| {
        let (before, actor) = line.split_once("\"actor\":\"person:").expect("an actor");
        let (_, after) = actor.split_once('"').expect("its end");
        let (body, _) = after.split_once(",\"sig\"").expect("a signature");
        format!("{before}\"actor\":\"nobody\"{body}}}")
    });
}

/// Before the last record, which whoever exported made: nobody else signed anything after it.
fn insert(export: &mut Export, stage: &Stage, made: impl FnOnce(&str) -> String) {
    let mut lines = export.lines();
    let last = lines.len() - 1;
    lines.insert(last, made(&lines[last]));
    export.set_lines(&lines);
    stage.provider.chain(export);
    stage.provider.sign_head(export);
}

fn head_by_stranger(export: &mut Export, _: &Stage) {
    Forger::stranger().sign_head(export);
}

fn key_added(export: &mut Export, _: &Stage) {
    let key = Forger::stranger().vkey(export);
    let keys = format!("{}{key}\n", export.text("log.vkeys"));
    export.put("log.vkeys", keys);
}

fn member_replaced(export: &mut Export, stage: &Stage) {
    let own = stage.provider.vkey(export).to_string();
    let strange = Forger::stranger().vkey(export).to_string();
    let members = export.text("members.vkeys").replace(&own, &strange);
    export.put("members.vkeys", members);
}
