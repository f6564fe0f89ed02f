//! `coffer envelope sheet`: a holder's twenty words, onto paper and nowhere else.

mod frame;
mod read_back;

use std::path::Path;

use vault_core::emergency::Holder;
use vault_core::secret::SecretString;
use vault_core::vault::issue::{DraftSheet, IssuedSheet, ReadBack};
use vault_core::vault::{Session, typing};

use self::frame::Typed;
use self::read_back::Heard;
use crate::args::SheetArgs;
use crate::commands::{Context, remove_unless_uncertain};
use crate::exit::ExitStatus;
use crate::faces::paper::{Form, Sheet, Size};
use crate::failure::Failure;
use crate::files::{FileError, PrivateFile, share_folder};
use crate::outcome::{Data, Json, Outcome};

/// What the specimen's number is. Numbers of sheets begin with 1.
const SPECIMEN: &str = "SPECIMEN-0000";

/// How the page comes into the envelope.
const fn how_to_print(form: Form) -> &'static str {
    match form {
        Form::Text => "print it, and cut off the end, which belongs on the outside of the envelope",
        Form::Html | Form::Pdf => {
            "print it on one side of the paper: the last page is for the outside of the envelope, \
             the others are for its inside"
        }
    }
}

/// Makes the sheet. It is durable in its file, and read back from the print, before it stands in the
/// log: there is no sheet whose words nobody has.
pub(super) fn run(args: &SheetArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (form, out) = form_and_file(args);
    if share_folder(out, &context.config.vault) {
        return Err(Failure::usage(
            "a sheet does not belong into the folder of the vault file",
            "write it to another folder: together they would open the vault",
        ));
    }
    let typed = Typed::of(args)?;
    let size = if args.large { Size::Large } else { Size::Usual };
    let file = PrivateFile::create(out).map_err(|why| not_written(out, why))?;
    let page = Page {
        form,
        size,
        out,
        file,
    };
    match &args.holder {
        Some(holder) if !args.specimen => issue(holder, page, typed, context),
        _ => specimen(page, typed, args, context),
    }
}

/// The file that a sheet is written to, and how.
struct Page<'a> {
    form: Form,
    size: Size,
    out: &'a Path,
    file: PrivateFile,
}

impl Page<'_> {
    fn write(self, sheet: &Sheet<'_>) -> Result<(), Failure> {
        let set = sheet.render(self.form, self.size);
        let written = self.file.finish(set.expose());
        written.map_err(|why| not_written(self.out, why))
    }
}

/// Clap demands one of them and takes no two.
fn form_and_file(args: &SheetArgs) -> (Form, &Path) {
    match (&args.text, &args.html, &args.pdf) {
        (Some(out), ..) => (Form::Text, out),
        (_, Some(out), _) => (Form::Html, out),
        (.., out) => (Form::Pdf, out.as_deref().unwrap_or(Path::new(""))),
    }
}

fn not_written(out: &Path, error: FileError) -> Failure {
    Failure::File {
        path: out.to_owned(),
        error,
    }
}

fn issue(
    holder: &str,
    page: Page<'_>,
    typed: Typed,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let (form, out) = (page.form, page.out);
    let mut vault = context.vault()?;
    let mut frame = typed.on(&vault, context);
    let mut session = context.unlock(&mut vault)?;
    let draft = session.draft_sheet(holder)?;
    frame.others = frame::in_words(&draft.others);
    let sheet = Sheet {
        serial: draft.serial.as_str(),
        holder: &draft.holder_name,
        is_place: matches!(draft.holder, Holder::Place(_)),
        frame: &frame,
        words: &draft.words,
        is_specimen: false,
    };
    page.write(&sheet)?;
    let whole = sheet.is_whole(form);
    let heard = ask(&draft, (form, out), context).inspect_err(|_| remove(out))?;
    let read_back = match heard {
        Heard::Right => ReadBack::Done,
        Heard::Nothing => ReadBack::Skipped,
        Heard::Wrong => return given_up(&mut session, draft, out),
    };
    let issued = match session.record_sheet(draft, read_back) {
        Ok(issued) => issued,
        Err(error) => {
            // A page of words that no record names is worth nothing.
            remove_unless_uncertain(out, &error);
            return Err(error.into());
        }
    };
    let outcome = made(&issued, out, read_back);
    let outcome = about_the_page(outcome, form, whole);
    Ok(put_away(outcome, (form, out), read_back, context))
}

