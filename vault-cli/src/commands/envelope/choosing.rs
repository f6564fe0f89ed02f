//! Choosing the envelope's rule by answering questions. Nothing is chosen by saying nothing.

use vault_core::emergency::Rule;
use vault_core::error::{Error, Invalid};
use vault_core::vault::Session;

use super::rule::Chosen;
use super::wording;
use crate::commands::Context;
use crate::failure::Failure;

/// Refuses where nobody can be asked.
pub(super) fn needs_somebody(context: &Context<'_>) -> Result<(), Failure> {
    if context.global.no_input || context.global.json {
        return Err(Failure::usage(
            "no rule is given, and nobody can be asked",
            "coffer envelope rule RULE --holder WHO, once for each holder; --help has an example",
        ));
    }
    Ok(())
}

/// Shows what each rule survives and asks for one, for its holders, and whether it is meant.
pub(super) fn ask(session: &mut Session<'_>, context: &mut Context<'_>) -> Result<Chosen, Failure> {
    show_rules(context)?;
    let rule = ask_rule(context)?;
    let people = session.people()?;
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    context.tell(&format!("People in the vault: {}.", names.join(", ")))?;
    loop {
        let chosen = Chosen {
            rule,
            holders: ask_holders(context)?,
            councillors: ask_councillors(rule, context)?,
        };
        let holders: Vec<&str> = chosen.holders.iter().map(String::as_str).collect();
        match session.weigh_rule(rule, &holders, chosen.councillors) {
            Ok(survival) => {
                let who = wording::who_opens(rule, chosen.councillors);
                let survives = wording::survives(survival);
                context.tell(&format!("With these holders, {who}; {survives}."))?;
                let label = format!("Type {rule} again to choose it");
                context.prompt.confirm(&label, rule.name())?;
                return Ok(chosen);
            }
            Err(error @ (Error::NotFound(_) | Error::Ambiguous(..) | Error::Invalid(_))) => {
                say_again(error, context)?;
            }
            Err(other) => return Err(other.into()),
        }
    }
}

fn show_rules(context: &mut Context<'_>) -> Result<(), Failure> {
    context.tell(
        "The emergency envelope is opened with sheets of paper, always together with the vault \
         file or a backup of it. Which sheets it takes is the council's choice:",
    )?;
    for (number, rule) in (1..).zip(Rule::ALL) {
        let who = wording::who_opens(rule, None);
        let survival = rule
            .usually_survives()
            .map_err(|why| Error::from(Invalid::Rule(why)))?;
        let survives = wording::survives(survival);
        context.tell(&format!("{number}. {rule}: {who}. Usually {survives}."))?;
    }
    Ok(())
}

/// A rule by its number or its name; an empty answer is none.
fn ask_rule(context: &mut Context<'_>) -> Result<Rule, Failure> {
    loop {
        let answer = context.prompt.line("Which rule (its number or its name)")?;
        let answer = answer.expose().trim().to_lowercase();
        let named = (1..).zip(Rule::ALL).find(|(number, rule): &(usize, Rule)| {
            answer == rule.name() || answer == number.to_string()
        });
        if let Some((_, rule)) = named {
            return Ok(rule);
        }
        context.tell("That is none of the six: type 1 to 6, or a name such as any-two.")?;
    }
}

fn ask_holders(context: &mut Context<'_>) -> Result<Vec<String>, Failure> {
    context.tell(
        "Who keeps a sheet? Give one name at a time; a safe or drawer is place:NAME, such as \
         place:Office safe. An empty line ends.",
    )?;
    let mut holders = Vec::new();
    loop {
        let label = format!("Holder {}", holders.len() + 1);
        let answer = context.prompt.line(&label)?;
        match answer.expose().trim() {
            "" if holders.is_empty() => {}
            "" => return Ok(holders),
            name => holders.push(name.to_owned()),
        }
    }
}

fn ask_councillors(rule: Rule, context: &mut Context<'_>) -> Result<Option<u8>, Failure> {
    if rule != Rule::OfficerAndCouncillors {
        return Ok(None);
    }
    loop {
        let answer = context.prompt.line("How many councillors does it take")?;
        match answer.expose().trim().parse() {
            Ok(count @ 1..=16) => return Ok(Some(count)),
            _ => context.tell("That is no number from 1 to 16.")?,
        }
    }
}

/// What is wrong with the holders; they are asked for again.
fn say_again(error: Error, context: &mut Context<'_>) -> Result<(), Failure> {
    let (what, hint) = Failure::from(error).wording();
    context.tell(&format!("That does not make the rule: {what}."))?;
    hint.map_or(Ok(()), |hint| context.tell(&format!("hint: {hint}")))
}
