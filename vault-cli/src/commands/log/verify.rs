//! `coffer log verify`: whether the log, and the rest of the file, is what it must be.

mod told;

use std::path::Path;

use serde_json::{Value, json};
use vault_core::audit::anchor::Anchor;
use vault_core::audit::pins::Pins;
use vault_core::error::{Error, StoreError};
use vault_core::id::RecordSeq;
use vault_core::time::Clock;
use vault_core::vault::verify::{self, Depth, Progress, Report, Request, State};

use crate::args::VerifyArgs;
use crate::clock::SystemClock;
use crate::commands::log::vouched;
use crate::commands::{Context, witness};
use crate::exit::ExitStatus;
use crate::failure::{self, Failure, flaw, not_an_anchor};
use crate::outcome::{Data, Json, Outcome};
use crate::output::grouped;

/// How many records make a log so long that a person is told how far it is.
const LONG: u64 = 20_000;

/// The longest text in which pins are looked for, in bytes.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// Checks the log. A bad record or row is an answer and not a fault: programs are told which.
pub(super) fn run(args: &VerifyArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let request = request(args, context)?;
    let head = args.witness.as_deref().map(vouched::head_in).transpose()?;
    context.tell_of_unsettled(failure::left_as_it_is)?;
    context.progress("checking the access log...")?;
    let report = match verified(&request, context)? {
        Ok(report) => report,
        Err(Error::Store(StoreError::Log(bad))) if context.global.json => {
            let found = json!({ "record": bad.seq.get(), "flaw": flaw(&bad) });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) if context.global.json => {
            let found = json!({ "row": row.to_string(), "flaw": ROW });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) => return Err(Failure::State(row)),
        Err(error) => return Err(error.into()),
    };
    let Some(head) = head else {
        let record = recorded(args, &report, context)?;
        return Ok(told::outcome(&report, record));
    };
    let path = context.config.vault.clone();
    match vouched::with_head(&head, &path, &report) {
        Ok(told) => {
            let record = recorded(args, &report, context)?;
            Ok(told.add_to(told::outcome(&report, record)))
        }
        Err(failure) => match vouched::refused(&failure) {
            Some(found) if context.global.json => Ok(not_verified(found)),
            _ => Err(failure),
        },
    }
}

/// Puts a verification on record where that is wanted and nothing was found wrong.
fn recorded(
    args: &VerifyArgs,
    report: &Report,
    context: &mut Context<'_>,
) -> Result<Option<RecordSeq>, Failure> {
    let wanted = args.record && report.is_the_one();
    wanted.then(|| put_on_record(report, context)).transpose()
}

fn request(args: &VerifyArgs, context: &Context<'_>) -> Result<Request, Failure> {
    let anchors = args.anchors.iter().map(|text| text.parse::<Anchor>());
    let anchors = anchors.collect::<Result<_, _>>().map_err(not_an_anchor)?;
    let pins = args.pins.iter().map(|path| pins_in(path));
    let depth = match (args.quick, args.since_last) {
        (true, _) => Depth::Quick,
        (false, true) => Depth::SinceLast,
        (false, false) => Depth::Full,
    };
    let state = if args.state {
        State::Checked
    } else {
        State::Unchecked
    };
    Ok(Request {
        depth,
        state,
        memory: context.config.state.clone(),
        anchors,
        pins: pins.collect::<Result<_, _>>()?,
        now: Some(SystemClock.now()),
        ..Request::default()
    })
}

/// The pins that stand in the text at `path`.
fn pins_in(path: &Path) -> Result<Pins, Failure> {
    let text = witness::read(path, LONGEST_TEXT, "the text with the pins")?;
    Pins::find(&String::from_utf8_lossy(&text)).map_err(|_| {
        Failure::usage(
            format!(
                "no pins stand in {}, so nothing was checked",
                path.display()
            ),
            "it has to hold the four lines Log, Records, First record and Keys, each once, that \
             coffer log checkpoint --minutes printed",
        )
    })
}

/// Verifies, and tells a person who waits at a terminal how far it is: each tenth of a long log.
fn verified(
    request: &Request,
    context: &mut Context<'_>,
) -> Result<Result<Report, Error>, Failure> {
    let path = context.config.vault.clone();
    let (mut tenths, mut told) = (0, Ok(()));
    let found = verify::verify_telling(&path, request, &mut |Progress { done, of }| {
        let now = done.saturating_mul(10) / of.max(1);
        if of > LONG && now > tenths && told.is_ok() {
            tenths = now;
            let text = format!("{} of {} records", grouped(done), grouped(of));
            told = context.progress(&text);
        }
    });
    told.map(|()| found)
}

/// Has the person say who they are, and puts on record that they checked the log.
fn put_on_record(report: &Report, context: &mut Context<'_>) -> Result<RecordSeq, Failure> {
    context.tell("the access log verifies; now that is put on record for you")?;
    let mut vault = context.vault()?;
    Ok(context.unlock(&mut vault)?.record_verification(report)?)
}

/// What is wrong with a row that is not what the log says.
const ROW: &str = "it is not what the log says it is";

/// What programs are told of the first thing that is not as it should be.
fn not_verified(mut found: Value) -> Outcome {
    found["schema"] = "coffer.verify/1".into();
    found["ok"] = false.into();
    Outcome::read(Data::Nothing, Json::Value(found)).status(ExitStatus::LogBroken)
}
