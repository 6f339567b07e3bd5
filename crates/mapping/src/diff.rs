//! What differs between two mappings, as data: sentences are the message catalogue's.

use serde::Serialize;
use usher_scim::AttributePath;

use crate::model::{Actions, AttributeMapping, CustomAttribute, FilterGroup, Mappings, ObjectMapping};
use crate::target;

/// What differs between two mappings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingDiff {
    /// Of people.
    pub users: TableDiff,
    /// Of groups.
    pub groups: TableDiff,
}

/// What differs between two tables of one kind of object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableDiff {
    /// Whether objects of this kind are provisioned, where that changes: the new answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The target object actions, where they change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<ActionsChange>,
    /// Rows, in the order of the old table, what is new last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowChange>,
    /// Whether rows that both have stand in another order. It is shown and written, and changes no value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reordered: bool,
    /// Scoping filters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<FilterChange>,
    /// The administrator's own attributes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomChange>,
}

/// Other target object actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ActionsChange {
    /// Those so far.
    pub before: Actions,
    /// Those from now on.
    pub after: Actions,
}

/// One row that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "change")]
pub enum RowChange {
    /// Only the new table has it.
    Added {
        /// The row.
        row: AttributeMapping,
    },
    /// Only the old table has it.
    Removed {
        /// The row.
        row: AttributeMapping,
    },
    /// Both have it.
    Changed {
        /// Its target, as the new table spells it.
        target: String,
        /// What differs.
        fields: Vec<FieldChange>,
    },
}

/// What of a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// The spelling of the target.
    Target,
    /// Where the value comes from.
    Source,
    /// The default value.
    DefaultValue,
    /// Matching precedence.
    Matching,
    /// When the row is applied.
    Apply,
}

/// A field with both values as text; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// So far.
    pub before: String,
    /// From now on.
    pub after: String,
}

/// One scoping filter that differs. Filters go by their titles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "change")]
pub enum FilterChange {
    /// Only the new table has it.
    Added {
        /// The filter.
        filter: FilterGroup,
    },
    /// Only the old table has it.
    Removed {
        /// The filter.
        filter: FilterGroup,
    },
    /// Both have a filter of this title, with other clauses.
    Changed {
        /// So far.
        before: FilterGroup,
        /// From now on.
        after: FilterGroup,
    },
}

/// One of the administrator's own attributes that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "change")]
pub enum CustomChange {
    /// Only the new list has it.
    Added {
        /// The attribute.
        attribute: CustomAttribute,
    },
    /// Only the old list has it.
    Removed {
        /// The attribute.
        attribute: CustomAttribute,
    },
    /// Both have it, defined differently.
    Changed {
        /// So far.
        before: CustomAttribute,
        /// From now on.
        after: CustomAttribute,
    },
}

impl MappingDiff {
    /// What has to change in `before` to make it `after`.
    #[must_use]
    pub fn between(before: &Mappings, after: &Mappings) -> Self {
        Self {
            users: TableDiff::between(&before.users, &after.users),
            groups: TableDiff::between(&before.groups, &after.groups),
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty()
    }
}

impl TableDiff {
    /// What has to change in `before` to make it `after`.
    #[must_use]
    pub fn between(before: &ObjectMapping, after: &ObjectMapping) -> Self {
        let pairs = paired(&before.attributes, &after.attributes, |row| place(&row.target));
        let mut places = pairs.iter().filter_map(|pair| match pair {
            Pair::Both(_, (at, _)) => Some(*at),
            Pair::Old(_) | Pair::New(_) => None,
        });
        let reordered = !places.by_ref().is_sorted();
        let rows = pairs.iter().filter_map(|pair| match pair {
            Pair::Old(row) => Some(RowChange::Removed { row: (*row).clone() }),
            Pair::New(row) => Some(RowChange::Added { row: (*row).clone() }),
            Pair::Both(old, (_, new)) => {
                let fields = fields(old, new);
                (!fields.is_empty()).then(|| RowChange::Changed { target: new.target.clone(), fields })
            }
        });
        let filters = paired(&before.scope, &after.scope, |group| group.name.clone());
        let filters = filters.into_iter().filter_map(|pair| match pair {
            Pair::Old(filter) => Some(FilterChange::Removed { filter: filter.clone() }),
            Pair::New(filter) => Some(FilterChange::Added { filter: filter.clone() }),
            Pair::Both(old, (_, new)) => {
                (old != new).then(|| FilterChange::Changed { before: old.clone(), after: new.clone() })
            }
        });
        let custom = paired(&before.custom, &after.custom, |own| own.name.clone());
        let custom = custom.into_iter().filter_map(|pair| match pair {
            Pair::Old(attribute) => Some(CustomChange::Removed { attribute: attribute.clone() }),
            Pair::New(attribute) => Some(CustomChange::Added { attribute: attribute.clone() }),
            Pair::Both(old, (_, new)) => {
                (old != new).then(|| CustomChange::Changed { before: old.clone(), after: new.clone() })
            }
        });
        Self {
            enabled: (before.enabled != after.enabled).then_some(after.enabled),
            actions: (before.actions != after.actions)
                .then_some(ActionsChange { before: before.actions, after: after.actions }),
            rows: rows.collect(),
            reordered,
            filters: filters.collect(),
            custom: custom.collect(),
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

enum Pair<'t, T> {
    Old(&'t T),
    New(&'t T),
    /// The new one with its number.
    Both(&'t T, (usize, &'t T)),
}

/// Each old item with the first new one that nobody has taken and that goes by the same name.
fn paired<'t, T>(old: &'t [T], new: &'t [T], name: impl Fn(&T) -> String) -> Vec<Pair<'t, T>> {
    let mut free: Vec<(usize, &T, String)> =
        new.iter().enumerate().map(|(at, item)| (at, item, name(item))).collect();
    let mut pairs: Vec<Pair<'t, T>> = Vec::new();
    for item in old {
        let wanted = name(item);
        match free.iter().position(|(.., name)| *name == wanted) {
            Some(found) => {
                let (at, new, _) = free.remove(found);
                pairs.push(Pair::Both(item, (at, new)));
            }
            None => pairs.push(Pair::Old(item)),
        }
    }
    pairs.extend(free.into_iter().map(|(_, item, _)| Pair::New(item)));
    pairs
}

/// What a row goes by: the place that it writes to.
fn place(target: &str) -> String {
    AttributePath::parse(target).map_or_else(|_| target.to_lowercase(), |path| target::place(&path))
}

fn fields(old: &AttributeMapping, new: &AttributeMapping) -> Vec<FieldChange> {
    let precedence =
        |row: &AttributeMapping| row.matching.map(|number| number.to_string()).unwrap_or_default();
    // A source of another kind may read the same: `"a"` is a constant and an expression.
    let source = |row: &AttributeMapping| match row.source.formula() {
        formula if old.source != new.source && old.source.formula() == new.source.formula() => {
            format!("{formula} ({})", row.source.kind())
        }
        formula => formula,
    };
    let default = |row: &AttributeMapping| match &row.default_value {
        Some(text) => format!("\"{text}\""),
        None => String::new(),
    };
    let all = [
        (Field::Target, old.target.clone(), new.target.clone()),
        (Field::Source, source(old), source(new)),
        (Field::DefaultValue, default(old), default(new)),
        (Field::Matching, precedence(old), precedence(new)),
        (Field::Apply, old.apply.as_str().to_owned(), new.apply.as_str().to_owned()),
    ];
    let differing = all.into_iter().filter(|(_, before, after)| before != after);
    differing.map(|(field, before, after)| FieldChange { field, before, after }).collect()
}
