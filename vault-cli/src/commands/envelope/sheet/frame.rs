//! What a sheet says besides its words, from the vault and from the command line.

use vault_core::emergency::Rule;
use vault_core::vault::Vault;

use crate::args::SheetArgs;
use crate::commands::Context;
use crate::commands::envelope::paper::Frame;
use crate::commands::envelope::wording;
use crate::failure::Failure;

impl Frame {
    /// The frame of a sheet of this vault.
    pub(super) fn of(vault: &Vault, args: &SheetArgs, context: &Context<'_>) -> Self {
        let ledger = vault.ledger();
        let rule = ledger.envelope.rule.as_ref();
        let rule = rule.map(|facts| wording::who_opens(facts.rule, facts.councillors));
        let council = args.council.as_deref();
        let path = context.config.vault.canonicalize();
        let path = path.unwrap_or_else(|_| context.config.vault.clone());
        let here = format!("{} on the computer {}", path.display(), context.config.host);
        Self {
            council: council.unwrap_or_else(|| vault.council_name()).to_owned(),
            rule: rule.unwrap_or_else(example_rule),
            made: context.surroundings().clock.now(),
            vault: args.vault_at.clone().unwrap_or(here),
            copied: ledger.backups.last().map(|backup| backup.time),
            copy: args.copy_at.clone(),
            ring: args.ring.clone(),
        }
    }

    /// The same for a specimen, for which there need not be a vault yet.
    pub(super) fn to_practise_with(
        args: &SheetArgs,
        context: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        if context.config.vault.exists() {
            let vault = context.looked_at_even_rolled_back()?;
            return Ok(Self::of(&vault, args, context));
        }
        let or = |given: &Option<String>, example: &str| given.as_deref().unwrap_or(example).into();
        Ok(Self {
            council: or(&args.council, "Example Parish Council"),
            rule: example_rule(),
            made: context.surroundings().clock.now(),
            vault: or(&args.vault_at, "coffer.vault, on the clerk's computer"),
            copied: None,
            copy: args.copy_at.clone(),
            ring: args.ring.clone(),
        })
    }
}

fn example_rule() -> String {
    wording::who_opens(Rule::AnyTwo, None)
}
