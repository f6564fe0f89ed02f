//! `coffer rotate`: changing a password in two steps, so that none is lost between.

use super::{Context, value};
use crate::args::RotateArgs;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::output::shell;

pub(crate) fn run(args: &RotateArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let title = &args.entry;
    if args.confirm || args.abort {
        let mut session = context.unlock(&mut vault)?;
        let (rotated, remark) = if args.confirm {
            let rotated = session.confirm(title, context.reason())?;
            let version = rotated.version;
            let remark = format!("version {version} is now the password of \"{title}\"");
            (rotated, remark)
        } else {
            let rotated = session.abort(title, context.reason())?;
            (
                rotated,
                format!("dropped the new password of \"{title}\"; the old one stands"),
            )
        };
        return Ok(Outcome::done(&rotated.entry, rotated.record, remark));
    }
    let password = value::new_password(args.generate.as_deref(), context)?;
    let mut session = context.unlock(&mut vault)?;
    let rotated = session.propose(title, password, context.reason())?;
    let remark = format!("a new password of \"{title}\" waits; the old one stands until then");
    let name = shell::named(title, &rotated.entry);
    Ok(Outcome::done(&rotated.entry, rotated.record, remark)
        .remark(format!(
            "next: put it on the site: coffer get {name} --pending --reveal"
        ))
        .remark(format!(
            "then: coffer rotate {name} --confirm, or --abort if the site did not take it"
        )))
}
