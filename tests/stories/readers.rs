//! One log, one judgement: whoever reads it, for whatever purpose, finds it as good as `log verify`
//! does.

use harness::{AUDITOR, CLERK, Council};
use vault_core::error::Error;
use vault_core::time::Timestamp;
use vault_core::vault::export::LogExport;
use vault_core::vault::extract::Extract;
use vault_core::vault::reports::About;
use vault_core::vault::verify::{Depth, Request, State, verify};
use vault_core::vault::{Session, Surroundings, Vault};

/// Has everybody read the council's log; each of them must find it good.
pub(crate) fn everybody_reads(council: &Council) {
    in_clear(council);
    council.unlocked(AUDITOR, |s| {
        s.log()?;
        s.incidents()?;
        for about in [
            About::Accesses(None),
            About::Custody,
            About::Envelopes,
            About::Incidents,
            About::Person(CLERK),
        ] {
            s.report(about)?;
        }
        s.export_log("a folder", every_record)?;
        extracted(s)
    });
}

fn in_clear(council: &Council) {
    let path = council.path();
    for depth in [Depth::Full, Depth::Quick] {
        verify(&path, depth).unwrap_or_else(|error| panic!("{depth:?}: {error:?}"));
    }
    verify(&path, State::Checked).expect("the rows are the log's");
    let memory = tempfile::tempdir().expect("a folder");
    for depth in [Depth::Full, Depth::SinceLast] {
        let request = Request {
            depth,
            memory: Some(memory.path().to_owned()),
            ..Request::default()
        };
        verify(&path, request).unwrap_or_else(|error| panic!("{depth:?}: {error:?}"));
    }
    // Once by what the log says, and once by what this machine remembers of it.
    for _ in 0..2 {
        let surroundings = Surroundings {
            state: Some(memory.path().to_owned()),
            ..council.surroundings()
        };
        let mut vault = Vault::open(&path, surroundings).expect("the vault opens");
        vault.status().expect("a status");
        vault.minutes().expect("minutes");
        vault.sample(3, "heron", None).expect("a sample");
    }
}

fn extracted(session: &mut Session<'_>) -> Result<(), Error> {
    let all = Extract::default;
    for asked in [
        Extract {
            person: Some(CLERK),
            ..all()
        },
        Extract {
            entry: Some("Website"),
            ..all()
        },
        Extract {
            from: Some(Timestamp::EPOCH),
            ..all()
        },
    ] {
        session.extract_log("a folder", "what was asked for", &asked, every_record)?;
    }
    Ok(())
}

fn every_record(export: &mut LogExport<'_>) -> Result<(), Error> {
    export.records(|_| Ok::<_, Error>(())).map(drop)
}
