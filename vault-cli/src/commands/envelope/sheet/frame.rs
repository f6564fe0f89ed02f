//! What a sheet says besides its words, from the vault and from the command line.

use std::path::Path;

use vault_core::emergency::Rule;
use vault_core::id::Epoch;
use vault_core::text::{InvalidLine, Line};
use vault_core::vault::Vault;
use vault_core::vault::issue::OtherHolder;

use crate::args::SheetArgs;
use crate::commands::Context;
use crate::config;
use crate::faces::paper::Frame;
use crate::failure::Failure;
use crate::words::rule;

/// The most characters of where something is, and of whom to ring; how many there is room for.
const PLACE: usize = 120;
const CALL: usize = 80;
const MOST_PEOPLE: usize = 4;

/// What was typed for the page. All of it has room there.
pub(super) struct Typed {
    council: Option<String>,
    vault: Option<String>,
    copy: Option<String>,
    ring: Vec<String>,
}

impl Typed {
    /// What was typed, or the first thing in it that cannot be printed, with its limit.
    pub(super) fn of(args: &SheetArgs) -> Result<Self, Failure> {
        if args.ring.len() > MOST_PEOPLE {
            return Err(Failure::usage(
                format!("--ring was given {} times", args.ring.len()),
                format!("the sheet has room for {MOST_PEOPLE} people to ring"),
            ));
        }
        let one = |option, text: &Option<String>, most| {
            let line = text.as_deref().map(|text| line(option, text, most));
            line.transpose()
        };
        let ring = args.ring.iter().map(|text| line("--ring", text, CALL));
        Ok(Self {
            council: one("--council", &args.council, Line::NAME)?,
            vault: one("--vault-at", &args.vault_at, PLACE)?,
            copy: one("--copy-at", &args.copy_at, PLACE)?,
            ring: ring.collect::<Result<_, _>>()?,
        })
    }

    /// The frame of a sheet of this vault, which names nobody yet.
    pub(super) fn on(self, vault: &Vault, context: &Context<'_>) -> Frame {
        let ledger = vault.ledger();
        let rule = ledger.envelope.rule.as_ref();
        let rule = rule.map(|facts| rule::who_opens(facts.rule, facts.councillors));
        let newest = ledger.envelope.newest();
        let council = self.council;
        Frame {
            council: council.unwrap_or_else(|| vault.council_name().to_owned()),
            mark: vault.mark(),
            seal: newest.map_or(Epoch::new(1), |seal| seal.facts.epoch.next()),
            rule: rule.unwrap_or_else(example_rule),
            others: Vec::new(),
            made: context.surroundings().clock.now(),
            vault: self.vault.or_else(|| whereabouts(context)),
            copied: ledger.backups.last().map(|backup| backup.time),
            copy: self.copy,
            ring: self.ring,
        }
    }

    /// The same for a specimen, for which there need not be a vault yet. Nobody unlocks one, so that
    /// nobody is named.
    pub(super) fn for_practice(self, context: &mut Context<'_>) -> Result<Frame, Failure> {
        if context.config.vault.exists() {
            let vault = context.looked_at_even_rolled_back()?;
            return Ok(self.on(&vault, context));
        }
        let or = |given: Option<String>, example: &str| given.unwrap_or_else(|| example.into());
        Ok(Frame {
            council: or(self.council, "Example Parish Council"),
            mark: "7K2M-9QXF".to_owned(),
            seal: Epoch::new(1),
            rule: example_rule(),
            others: vec!["the clerk".to_owned(), "the office safe".to_owned()],
            made: context.surroundings().clock.now(),
            vault: Some(or(self.vault, "coffer.vault, on the clerk’s computer")),
            copied: None,
            copy: self.copy,
            ring: self.ring,
        })
    }
}

/// The name of a specimen's holder.
pub(super) fn holder_of_specimen(args: &SheetArgs) -> Result<String, Failure> {
    let holder = args.holder.as_deref();
    holder.map_or_else(
        || Ok("Name of the holder".to_owned()),
        |holder| line("envelope sheet", holder, Line::NAME),
    )
}

/// `text` as one line of the page.
fn line(option: &str, text: &str, most: usize) -> Result<String, Failure> {
    let line = Line::parse(text, most).map_err(|why| {
        let hint = match why {
            InvalidLine::TooLong(most) => format!("say it in {most} characters or fewer"),
            _ => "use one line of ordinary letters, digits and signs".to_owned(),
        };
        Failure::usage(
            format!("what stands after {option} cannot be printed: {why}"),
            hint,
        )
    })?;
    Ok(line.as_str().to_owned())
}

/// Who keeps the other sheets, each with what they are to the council.
pub(super) fn in_words(others: &[OtherHolder]) -> Vec<String> {
    let one = |other: &OtherHolder| match other.role {
        Some(role) => format!("{}, {}", other.name, rule::role(role)),
        None => other.name.clone(),
    };
    others.iter().map(one).collect()
}

/// Where the vault file is, where that can be said in a line: a file that will not be there tomorrow
/// is nowhere, and gets a line to write on.
fn whereabouts(context: &Context<'_>) -> Option<String> {
    let path = whole(&context.config.vault);
    if config::is_passing(&path) {
        return None;
    }
    let said = format!("{} on the computer {}", path.display(), context.config.host);
    let line = Line::parse(&said, PLACE).ok()?;
    Some(line.as_str().to_owned())
}

/// The path from the root on, as people write it: on Windows without what the system puts before it.
fn whole(path: &Path) -> std::path::PathBuf {
    let whole = if cfg!(windows) {
        std::path::absolute(path)
    } else {
        path.canonicalize()
    };
    whole.unwrap_or_else(|_| path.to_owned())
}

/// The rule that is suggested.
fn example_rule() -> String {
    rule::who_opens(Rule::AnyTwo, None)
}
