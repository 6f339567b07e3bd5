//! What the scoping filters of a connection say of somebody who was just read.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use usher_expression::{Inputs, Value};
use usher_mapping::{Definition, Filter, FilterGroup, ObjectType, graph_select, read_source};

use crate::dto::Message;
use crate::rows;

/// The filters of one kind of object; none where one of them is not understood.
pub(super) struct Filters {
    object: ObjectType,
    filter: Option<Filter>,
}

/// What they say of one object.
pub(super) enum Passing {
    In,
    /// Left out, with the clause that decided.
    Out(Message),
    /// Neither: nothing is done about the object.
    Unknown(Message),
}

impl Filters {
    pub(super) fn of(object: ObjectType, groups: &[FilterGroup]) -> Self {
        let compiled = Filter::compile(object, groups, &|name| Definition::of(object, name));
        Self { object, filter: compiled.filter }
    }

    /// The properties to ask Graph for: these, and what the filters read.
    pub(super) fn select(&self, basics: &[&str]) -> Vec<String> {
        let read = self.filter.iter().flat_map(Filter::source_attributes);
        let mut all: BTreeSet<String> = graph_select(self.object, read).into_iter().collect();
        all.extend(basics.iter().map(|&basic| basic.to_owned()));
        all.into_iter().collect()
    }

    pub(super) fn passing(&self, id: &str, properties: &Map<String, Json>) -> Passing {
        let Some(filter) = &self.filter else { return Passing::Unknown(Message::new("people-filter-wrong")) };
        if filter.source_attributes().is_empty() {
            return Passing::In;
        }
        let mut whole = properties.clone();
        whole.insert("id".to_owned(), id.into());
        let read = Read { object: self.object, json: Json::Object(whole) };
        match filter.evaluate(&read) {
            Ok(verdict) => usher_plan::filtered_out(&verdict)
                .map_or(Passing::In, |reason| Passing::Out(rows::reason(&reason))),
            Err(failed) => Passing::Unknown(rows::reason(&usher_plan::filter_failed(failed))),
        }
    }
}

/// An object as Graph gave it.
struct Read {
    object: ObjectType,
    json: Json,
}

impl Inputs for Read {
    fn get(&self, name: &str) -> Value<'_> {
        read_source(self.object, &self.json, name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_mapping::FilterClause;

    use super::*;

    fn filters(attribute: &str, operator: &str, value: &str) -> Filters {
        let clause = FilterClause {
            attribute: attribute.to_owned(),
            operator: operator.to_owned(),
            values: vec![value.to_owned()],
        };
        Filters::of(ObjectType::User, &[FilterGroup { name: "IT".to_owned(), clauses: vec![clause] }])
    }

    fn passing(filters: &Filters, properties: &Json) -> Passing {
        filters.passing("u-ana", properties.as_object().expect("properties are an object"))
    }

    #[test]
    fn somebody_is_in_out_or_undecided() {
        let support = filters("department", "EQUALS", "Support");
        assert!(support.select(&["mail"]).iter().any(|name| name == "department"));
        assert!(matches!(passing(&support, &json!({ "department": "Support" })), Passing::In));
        let out = passing(&support, &json!({ "department": "Sales" }));
        assert!(matches!(&out, Passing::Out(why) if why.id == "reason-filtered-out"));
        let costly = filters("department", "REGEX MATCH", "(a|aa)+$");
        let unknown = passing(&costly, &json!({ "department": "a".repeat(40) + "!" }));
        assert!(matches!(&unknown, Passing::Unknown(why) if why.id == "reason-filter-failed"));
    }

    #[test]
    fn a_filter_that_is_not_understood_lets_nobody_in_and_leaves_nobody_out() {
        let wrong = filters("departmint", "EQUALS", "Support");
        let unknown = passing(&wrong, &json!({ "department": "Support" }));
        assert!(matches!(&unknown, Passing::Unknown(why) if why.id == "people-filter-wrong"));
    }

    #[test]
    fn without_filters_everybody_passes() {
        let none = Filters::of(ObjectType::User, &[]);
        assert!(matches!(passing(&none, &json!({})), Passing::In));
    }
}
