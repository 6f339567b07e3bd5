//! A mapping that was understood, and what it sends for one object.

use std::collections::BTreeSet;

use usher_expression::{Context, Expression, Inputs, Value};
use usher_scim::AttributePath;

use crate::convert::{FlowError, TargetValue, convert};
use crate::model::Apply;
use crate::scoping::Filter;
use crate::source;
use crate::target::{ObjectType, TargetType};

/// A compiled [`crate::ObjectMapping`]: parsed once, evaluated for every object.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) object: ObjectType,
    pub(crate) rows: Vec<Row>,
    pub(crate) filter: Filter,
}

/// A compiled row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number in the mapping, from 0.
    pub number: usize,
    /// Where the value goes.
    pub target: AttributePath,
    /// The type there.
    pub kind: TargetType,
    /// Whether the target takes several values.
    pub multivalued: bool,
    /// Whether letter case alone makes a difference there.
    pub case_exact: bool,
    /// Whether the administrator's own list says that the service provider refuses an object without it.
    pub required: bool,
    /// Matching precedence, lower is tried first.
    pub matching: Option<u32>,
    /// When the row is applied.
    pub apply: Apply,
    /// Written on create when the source has no value. With [`Row::fills_empty_target`] also later.
    pub default: Option<TargetValue>,
    pub(crate) value: RowValue,
}

#[derive(Debug, Clone)]
pub(crate) enum RowValue {
    Attribute(String),
    Constant(String),
    Expression(Expression),
    None,
}

/// What one row sends for one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow<'t> {
    /// The target's path.
    pub target: &'t AttributePath,
    /// The row's number, from 0: `table.rows()` finds the row.
    pub row: usize,
    /// The value of the source; `None` when nothing flows. The default value is not in it.
    pub value: Result<Option<TargetValue>, FlowError>,
    /// A condition looked at an absent attribute: Entra's value may differ (register Q-12).
    pub uncertain: bool,
    /// The value came through `Redact`: it is sent, but never shown.
    pub redacted: bool,
    /// The value is random and drawn only when it is written: in its place stands the expression that draws it.
    pub drawn: bool,
    default: Option<&'t TargetValue>,
    apply: Apply,
}

impl Table {
    /// All rows in mapping order, references included.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// People or groups.
    pub fn object(&self) -> ObjectType {
        self.object
    }

    /// What each row sends for one object, in mapping order.
    ///
    /// References (`members`, `manager`) are left out: they are exported after the objects exist, see
    /// [`Table::references`].
    pub fn evaluate(&self, inputs: &dyn Inputs, context: &Context) -> Vec<Flow<'_>> {
        let rows = self.rows.iter().filter(|row| row.kind != TargetType::Reference);
        rows.map(|row| row.evaluate(inputs, context)).collect()
    }

    /// The matching attributes, in the order in which they are tried.
    pub fn matching(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.matching.is_some()).collect();
        rows.sort_by_key(|row| (row.matching, row.number));
        rows
    }

    /// Rows whose value is another object, with the source attribute that names it (`members`, `manager`).
    pub fn references(&self) -> Vec<(&Row, &str)> {
        self.rows.iter().filter_map(|row| Some((row, row.reference()?))).collect()
    }

    /// The source attributes of rows that hide what they send: nobody may read these of a person either.
    pub fn redacted_attributes(&self) -> BTreeSet<&str> {
        self.rows.iter().filter(|row| row.redacts()).flat_map(Row::source_attributes).collect()
    }

    /// The scoping filters.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The source attributes that rows and filters read, sorted.
    pub fn source_attributes(&self) -> BTreeSet<&str> {
        let rows = self.rows.iter().flat_map(Row::source_attributes);
        rows.chain(self.filter.source_attributes()).collect()
    }

    /// The Graph properties to ask for with `$select`, sorted.
    pub fn graph_select(&self) -> Vec<String> {
        source::graph_select(self.object, self.source_attributes())
    }
}

impl Row {
    /// What this row sends for one object.
    pub fn evaluate(&self, inputs: &dyn Inputs, context: &Context) -> Flow<'_> {
        let (mut uncertain, mut redacted, mut drawn) = (false, false, false);
        let value = match &self.value {
            RowValue::None => Ok(None),
            RowValue::Attribute(name) => convert(inputs.get(name), self.kind, self.multivalued),
            RowValue::Constant(text) => convert(Value::text(text), self.kind, self.multivalued),
            RowValue::Expression(expression) => match expression.evaluate(inputs, context) {
                Ok(outcome) => {
                    (uncertain, redacted, drawn) = (outcome.uncertain, outcome.redacted, outcome.drawn);
                    convert(outcome.value, self.kind, self.multivalued)
                }
                Err(error) => Err(FlowError::Evaluation(error)),
            },
        };
        let (default, apply) = (self.default.as_ref(), self.apply);
        Flow { target: &self.target, row: self.number, value, uncertain, redacted, drawn, default, apply }
    }

    /// The source attributes that it reads, in order of appearance.
    pub fn source_attributes(&self) -> Vec<&str> {
        match &self.value {
            RowValue::Attribute(name) => vec![name.as_str()],
            RowValue::Expression(expression) => expression.attributes(),
            RowValue::Constant(_) | RowValue::None => Vec::new(),
        }
    }

    /// The source attribute that names another object (`members`, `manager`), where the row's value is one.
    pub fn reference(&self) -> Option<&str> {
        match &self.value {
            RowValue::Attribute(name) if self.kind == TargetType::Reference => Some(name),
            _ => None,
        }
    }

    /// Whether its expression calls `Redact`.
    pub fn redacts(&self) -> bool {
        matches!(&self.value, RowValue::Expression(expression) if expression.calls("Redact"))
    }

    /// A row of type None: nothing flows, but an empty target is filled with the default value, on update as well.
    pub fn fills_empty_target(&self) -> bool {
        matches!(self.value, RowValue::None)
    }
}

impl Flow<'_> {
    /// What a create sends: the value, else the default value.
    pub fn on_create(&self) -> Result<Option<&TargetValue>, &FlowError> {
        self.value.as_ref().map(|value| value.as_ref().or(self.default))
    }

    /// What an update sends: the value. Null never clears, defaults are for creates, and rows that apply only during
    /// creation send nothing.
    pub fn on_update(&self) -> Result<Option<&TargetValue>, &FlowError> {
        match self.apply {
            Apply::Always | Apply::AddsOnly => self.value.as_ref().map(Option::as_ref),
            Apply::OnlyDuringCreation => self.value.as_ref().map(|_| None),
        }
    }
}
