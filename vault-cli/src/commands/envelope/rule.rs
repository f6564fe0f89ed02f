//! `coffer envelope rule`.

use vault_core::vault::Session;

use super::choosing::{self, Chosen};
use crate::args::RuleArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::rule;

/// Chooses who opens the envelope after the next seal, and says what that survives.
pub(super) fn run(args: &RuleArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if args.rule.is_none() {
        choosing::needs_somebody(context)?;
    }
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let chosen = match args.rule {
        Some(rule) => Chosen {
            rule: rule::chosen(rule),
            holders: args.holders.clone(),
            councillors: args.councillors,
        },
        None => choosing::ask(&mut session, context)?,
    };
    record(&chosen, &mut session)
}

fn record(chosen: &Chosen, session: &mut Session<'_>) -> Result<Outcome, Failure> {
    let holders: Vec<&str> = chosen.holders.iter().map(String::as_str).collect();
    let (record, survival) = session.choose_rule(chosen.rule, &holders, chosen.councillors)?;
    let who = rule::who_opens(chosen.rule, chosen.councillors);
    let next = "next: make each holder's sheet with `coffer envelope sheet HOLDER --text OUT`, \
                then `coffer envelope seal`";
    let said = format!("from the next seal on, {who}, always together with the vault file");
    Ok(Outcome::done(&chosen.rule, record, said)
        .remark(rule::survives(survival))
        .remark(next))
}
