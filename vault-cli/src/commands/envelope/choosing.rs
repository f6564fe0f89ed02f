//! Choosing the envelope's rule by answering questions. Nothing is chosen by saying nothing.

use vault_core::emergency::Rule;
use vault_core::error::{EnvelopeRefused, Error, Invalid};
use vault_core::vault::Session;

use super::guided::sentences;
use crate::commands::Context;
use crate::failure::Failure;
use crate::words::rule;

/// A rule with its holders, as somebody gave them.
pub(super) struct Chosen {
    pub(super) rule: Rule,
    pub(super) holders: Vec<String>,
    pub(super) councillors: Option<u8>,
}

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
    context.prompt.tell(&rules()?)?;
    let rule = ask_rule(context)?;
    let people = session.people()?;
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    context.prompt.tell(&format!(
        "{} Give one name at a time; a safe or drawer is place:NAME, such as place:Office safe. A \
         minus sign takes the last one back, an empty line ends.\nPeople in the vault: {}.",
        rule::holders_wanted(rule),
        names.join(", ")
    ))?;
    let mut holders = Vec::new();
    loop {
        ask_holders(&mut holders, session, context)?;
        let councillors = ask_councillors(rule, context)?;
        let given: Vec<&str> = holders.iter().map(String::as_str).collect();
        match session.weigh_rule(rule, &given, councillors) {
            Ok(survival) => {
                let who = rule::who_opens(rule, councillors);
                let survives = rule::survives(survival);
                context
                    .prompt
                    .tell(&format!("With these holders, {who}; {survives}."))?;
                let label = format!("Type {rule} again to choose it");
                context.prompt.confirm(&label, rule.name())?;
                return Ok(Chosen {
                    rule,
                    holders,
                    councillors,
                });
            }
            Err(error @ (Error::NotFound(_) | Error::Ambiguous(..) | Error::Invalid(_))) => {
                say_again(error, &holders, context)?;
            }
            Err(other) => return Err(other.into()),
        }
    }
}

/// Every rule, with what it usually survives, in fewer lines than the smallest screen has.
fn rules() -> Result<String, Failure> {
    let mut lines = vec![
        "The emergency envelope is opened with sheets of paper, always together with the vault \
         file or a backup of it. Which sheets it takes is the council's choice:"
            .to_owned(),
    ];
    for (number, rule) in (1..).zip(Rule::ALL) {
        let survival = rule
            .usually_survives()
            .map_err(|why| Error::from(Invalid::Envelope(EnvelopeRefused::Rule(why))))?;
        let who = rule::who_opens(rule, None);
        lines.push(format!("{number}. {rule}: {who}."));
        lines.push(format!("   {}", rule::survives_briefly(survival)));
    }
    Ok(lines.join("\n"))
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
        context
            .prompt
            .tell("That is none of the six: type 1 to 6, or a name such as any-two.")?;
    }
}

/// Asks for holders beside those that there are. One that is not known is asked for again, and the
/// others stay.
fn ask_holders(
    holders: &mut Vec<String>,
    session: &mut Session<'_>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    loop {
        let label = format!("Holder {}", holders.len() + 1);
        let answer = context.prompt.line(&label)?;
        match answer.expose().trim() {
            "" if holders.is_empty() => {}
            "" => return Ok(()),
            "-" => drop(holders.pop()),
            name => match session.holder_called(name) {
                Ok(known) if holders.contains(&known) => {
                    context
                        .prompt
                        .tell(&format!("{known} is among them already."))?;
                }
                Ok(known) => holders.push(known),
                Err(error @ (Error::NotFound(_) | Error::Ambiguous(..) | Error::Invalid(_))) => {
                    let said = sentences(Failure::from(error).wording());
                    context.prompt.tell(&format!("{said} The others stay."))?;
                }
                Err(other) => return Err(other.into()),
            },
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
            _ => context.prompt.tell("That is no number from 1 to 16.")?,
        }
    }
}

/// What is wrong with the holders, which stay; more are asked for, and any may be taken back.
fn say_again(error: Error, holders: &[String], context: &mut Context<'_>) -> Result<(), Failure> {
    let why = sentences(Failure::from(error).wording());
    Ok(context.prompt.tell(&format!(
        "That does not make the rule: {why}\nThere are: {}. Add one, or take the last one back with \
         a minus sign.",
        holders.join(", ")
    ))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::wrapped;

    #[test]
    fn the_rules_and_the_question_fit_a_screen_of_24_lines() {
        let rules = rules().expect("each can be made");
        let lines = wrapped(&rules, 80);
        assert!(lines.lines().count() <= 20, "{lines}");
    }
}
