//! `coffer approve`: confirming what somebody else did.

use vault_core::error::{Error, Noun};
use vault_core::id::RecordSeq;

use super::log::forget;
use super::{Context, requests};
use crate::failure::Failure;
use crate::outcome::Outcome;

pub(crate) fn run(request: &str, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let mut session = context.unlock(&mut vault)?;
    let wanted = record(request).ok_or(Error::NotFound(Noun::Request))?;
    for sheet in session.counted_sheets(wanted)? {
        context.tell(&format!("this seal {}", requests::in_words(&sheet)))?;
        // Whoever made it in the holder's name would seal the holder out, with the holder's own word.
        if sheet.is_own && !context.global.no_input {
            let label = format!(
                "Type {} if you hold it, anything else to stop",
                sheet.serial
            );
            context.prompt.confirm(&label, sheet.serial.as_str())?;
        }
    }
    let approved = session.approve(wanted)?;
    drop(session);
    if let Some(erased) = vault.erased_in(approved) {
        return Ok(forget::done(wanted, approved, &erased));
    }
    let remark = format!("confirmed record {wanted}");
    Ok(Outcome::done(&format!("r{wanted}"), approved, remark))
}

/// The record that `12`, `r12` or `R12` names.
fn record(request: &str) -> Option<RecordSeq> {
    let request = request.trim();
    let number = request.strip_prefix(['r', 'R']).unwrap_or(request);
    number.parse().ok().map(RecordSeq::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_by_its_id_or_its_number() {
        for named in ["12", "r12", "R12", " r12 "] {
            assert_eq!(record(named), Some(RecordSeq::new(12)), "{named}");
        }
        for other in ["", "r", "rr12", "-1", "12.0", "Una"] {
            assert_eq!(record(other), None, "{other}");
        }
    }
}
