//! `coffer enrol`: accepting an invitation.

use vault_core::error::{BeginningRefused, Error, Invalid};
use vault_core::secret::SecretString;

use super::{Context, passphrase};
use crate::args::EnrolArgs;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// What people have to know before they use the vault (the employer's duty to inform, ICO guidance
/// on monitoring workers).
const NOTICE: [&str; 3] = [
    "Everything that you do in this vault is recorded: your name, the time, which password, and the \
     reason that you give.",
    "The clerk, the chair and the council's auditor can read these records; they serve to show who \
     had access, and stay as long as the council keeps the vault.",
    "You may ask the clerk at any time what is recorded about you, and have a mistake put right.",
];

/// What has to be typed.
const AGREED: &str = "yes";

pub(crate) fn run(args: &EnrolArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let name = context.person()?;
    if !args.acknowledge {
        acknowledge(context)?;
    }
    let initial = context.passphrase()?;
    let file = args.new_passphrase_file.as_deref();
    let judge = &mut |chosen: &SecretString| vault.judge_passphrase(chosen, &name);
    let passphrase = passphrase::choose(context, file, judge)?;
    context.progress("unlocking...")?;
    let enrolled = vault.enrol(&name, &initial, &passphrase)?;
    let remark = format!("{name} has enrolled; the first passphrase opens nothing any more");
    let outcome = Outcome::done(&enrolled.person, enrolled.record, remark)
        .remark(format!("your key's fingerprint: {}", enrolled.fingerprint));
    Ok(if enrolled.counts {
        outcome.remark("next: write the fingerprint into the minutes")
    } else {
        outcome.remark(format!(
            "next: a second person compares the fingerprint with you and runs coffer approve {}",
            enrolled.record
        ))
    })
}

fn acknowledge(context: &mut Context<'_>) -> Result<(), Failure> {
    if context.global.no_input {
        return Err(Error::from(Invalid::Beginning(BeginningRefused::NotAcknowledged)).into());
    }
    for sentence in NOTICE {
        context.tell(sentence)?;
    }
    let question = format!("Type {AGREED} if you have read this and will keep the council's rules");
    Ok(context.prompt.confirm(&question, AGREED)?)
}
