//! Rows of attribute values as flat arrays of `u32`.

use std::borrow::Cow;

use super::strings::{Strings, Sym};

/// A value as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute<'a> {
    /// Nothing was there. An empty text is stored as absent: both systems treat it so.
    Absent,
    /// Text.
    Text(&'a str),
    /// A JSON Boolean.
    Boolean(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// Several texts, in order.
    Texts(Cow<'a, [&'a str]>),
}

/// Values of one kind of object, one row each.
#[derive(Clone, Default)]
pub(crate) struct Table {
    columns: Vec<Box<str>>,
    cells: Vec<u32>,
    lists: Vec<Box<[Sym]>>,
    rows: usize,
}

// The upper two bits of a cell say what the lower thirty mean.
const TEXT: u32 = 0;
const BOOLEAN: u32 = 1 << 30;
const INTEGER: u32 = 2 << 30;
const LIST: u32 = 3 << 30;
const PAYLOAD: u32 = BOOLEAN - 1;
const ABSENT: u32 = 0;

impl Table {
    pub(crate) fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> Self {
        let mut columns: Vec<Box<str>> = columns.into_iter().map(Into::into).collect();
        columns.sort();
        columns.dedup();
        Self { columns, ..Self::default() }
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.binary_search_by(|column| (**column).cmp(name)).ok()
    }

    /// Adds a row; values of attributes that are no columns are not kept.
    pub(crate) fn push(&mut self, strings: &mut Strings, values: &[(&str, Attribute<'_>)]) -> usize {
        let row = self.rows;
        self.rows += 1;
        self.cells.resize(self.rows * self.columns.len(), ABSENT);
        self.write(strings, row, values);
        row
    }

    /// Replaces the whole row.
    pub(crate) fn replace(&mut self, strings: &mut Strings, row: usize, values: &[(&str, Attribute<'_>)]) {
        let width = self.columns.len();
        self.cells[row * width..(row + 1) * width].fill(ABSENT);
        self.write(strings, row, values);
    }

    fn write(&mut self, strings: &mut Strings, row: usize, values: &[(&str, Attribute<'_>)]) {
        for (name, value) in values {
            let Some(column) = self.column(name) else { continue };
            let cell = match value {
                Attribute::Absent | Attribute::Text("") => ABSENT,
                Attribute::Text(text) => TEXT | payload(strings.intern(text).0 + 1),
                Attribute::Boolean(value) => BOOLEAN | u32::from(*value),
                Attribute::Integer(value) => INTEGER | payload(strings.intern(&value.to_string()).0),
                Attribute::Texts(texts) if texts.is_empty() => ABSENT,
                Attribute::Texts(texts) => {
                    self.lists.push(texts.iter().map(|text| strings.intern(text)).collect());
                    LIST | payload(u32::try_from(self.lists.len() - 1).expect("fewer lists than 2^30"))
                }
            };
            self.cells[row * self.columns.len() + column] = cell;
        }
    }

    pub(crate) fn get<'s>(&self, strings: &'s Strings, row: usize, column: usize) -> Attribute<'s> {
        let cell = self.cells[row * self.columns.len() + column];
        let value = cell & PAYLOAD;
        match cell & !PAYLOAD {
            TEXT if cell == ABSENT => Attribute::Absent,
            TEXT => Attribute::Text(strings.get(Sym(value - 1))),
            BOOLEAN => Attribute::Boolean(value == 1),
            INTEGER => Attribute::Integer(
                strings.get(Sym(value)).parse().expect("integer cells hold what an i64 printed"),
            ),
            _ => Attribute::Texts(self.lists[value as usize].iter().map(|&sym| strings.get(sym)).collect()),
        }
    }

    pub(crate) fn named<'s>(&self, strings: &'s Strings, row: usize, name: &str) -> Attribute<'s> {
        self.column(name).map_or(Attribute::Absent, |column| self.get(strings, row, column))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &**column)
    }

    /// The same rows in another order; rows that `order` does not name are dropped.
    pub(crate) fn reorder(&self, order: &[u32]) -> Self {
        let width = self.columns.len();
        let mut cells = Vec::with_capacity(order.len() * width);
        for &row in order {
            cells.extend_from_slice(&self.cells[row as usize * width..(row as usize + 1) * width]);
        }
        Self { columns: self.columns.clone(), cells, lists: self.lists.clone(), rows: order.len() }
    }
}

fn payload(value: u32) -> u32 {
    assert!(value <= PAYLOAD, "a snapshot has fewer than 2^30 distinct strings");
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_survives_and_an_empty_text_is_absent() {
        let mut strings = Strings::default();
        let mut table = Table::new(["mail", "age", "on", "other", "none", "mail"]);
        let values = [
            ("mail", Attribute::Text("ana@contoso.com")),
            ("age", Attribute::Integer(-9_007_199_254_740_993)),
            ("on", Attribute::Boolean(false)),
            ("other", Attribute::Texts(Cow::Borrowed(&["b", "a"]))),
            ("none", Attribute::Text("")),
            ("unmapped", Attribute::Text("x")),
        ];
        table.push(&mut strings, &[]);
        let row = table.push(&mut strings, &values);
        let read: Vec<_> = values.iter().map(|(name, _)| table.named(&strings, row, name)).collect();
        assert_eq!(read[..4], values[..4].iter().map(|(_, value)| value.clone()).collect::<Vec<_>>());
        assert_eq!(read[4..], [Attribute::Absent, Attribute::Absent]);
        assert_eq!(table.named(&strings, 0, "mail"), Attribute::Absent);
        let swapped = table.reorder(&[1, 0]);
        assert_eq!(swapped.named(&strings, 0, "on"), Attribute::Boolean(false));
        table.replace(&mut strings, row, &[("age", Attribute::Integer(3))]);
        assert_eq!(table.named(&strings, row, "mail"), Attribute::Absent);
    }
}
