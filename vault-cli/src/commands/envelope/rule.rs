//! `coffer envelope rule`.

use super::wording;
use crate::args::RuleArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Chooses who opens the envelope after the next seal, and says what that survives.
pub(super) fn run(args: &RuleArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let rule = wording::chosen(args.rule);
    let holders: Vec<&str> = args.holders.iter().map(String::as_str).collect();
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let record = session.choose_rule(rule, &holders, args.councillors)?;
    let who = wording::who_opens(rule, args.councillors);
    let survives = wording::survives(rule);
    let next = "next: make each holder's sheet with `coffer envelope sheet HOLDER --text OUT`, \
                then `coffer envelope seal`";
    let said = format!("from the next seal on, {who}, always together with the vault file");
    Ok(Outcome::done(&rule, record, said)
        .remark(survives)
        .remark(next))
}
