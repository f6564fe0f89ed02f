//! `import`: a dry run first, and nothing lost.

use std::fs;
use std::path::Path;

use harness::PROVIDER;

use crate::desk::{Desk, skip, text};
use crate::ran::Ran;

/// Exports that are read, in `../shared/samples`.
const SAMPLES: [&str; 2] = ["bitwarden/bitwarden_export.json", "lastpass/lastpass.csv"];

fn import(desk: &Desk, file: &str, more: &[&str]) -> Ran {
    desk.by(PROVIDER, &[&["import", file, "--json"], more].concat())
}

fn number(value: &serde_json::Value, name: &str) -> u64 {
    value[name]
        .as_u64()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[test]
fn a_dry_run_changes_nothing_and_a_second_import_doubles_nothing() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let samples = repository.expect("the workspace").join("../shared/samples");
    for sample in SAMPLES {
        let Ok(bytes) = fs::read(samples.join(sample)) else {
            skip(
                1,
                &format!("sample, {sample}: there is no ../shared/samples"),
            );
            continue;
        };
        let desk = Desk::at_work();
        let file = desk.file("out/export", &bytes);
        let entries = || {
            let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
            listed["entries"].as_array().expect("entries").len() as u64
        };
        let before = entries();
        let into = ["--collection", "Services"];
        let dry = import(&desk, &file, &into);
        let planned = dry.json();
        assert_eq!(planned["schema"], "coffer.import/1");
        assert_eq!(planned["applied"], false);
        assert_eq!(entries(), before, "{sample}: a dry run is dry");
        import(&desk, &file, &["--apply"]).refused(2);
        let applied = import(&desk, &file, &[&into[..], &["--apply"]].concat());
        assert_eq!(applied.status, dry.status, "{applied:?}");
        let told = applied.json();
        let new = number(&told, "new");
        assert!(new > 0, "{sample}");
        assert_eq!(new, number(&planned, "new"));
        assert_eq!(entries(), before + new);
        let again = import(&desk, &file, &[&into[..], &["--apply"]].concat()).json();
        assert_eq!(number(&again, "new"), 0, "{sample}");
        assert_eq!(entries(), before + new);
        let rows = number(&told, "rows");
        let skipped = told["skipped"].as_array().expect("the skipped").len() as u64;
        assert_eq!(rows, new + number(&told, "already_there") + skipped);
        let lossless = if skipped == 0 { 0 } else { 13 };
        assert_eq!(applied.status, Some(lossless));
        desk.run(&["log", "verify"]).done();
    }
}

#[test]
fn what_is_no_export_is_refused_before_anything_is_done() {
    let desk = Desk::at_work();
    let nested = "[".repeat(100_000);
    let cases: [(&str, &[u8], i32); 5] = [
        ("empty", b"", 2),
        ("prose", b"Dear council,\nplease find attached\n", 2),
        ("nested", nested.as_bytes(), 2),
        ("bytes", &[0xff; 4096], 2),
        (
            "locked",
            br#"{"encrypted":true,"passwordProtected":true,"data":"x"}"#,
            2,
        ),
    ];
    for (name, bytes, status) in cases {
        let file = desk.file(&format!("out/{name}"), bytes);
        import(&desk, &file, &["--collection", "Services"]).refused(status);
    }
    let missing = text(&desk.path("out/missing"));
    import(&desk, &missing, &["--collection", "Services"]).refused(11);
    let file = desk.file("out/small.csv", b"url,username,password,totp,extra,name,grouping,fav\nhttps://example.org,a,canary-pass,,,Small,,0\n");
    import(&desk, &file, &["--collection", "No such"]).refused(6);
    let ran = import(&desk, &file, &["--collection", "Services"]).done();
    assert!(!ran.stderr.contains("canary-pass"));
    assert!(!String::from_utf8_lossy(&ran.stdout).contains("canary-pass"));
}

#[test]
fn a_script_is_told_why_a_row_is_left_out_by_a_stable_name() {
    let desk = Desk::at_work();
    let export = b"url,username,password,extra,name,grouping\nhttps://example.org,a,b\n,,,,,\n";
    let file = desk.file("out/export.csv", export);
    let told = import(&desk, &file, &["--collection", "Services"]).ends(13);
    let skipped = told.json()["skipped"].clone();
    assert_eq!(skipped[0]["reason"], "ragged");
    assert_eq!(
        skipped[0]["detail"],
        "the row has 3 cells where the header has 6"
    );
    assert_eq!(skipped[1]["reason"], "blank");
}