/// Removes a page whose words are of no use. Where that fails too, they still open nothing.
fn remove(out: &Path) {
    drop(std::fs::remove_file(out));
}

fn ask(
    draft: &DraftSheet,
    (form, out): (Form, &Path),
    context: &mut Context<'_>,
) -> Result<Heard, Failure> {
    if context.global.no_input {
        return Ok(Heard::Nothing);
    }
    context.tell(&format!(
        "sheet {} for {} is in {}, and does not count yet",
        draft.serial,
        draft.holder_name,
        out.display()
    ))?;
    context.tell(how_to_print(form))?;
    context.tell(
        "then read three words back from the print, four letters of each are enough; Ctrl-C gives \
         the sheet up",
    )?;
    Heard::from(&draft.words, context)
}

/// Nothing was made, and that is on record.
fn given_up(session: &mut Session<'_>, draft: DraftSheet, out: &Path) -> Result<Outcome, Failure> {
    remove(out);
    let serial = draft.serial.clone();
    let record = session.reject_sheet(draft)?;
    let said = format!(
        "the words that were read back are not those of the sheet: {serial} was not made, and {} \
         is removed",
        out.display()
    );
    let outcome = Outcome::done(&serial, record, said).status(ExitStatus::Found);
    Ok(outcome.remark("next: destroy what was printed, and make the holder's sheet again"))
}

fn made(issued: &IssuedSheet, out: &Path, read_back: ReadBack) -> Outcome {
    let (serial, name) = (&issued.serial, &issued.holder_name);
    let made = format!("made sheet {serial} for {name}, in {}", out.display());
    let outcome = Outcome::done(serial, issued.record, made);
    match read_back {
        ReadBack::Done => outcome.remark("three words were read back and are right"),
        ReadBack::Skipped => outcome.remark(
            "the words were not read back, and the record says so: compare the print with the \
             file yourself",
        ),
    }
}

/// What should be known before the page is sealed in.
fn about_the_page(outcome: Outcome, form: Form, whole: bool) -> Outcome {
    if whole || form != Form::Pdf {
        return outcome;
    }
    outcome.remark(
        "some letters cannot be printed in a PDF and stand without their marks or as ?: --html has \
         them all",
    )
}

/// Offers to remove the file once it is printed, and says what comes next.
fn put_away(
    outcome: Outcome,
    (form, out): (Form, &Path),
    read_back: ReadBack,
    context: &mut Context<'_>,
) -> Outcome {
    let next = "when every holder has a sheet, `coffer envelope seal`";
    if read_back == ReadBack::Done && is_removed(out, context) {
        return outcome
            .remark(format!("{} is removed", out.display()))
            .remark(format!(
                "next: put the print into an envelope with its number outside; {next}"
            ));
    }
    let print = how_to_print(form);
    outcome.remark(format!("next: {print}; delete the file; {next}"))
}

/// Whether somebody had the file removed. The sheet stands, however the question ends.
fn is_removed(out: &Path, context: &mut Context<'_>) -> bool {
    let label = format!("Type yes to remove {} now", out.display());
    let confirmed = context.prompt.confirm(&label, "yes");
    confirmed.is_ok() && std::fs::remove_file(out).is_ok()
}

/// Makes a sheet without a key, for which nobody need be asked.
fn specimen(
    page: Page<'_>,
    typed: Typed,
    args: &SheetArgs,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let out = page.out;
    let holder = frame::holder_of_specimen(args)?;
    let frame = typed.for_practice(context)?;
    let words: SecretString = typing::specimen();
    let sheet = Sheet {
        serial: SPECIMEN,
        holder: &holder,
        is_place: false,
        frame: &frame,
        words: &words,
        is_specimen: true,
    };
    page.write(&sheet)?;
    let mut outcome = Outcome::read(Data::Nothing, Json::None);
    outcome = outcome.remark(format!(
        "made a specimen in {}: it has no key and opens nothing",
        out.display()
    ));
    Ok(outcome.remark("next: print it and practise with it; no record was made"))
}
