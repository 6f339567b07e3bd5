//! Finding the account that belongs to a person or group: the link first, then the matching attributes by precedence.

use hashbrown::HashTable;
use usher_expression::Context;

use crate::decisions::Decision;
use crate::model::{Key, ObjectKind, Reason};
use crate::policy::GoneTarget;
use crate::reasons::Code;
use crate::request::Request;
use crate::snapshot::{Attribute, TargetSnapshot};
use crate::values::{Field, Subject};

/// What was found for one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Linked, and there.
    Linked { row: u32 },
    /// Matched by a value, not linked yet.
    Matched { row: u32, key: Key },
    /// Not there: it would be created.
    Nothing { key: Key },
    /// No matching attribute has a value.
    NoValue,
    /// It cannot be known, or is ambiguous.
    Failed(Reason),
}

/// A finding, and whether a link to a vanished object was dropped on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub found: Found,
    pub link_gone: bool,
}

/// All target objects of a kind by the value of one attribute.
pub(crate) struct Index {
    table: HashTable<u32>,
}

impl Index {
    pub(crate) fn new(target: &TargetSnapshot, kind: ObjectKind, path: &str) -> Self {
        let mut table = HashTable::with_capacity(target.objects(kind).len());
        for object in target.objects(kind) {
            if let Some(text) = text_of(&object.attribute(path)) {
                let row = u32::try_from(object.row).expect("fewer than 2^32 rows");
                // Growth never happens, so hashing anew never does either.
                table.insert_unique(crate::fold::hash(&text), row, |_| unreachable!("the capacity suffices"));
            }
        }
        Self { table }
    }

    /// The rows whose value is `value`, sorted.
    pub(crate) fn find(
        &self,
        target: &TargetSnapshot,
        kind: ObjectKind,
        field: &Field<'_>,
        value: &str,
    ) -> Vec<u32> {
        let mut rows: Vec<u32> = self
            .table
            .iter_hash(crate::fold::hash(value))
            .copied()
            .filter(|&at| {
                text_of(&target.object_at(kind, at as usize).attribute(&field.path)).is_some_and(|text| {
                    if field.row.case_exact { text == value } else { crate::fold::same(&text, value) }
                })
            })
            .collect();
        rows.sort_unstable();
        rows
    }
}

fn text_of<'a>(attribute: &Attribute<'a>) -> Option<std::borrow::Cow<'a, str>> {
    match attribute {
        Attribute::Text(text) => Some((*text).into()),
        Attribute::Integer(value) => Some(value.to_string().into()),
        Attribute::Boolean(value) => Some(value.to_string().into()),
        Attribute::Absent | Attribute::Texts(_) => None,
    }
}

/// Which of the objects that match is meant: the only one, or the only one that no person said to leave, or the one that a
/// person adopted.
fn chosen(request: &Request<'_>, kind: ObjectKind, rows: &[u32]) -> Option<u32> {
    let decision = |row: u32| request.decisions.of(kind, request.target.object_at(kind, row as usize).id());
    let open: Vec<u32> = rows.iter().copied().filter(|&row| decision(row) != Some(Decision::Leave)).collect();
    let adopted: Vec<u32> =
        open.iter().copied().filter(|&row| decision(row) == Some(Decision::Adopt)).collect();
    match (open.as_slice(), adopted.as_slice()) {
        ([], _) => rows.first().copied(),
        ([one], _) | (_, [one]) => Some(*one),
        _ => None,
    }
}

/// The matching rows of one kind, by precedence, each with its index.
pub(crate) struct Matching {
    order: Vec<(usize, Index)>,
}

