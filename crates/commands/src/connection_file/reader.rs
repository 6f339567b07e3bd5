//! Walking a TOML document while collecting problems.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};
use usher_expression::nearest;

use super::problem::{Problem, ProblemKind, position};

/// The text and what was found wrong with it so far.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    errors: Vec<(usize, Problem)>,
    warnings: Vec<(usize, Problem)>,
}

/// A table of the document: `source`, `users.mapping[2]`.
#[derive(Clone, Copy)]
pub(super) struct Section<'d, 't> {
    table: &'d DeTable<'t>,
    /// Where the table begins.
    pub(super) start: usize,
}

/// A value with the place where it stands.
pub(super) type Found<T> = (T, Range<usize>);

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, errors: Vec::new(), warnings: Vec::new() }
    }

    /// The document as far as it is TOML.
    pub(super) fn document(&mut self) -> Option<Spanned<DeTable<'t>>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        let is_whole = errors.is_empty();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.error(at, "", ProblemKind::Syntax { message: error.message().to_owned() });
        }
        is_whole.then_some(document)
    }

    pub(super) fn error(&mut self, at: usize, key: &str, kind: ProblemKind) {
        self.error_with(at, key, kind, Vec::new());
    }

    pub(super) fn error_with(&mut self, at: usize, key: &str, kind: ProblemKind, candidates: Vec<String>) {
        let problem = self.problem(at, key, kind, candidates);
        self.errors.push((at, problem));
    }

    pub(super) fn warning(&mut self, at: usize, key: &str, kind: ProblemKind, candidates: Vec<String>) {
        let problem = self.problem(at, key, kind, candidates);
        self.warnings.push((at, problem));
    }

    fn problem(&self, at: usize, key: &str, kind: ProblemKind, candidates: Vec<String>) -> Problem {
        let (line, column) = position(self.text, at);
        Problem { line, column, key: key.to_owned(), kind, candidates }
    }

    pub(super) fn error_count(&self) -> usize {
        self.errors.len()
    }

    /// Errors and warnings, each in the order of the file.
    pub(super) fn finish(mut self) -> (Vec<Problem>, Vec<Problem>) {
        self.errors.sort_by_key(|(at, _)| *at);
        self.warnings.sort_by_key(|(at, _)| *at);
        let problems = |found: Vec<(usize, Problem)>| found.into_iter().map(|(_, problem)| problem).collect();
        (problems(self.errors), problems(self.warnings))
    }

    /// Opens a table and reports keys that it does not have.
    pub(super) fn section<'d, 'i>(
        &mut self,
        table: &'d DeTable<'i>,
        start: usize,
        path: &str,
        keys: &[&str],
    ) -> Section<'d, 'i> {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let candidates = nearest(name, keys.iter().copied());
                self.error_with(key.span().start, &joined(path, name), ProblemKind::UnknownKey, candidates);
            }
        }
        Section { table, start }
    }

    /// A table inside a table, where it is there.
    pub(super) fn subsection<'d, 'i>(
        &mut self,
        outer: Section<'d, 'i>,
        path: &str,
        name: &str,
        keys: &[&str],
    ) -> Option<Section<'d, 'i>> {
        let key = joined(path, name);
        let value = outer.table.get(name)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.section(table, value.span().start, &key, keys)),
            other => {
                self.wrong_type(value.span(), &key, "a table", other);
                None
            }
        }
    }

    pub(super) fn text_at(
        &mut self,
        section: Section<'_, '_>,
        path: &str,
        name: &str,
    ) -> Option<Found<String>> {
        let value = section.table.get(name)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.clone().into_owned(), value.span())),
            other => {
                self.wrong_type(value.span(), &joined(path, name), "text in quotes", other);
                None
            }
        }
    }

    pub(super) fn boolean_at(&mut self, section: Section<'_, '_>, path: &str, name: &str) -> Option<bool> {
        let value = section.table.get(name)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            other => {
                self.wrong_type(value.span(), &joined(path, name), "true or false", other);
                None
            }
        }
    }

    /// A whole number within bounds.
    pub(super) fn number_at(
        &mut self,
        section: Section<'_, '_>,
        path: &str,
        name: &str,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> Option<u32> {
        let value = section.table.get(name)?;
        let key = joined(path, name);
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value.span(), &key, "a whole number", value.get_ref());
            return None;
        };
        let number = u32::from_str_radix(number.as_str(), number.radix()).ok();
        if number.is_none_or(|number| !bounds.contains(&number)) {
            let expected = match (*bounds.start(), *bounds.end()) {
                (start, u32::MAX) => format!("a whole number of {start} or more"),
                (start, end) => format!("a whole number from {start} to {end}"),
            };
            self.error(value.span().start, &key, ProblemKind::BadValue { expected });
            return None;
        }
        number
    }

    /// A list, where it is there.
    pub(super) fn list_at<'d, 'i>(
        &mut self,
        section: Section<'d, 'i>,
        path: &str,
        name: &str,
        expected: &'static str,
    ) -> Option<&'d DeArray<'i>> {
        let value = section.table.get(name)?;
        match value.get_ref() {
            DeValue::Array(values) => Some(values),
            other => {
                self.wrong_type(value.span(), &joined(path, name), expected, other);
                None
            }
        }
    }

    pub(super) fn texts_at(
        &mut self,
        section: Section<'_, '_>,
        path: &str,
        name: &str,
    ) -> Option<Vec<Found<String>>> {
        let values = self.list_at(section, path, name, "a list of texts")?;
        let mut texts = Vec::new();
        for value in values.iter() {
            match value.get_ref() {
                DeValue::String(text) => texts.push((text.clone().into_owned(), value.span())),
                other => self.wrong_type(value.span(), &joined(path, name), "a list of texts", other),
            }
        }
        Some(texts)
    }

    /// One word of a fixed list.
    pub(super) fn choice_at<T: Copy>(
        &mut self,
        section: Section<'_, '_>,
        path: &str,
        name: &str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let (text, span) = self.text_at(section, path, name)?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if chosen.is_none() {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let candidates = nearest(&text, choices.iter().map(|(word, _)| *word));
            let kind = ProblemKind::BadValue { expected: words.join(" or ") };
            self.error_with(span.start, &joined(path, name), kind, candidates);
        }
        chosen.map(|(_, value)| *value)
    }

    pub(super) fn wrong_type(
        &mut self,
        span: Range<usize>,
        key: &str,
        expected: &'static str,
        found: &DeValue<'_>,
    ) {
        let found = match found {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(span.start, key, ProblemKind::WrongType { expected, found });
    }
}

impl Section<'_, '_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// Where the value of a key stands; the table itself where the key is not there.
    pub(super) fn value_start(&self, name: &str) -> usize {
        self.table.get(name).map_or(self.start, |value| value.span().start)
    }
}

/// `source` and `tenant` make `source.tenant`.
pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
