//! Who did something, in words.

use crate::apikey;
use crate::app::App;
use crate::audit::Actor;
use crate::web::error::Error;

/// Who could have done something: as an actor of the log, and by name.
pub(in crate::web::dashboard) type Named = Vec<(String, String)>;

/// Everybody.
pub(in crate::web::dashboard) fn people(app: &App) -> Result<Named, Error> {
    let all = app.accounts.list()?.into_iter().map(|(person, _)| {
        (
            Actor::Staff(person.id.clone()).to_string(),
            person.name.to_string(),
        )
    });
    Ok(all.collect())
}

/// Everybody, and every API key that has a name.
pub(in crate::web::dashboard) fn people_and_keys(app: &App) -> Result<Named, Error> {
    let mut all = people(app)?;
    for key in apikey::list(&app.control, None)? {
        if !key.name.is_empty() {
            let name = format!("API key “{}”", key.name.as_str());
            all.push((Actor::ApiKey(key.id).to_string(), name));
        }
    }
    Ok(all)
}

/// Who an actor of the log is, in words.
pub(in crate::web::dashboard) fn name_of(app: &App, actor: &str) -> Result<String, Error> {
    Ok(name_among(&people_and_keys(app)?, actor))
}

pub(in crate::web::dashboard) fn name_among(people: &[(String, String)], actor: &str) -> String {
    if let Some((_, name)) = people.iter().find(|(known, _)| known == actor) {
        return name.clone();
    }
    match actor.parse() {
        Ok(Actor::Operator { uid }) => format!("operator {uid} on the machine"),
        Ok(Actor::ApiKey(id)) => format!("API key {id}"),
        Ok(Actor::Staff(id)) => format!("somebody who is gone ({id})"),
        Ok(Actor::Program) => "Anchorite".to_owned(),
        Ok(Actor::Unknown) | Err(_) => "unknown".to_owned(),
    }
}
