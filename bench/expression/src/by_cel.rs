//! The nine mappings in the Common Expression Language, with the crate `cel`. Programs and
//! functions are made before the clock runs, and texts are not copied for it.

use std::sync::Arc;

use cel::common::types::{CelBool, CelNull, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value, extensions};
use regex::Regex;

use crate::people::Person;

/// The engine with its functions.
pub fn context() -> Context<'static, 'static> {
    let mut env = Env::stdlib();
    env.add_extension(extensions::strings).expect("it is new");
    let mut context = Context::with_env(Arc::new(env));
    let digits = Regex::new("[^0-9+]").expect("a constant pattern");
    // What the language cannot express: letter case beyond ASCII, and replacing by a pattern.
    let replace = move |text: Arc<String>| -> String { digits.replace_all(&text, "").into_owned() };
    context.add_function("onlyDigits", replace).expect("it is new");
    let lower = |text: Arc<String>| -> String { text.to_lowercase() };
    context.add_function("lower", lower).expect("it is new");
    context
}

/// A mapping.
pub fn compile(text: &str) -> Program {
    let mut env = Env::stdlib();
    env.add_extension(extensions::strings).expect("it is new");
    env.compile(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Texts are lent to the engine, as its resolver of variables allows.
impl VariableResolver for Person {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let text = match name {
            "userPrincipalName" => return Some(CowVal::owned(CelString::from(&*self.user_principal_name))),
            "displayName" => return Some(CowVal::owned(CelString::from(&*self.display_name))),
            "IsSoftDeleted" => return Some(CowVal::owned(CelBool::from(self.is_soft_deleted))),
            "givenName" => &self.given_name,
            "surname" => &self.surname,
            "extensionAttribute1" => &self.preferred_name,
            "department" => &self.department,
            "telephoneNumber" => &self.telephone_number,
            "mail" => &self.mail,
            _ => return None,
        };
        Some(match text {
            Some(text) => CowVal::owned(CelString::from(&**text)),
            None => CowVal::owned(CelNull),
        })
    }
}

/// A person as variables of a context, which is how the crate's guide hands values over.
pub fn with_variables<'p>(engine: &'p Context<'static, 'static>, person: &Person) -> Context<'p, 'static> {
    let mut scope = engine.new_inner_scope();
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    scope.add_variable_from_value("userPrincipalName", person.user_principal_name.clone());
    scope.add_variable_from_value("displayName", person.display_name.clone());
    scope.add_variable_from_value("IsSoftDeleted", person.is_soft_deleted);
    scope.add_variable_from_value("givenName", text(&person.given_name));
    scope.add_variable_from_value("surname", text(&person.surname));
    scope.add_variable_from_value("extensionAttribute1", text(&person.preferred_name));
    scope.add_variable_from_value("department", text(&person.department));
    scope.add_variable_from_value("telephoneNumber", text(&person.telephone_number));
    scope.add_variable_from_value("mail", text(&person.mail));
    scope
}

/// The text of a result.
pub fn text(value: Value) -> Option<Arc<String>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => panic!("no text: {other:?}"),
    }
}
