//! Each refusal of a witness, and of the commands on the council's side: what happened, and what to do.

use std::fs;

use harness::{AUDITOR, WITNESS};

use super::Two;
use crate::desk::text;
use crate::messages::Lapses;

#[test]
fn what_a_witness_does_not_do_is_said_with_what_to_do() {
    let (two, mut lapses) = (Two::acquainted(), Lapses::default());
    let request = two.request("good", &[]);
    two.sign(&request, "signed").done();
    let none = text(&two.elsewhere.path("none"));
    let no_key = two.elsewhere.file("out/no-key", b"x\n");
    let no_keys = two.elsewhere.file("out/no-keys", b"\n");
    let folder = two.elsewhere.out("");
    for (what, words, status) in [
        ("founding twice", &["found", "another"][..], 2),
        ("a blank in a name", &["found", "a b"], 2),
        ("no witness", &["list", "--folder", &none], 6),
        ("no head of it", &["head", "another/log"], 6),
        ("no key", &["trust", &no_key], 2),
        ("no keys", &["trust", &no_keys], 2),
        ("a folder of keys", &["trust", &folder], 11),
    ] {
        lapses.look(what, &two.witness(words), status);
    }
    let missing = two.elsewhere.out("none");
    for (what, request, answer, status) in [
        ("no such request", &missing, "a", 11),
        ("the answer exists", &request, "signed", 2),
        ("no folder for it", &request, "none/a", 11),
    ] {
        lapses.look(what, &two.sign(request, answer), status);
    }
    let damaged = two.elsewhere.path("state/witness/key");
    fs::write(damaged, "PRIVATE+KEY+").expect("writable");
    lapses.look("a damaged key", &two.sign(&request, "c"), 10);
}

#[test]
fn a_request_that_cannot_be_meant_is_refused_by_its_fault() {
    let (two, mut lapses) = (Two::acquainted(), Lapses::default());
    let request = two.request("good", &[]);
    let good = fs::read_to_string(&request).expect("a request");
    let (dash, other_dash) = ("\n\u{2014} ", "\n\u{2014} x");
    for (what, text, status) in [
        ("an empty request", String::new(), 2),
        ("a cut one", good[..good.len() / 2].to_owned(), 2),
        ("a long one", good.repeat(3000), 2),
        ("a bad number", good.replacen("old 0", "old x", 1), 2),
        ("a bad head", good.replacen("/vault/", " vault ", 1), 2),
        ("another log", good.replace("/vault/", "/safe/"), 6),
        ("a bad signature", good.replace(dash, other_dash), 6),
    ] {
        let file = two.elsewhere.file("out/bad", text.as_bytes());
        lapses.look(what, &two.sign(&file, "b"), status);
        assert!(!two.elsewhere.path("out/b").exists(), "{what}");
    }
}

#[test]
fn what_the_council_s_side_does_not_do_is_said_with_what_to_do() {
    let (two, mut lapses) = (Two::acquainted(), Lapses::default());
    let key = two.witness(&["list", "--json"]).json()["vkey"].clone();
    let key = key.as_str().expect("a key").to_owned();
    for (what, words, status) in [
        ("not a key", ["add", "x"], 2),
        ("named already", ["add", &key], 2),
        ("nobody to drop", ["drop", "another"], 6),
    ] {
        lapses.look(what, &two.by_provider(&words), status);
    }
    let drop = ["log", "witness", "drop", WITNESS];
    lapses.look("by the auditor", &two.council.by(AUDITOR, &drop), 7);
    let out = two.council.out("asked");
    for (what, words, status) in [
        ("nobody to ask", &["another", &out][..], 6),
        ("beyond the log", &["--old", "9999", WITNESS, &out], 9),
    ] {
        let asked = two
            .council
            .run(&[&["log", "witness", "request"], words].concat());
        lapses.look(what, &asked, status);
    }
    assert!(!two.council.path("out/asked").exists());
    two.request("asked", &[]);
    let again = ["log", "witness", "request", WITNESS, &out];
    lapses.look("the request exists", &two.council.run(&again), 2);
    let request = fs::read_to_string(&out).expect("a request");
    for (name, text, status) in [
        ("empty", "", 2),
        ("words", "no\n", 2),
        ("request", &request, 2),
        ("a number beyond the log", "9999\n", 9),
    ] {
        fs::write(two.elsewhere.out(name), text).expect("room");
        lapses.look(name, &two.take(name), status);
    }
    let own = two.council.run(&["log", "checkpoint"]).done().stdout;
    let own = String::from_utf8(own).expect("text");
    let foreign = own.replace("/vault/", "/safe/");
    for (what, head) in [
        ("nobody's head", &own[..]),
        ("another log's head", &foreign),
        ("no head at all", "x\n"),
    ] {
        let file = two.council.file("out/compared", head.as_bytes());
        let verify = ["log", "verify", "--witness", &file];
        lapses.look(what, &two.council.run(&verify), 2);
    }
}
