//! `coffer envelope done` and `coffer envelope classify`: what stays to be done after an opening.

use vault_core::emergency::follow_up::{Done, Use};
use vault_core::vault::Vault;
use vault_core::vault::follow_up::FollowedUp;

use crate::commands::{Context, after_the_act};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::duty;

/// Says that the members were told, or that it stands in the minutes.
pub(super) fn done(done: Done, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let reason = context.reason().map(str::to_owned);
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let followed = session.follow_up(done, reason.as_deref())?;
    let said = match done {
        Done::Notice => "every member was told of the opening",
        Done::Minute => "the opening stands in the minutes",
    };
    told(&followed, said, &mut vault, context)
}

/// Says what the opening was.
pub(super) fn classify(class: Use, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let reason = context.reason().map(str::to_owned);
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let followed = session.classify(class, reason.as_deref())?;
    let said = match class {
        Use::Emergency => "the envelope was opened in an emergency",
        Use::Drill => "the opening was a drill",
        Use::Misuse => "the envelope ought not to have been opened",
    };
    told(&followed, said, &mut vault, context)
}

fn told(
    followed: &FollowedUp,
    said: &str,
    vault: &mut Vault,
    context: &Context<'_>,
) -> Result<Outcome, Failure> {
    let opening = followed.opening;
    let said = format!("on record: {said} (record {opening})");
    let outcome = Outcome::done(&opening, followed.record, said);
    let duties = vault.status().map_err(after_the_act)?.envelope.duties;
    let left = duty::lines(&duties, vault, &context.config.vault);
    Ok(left.into_iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {left}"))
    }))
}
