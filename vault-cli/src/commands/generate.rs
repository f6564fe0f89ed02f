//! `coffer generate`: a password that is not stored.

use vault_core::generator::Recipe;

use super::{Context, value};
use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

pub(crate) fn run(args: &GenerateArgs, _: &mut Context<'_>) -> Result<Outcome, Failure> {
    let recipe: Recipe = args.recipe.parse()?;
    let value = value::made_up(recipe)?.to_bytes();
    let strength = format!("{:.1} bits", recipe.bits());
    Ok(Outcome::read(Data::Secret(value), Json::None).remark(strength))
}
