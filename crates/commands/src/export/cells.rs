//! CSV as RFC 4180 writes it, with nothing in it that a spreadsheet would carry out.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

/// UTF-8's byte order mark. Excel and Windows PowerShell 5.1 take a file without it for one in the computer's own code
/// page, and names like Łucja come out wrong.
const MARK: &str = "\u{feff}";

/// With these a spreadsheet takes a cell for a formula, the full-width forms included (OWASP, "CSV Injection").
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A table that grows row by row.
pub(crate) struct Table(Writer<Vec<u8>>);

impl Table {
    /// A table with a header row.
    pub(crate) fn new(columns: &[&str]) -> Self {
        // Every cell in quotes: a separator of another country's spreadsheets then begins no cell.
        let mut builder = WriterBuilder::new();
        builder.quote_style(QuoteStyle::Always).terminator(Terminator::CRLF);
        let mut table = Self(builder.from_writer(MARK.as_bytes().to_vec()));
        table.row(columns);
        table
    }

    /// Adds a row: as many cells as there are columns.
    pub(crate) fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        let cells = cells.iter().map(|cell| harmless(cell.as_ref()));
        self.0.write_record(cells).expect("memory takes everything, and rows are of one length");
    }

    /// The file.
    pub(crate) fn text(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes everything");
        String::from_utf8(bytes).expect("texts went in")
    }
}

/// A cell that no spreadsheet carries out: an apostrophe stands before what would begin a formula.
///
/// Not only at the cell's own beginning. A spreadsheet that separates by semicolons or tabs, as in many countries, cuts a
/// cell where such a character stands in it; what follows begins a cell there.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        let separates = matches!(c, ';' | '\t' | '\r' | '\n');
        if begins && FORMULA.contains(&c) || out.is_empty() && matches!(c, '\t' | '\r' | '\n') {
            out.push('\'');
        }
        out.push(c);
        begins = separates || begins && (c == '"' || c.is_whitespace());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_begins_a_formula_is_made_harmless() {
        for (text, expected) in [
            ("", ""),
            ("Ana Kim", "Ana Kim"),
            ("O'Neill-Åkerman", "O'Neill-Åkerman"),
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\rx", "'\rx"),
            (" \"=1", " \"'=1"),
            ("a;=1", "a;'=1"),
            ("a\n=1", "a\n'=1"),
            ("a\t\"@x", "a\t\"'@x"),
            ("a, =1", "a, =1"),
            ("＝1+1", "'＝1+1"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_file_is_what_the_rfc_says() {
        let mut table = Table::new(&["name", "value"]);
        table.row(&["Ana \"Zoë\" Kim", "one,\r\ntwo"]);
        let expected = "\u{feff}\"name\",\"value\"\r\n\"Ana \"\"Zoë\"\" Kim\",\"one,\r\ntwo\"\r\n";
        assert_eq!(table.text(), expected);
    }

    /// The cells as a spreadsheet with this separator cuts them.
    fn cut(text: &str, separator: u8) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true).delimiter(separator);
        let rows = reader.from_reader(text.as_bytes()).into_records();
        rows.map(|row| row.expect("text").iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #[test]
        fn no_spreadsheet_finds_a_formula(cells in prop::collection::vec("[a-c=+@;,\"'\t\r\n -]{0,12}|\\PC{0,8}", 3)) {
            let mut table = Table::new(&["a", "b", "c"]);
            table.row(&cells);
            let text = table.text();
            let text = text.trim_start_matches('\u{feff}');
            let ours = cut(text, b',');
            let back: Vec<String> = cells.iter().map(|cell| harmless(cell)).collect();
            prop_assert_eq!(ours.get(1), Some(&back), "a reader gets back what was written");
            for separator in [b',', b';', b'\t'] {
                for cell in cut(text, separator).iter().flatten() {
                    let seen = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
                    prop_assert!(!seen.starts_with(FORMULA), "{:?} with {:?}", cell, char::from(separator));
                }
            }
        }
    }
}