impl Matching {
    pub(crate) fn new(target: &TargetSnapshot, kind: ObjectKind, fields: &[Field<'_>]) -> Self {
        let mut order: Vec<usize> =
            (0..fields.len()).filter(|&at| fields[at].row.matching.is_some()).collect();
        order.sort_by_key(|&at| (fields[at].row.matching, at));
        Self { order: order.into_iter().map(|at| (at, Index::new(target, kind, &fields[at].path))).collect() }
    }

    /// Looks for the object of one subject that is in scope.
    pub(crate) fn find(
        &self,
        request: &Request<'_>,
        kind: ObjectKind,
        fields: &[Field<'_>],
        subject: &Subject<'_>,
        context: &Context,
    ) -> Candidate {
        let mut link_gone = false;
        if let Some(linked) = request.links.target_of(kind, subject.id()) {
            if let Some(object) = request.target.object(kind, linked) {
                let row = u32::try_from(object.row).expect("fewer than 2^32 rows");
                return Candidate { found: Found::Linked { row }, link_gone };
            }
            if !request.target.is_gone(kind, linked) {
                return Candidate { found: Found::Failed(Code::TargetUnknown.reason()), link_gone };
            }
            if request.policy.gone_target == GoneTarget::Fail {
                return Candidate { found: Found::Failed(Code::InvalidAnchor.reason()), link_gone };
            }
            link_gone = true;
        }
        Candidate { found: self.by_value(request, kind, fields, subject, context), link_gone }
    }

    fn by_value(
        &self,
        request: &Request<'_>,
        kind: ObjectKind,
        fields: &[Field<'_>],
        subject: &Subject<'_>,
        context: &Context,
    ) -> Found {
        let mut first = None;
        for (at, index) in &self.order {
            let field = &fields[*at];
            let value = match field.value(subject, context) {
                Ok(None) => continue,
                Ok(Some(value)) => value,
                Err(reason) => return Found::Failed(reason),
            };
            let Some(text) = value.key() else { continue };
            let key = Key { attribute: field.path.to_string(), value: text.into_owned() };
            match index.find(request.target, kind, field, &key.value).as_slice() {
                [] if !request.target.knows(kind, &field.path, &key.value) => {
                    return Found::Failed(Code::TargetUnknown.reason());
                }
                [] => first = first.or(Some(key)),
                rows => {
                    return match chosen(request, kind, rows) {
                        Some(row) => Found::Matched { row, key },
                        None => Found::Failed(
                            Code::DuplicateTargetEntries
                                .with([("attribute", key.attribute), ("value", key.value)]),
                        ),
                    };
                }
            }
        }
        first.map_or(Found::NoValue, |key| Found::Nothing { key })
    }

    /// Every object that has a value by which this one would be found: those of the first attribute that finds any.
    pub(crate) fn all(
        &self,
        request: &Request<'_>,
        kind: ObjectKind,
        fields: &[Field<'_>],
        subject: &Subject<'_>,
        context: &Context,
    ) -> Option<(Key, Vec<u32>)> {
        self.order.iter().find_map(|(at, index)| {
            let field = &fields[*at];
            let value = field.value(subject, context).ok().flatten()?.key()?.into_owned();
            let rows = index.find(request.target, kind, field, &value);
            (!rows.is_empty()).then(|| (Key { attribute: field.path.to_string(), value }, rows))
        })
    }

    /// The values by which an object can be found, by precedence. One that cannot be computed is the plan's business.
    pub(crate) fn values(
        &self,
        fields: &[Field<'_>],
        subject: &Subject<'_>,
        context: &Context,
    ) -> Vec<(std::sync::Arc<str>, String)> {
        let fields = self.order.iter().map(|(at, _)| &fields[*at]);
        let values = fields.filter_map(|field| {
            let value = field.value(subject, context).ok().flatten()?;
            Some((field.path.clone(), value.key()?.into_owned()))
        });
        values.collect()
    }

    /// Other objects than `own` that have this value of a matching attribute already.
    pub(crate) fn holders(
        &self,
        request: &Request<'_>,
        kind: ObjectKind,
        fields: &[Field<'_>],
        at: usize,
        value: &str,
        own: u32,
    ) -> Vec<u32> {
        let indices = self.order.iter().filter(|(row, _)| *row == at);
        let rows = indices.flat_map(|(_, index)| index.find(request.target, kind, &fields[at], value));
        rows.filter(|&row| row != own).collect()
    }

    /// The attributes that could identify an object, for the sentence about one that has none of them.
    pub(crate) fn attributes(&self, fields: &[Field<'_>]) -> String {
        self.order.iter().map(|(at, _)| &*fields[*at].path).collect::<Vec<_>>().join(", ")
    }
}
