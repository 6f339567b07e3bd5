//! Tokens to syntax, with recovery: one pass reports every error.
//!
//! `expr := operand [ comparison operand ]`, `operand := text | number | attribute | word | call`,
//! `call := NAME "(" [ argument { "," argument } ] ")"`, `argument := expr | nothing`.

use crate::MAX_LENGTH;
use crate::catalogue::{self, Standing};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::lexer::{self, Token, Tokens, excerpt};
use crate::suggest::nearest;
use crate::syntax::{Argument, Call, Term, TermKind, Word};

/// Calls nest this deep at most. Documented expressions need 6; the bound keeps every walk of the tree off the end
/// of a small stack.
const MAX_DEPTH: u32 = 64;

/// The syntax tree with the warnings of one pass, or all of its errors.
pub(crate) fn parse(text: &str) -> Result<(Term, Vec<Diagnostic>), Vec<Diagnostic>> {
    let length = text.chars().count();
    if length > MAX_LENGTH {
        let with = [("length", length.to_string()), ("limit", MAX_LENGTH.to_string())];
        return Err(vec![Diagnostic::new(Code::TooLong, Span { start: 0, end: text.len() }, with)]);
    }
    let Tokens { tokens, errors, warnings } = lexer::tokens(text);
    let mut parser = Parser { text, tokens, at: 0, diagnostics: errors };
    let root = parser.expression(Condition::Refused, 0);
    if *parser.peek() != Token::End && !parser.too_deep() {
        parser.unexpected("end");
    }
    parser.diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    match root {
        Some(root) if parser.diagnostics.is_empty() => Ok((root, warnings)),
        _ => Err(parser.diagnostics),
    }
}

/// Whether a comparison may stand here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Allowed,
    Refused,
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, Span)>,
    at: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    /// Moves on; the end is never passed.
    fn next(&mut self) -> (Token, Span) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn too_deep(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::TooDeep)
    }

    fn unexpected(&mut self, expected: &str) {
        // A bad token was reported by the lexer.
        if *self.peek() == Token::Bad {
            return;
        }
        let span = self.span();
        let with = [("expected", expected.to_owned()), ("found", excerpt(&self.text[span.start..span.end]))];
        self.diagnostics.push(Diagnostic::new(Code::Syntax, span, with));
    }

    fn expression(&mut self, condition: Condition, depth: u32) -> Option<Term> {
        let left = self.operand(depth);
        let Token::Compare(comparison) = *self.peek() else { return left };
        if condition == Condition::Refused {
            self.unexpected("no-comparison");
        }
        self.next();
        let right = self.operand(depth)?;
        let left = left?;
        let span = Span { start: left.span.start, end: right.span.end };
        Some(Term { kind: TermKind::Compare(Box::new(left), comparison, Box::new(right)), span })
    }

    fn operand(&mut self, depth: u32) -> Option<Term> {
        if !matches!(self.peek(), Token::Text(_) | Token::Integer(..) | Token::Attribute(_) | Token::Name(_))
        {
            self.unexpected("operand");
            if *self.peek() == Token::Bad {
                self.next();
            }
            return None;
        }
        let (token, span) = self.next();
        let kind = match token {
            Token::Text(text) => TermKind::Text(text),
            Token::Integer(number, radix) => TermKind::Integer(number, radix),
            Token::Attribute(name) => TermKind::Attribute(name),
            Token::Name(name) if *self.peek() == Token::Open => return self.call(&name, span, depth),
            Token::Name(name) => return self.word(&name, span),
            _ => return None,
        };
        Some(Term { kind, span })
    }

    /// A name without parentheses.
    fn word(&mut self, name: &str, span: Span) -> Option<Term> {
        for word in [Word::TextCompare, Word::BinaryCompare] {
            if word.as_str() == name {
                return Some(Term { kind: TermKind::Word(word), span });
            }
        }
        let diagnostic = match name {
            // Register Q-02: the HR guides write these bare; they mean nothing for provisioning to an application.
            "IgnoreAttributeFlow" | "IgnoreObjectFlow" => {
                Diagnostic::new(Code::UnsupportedHere, span, [("name", name.to_owned())])
            }
            _ => {
                let with = [("expected", "operand".to_owned()), ("found", name.to_owned())];
                let candidates = vec![format!("[{name}]"), format!("\"{name}\"")];
                Diagnostic::new(Code::Syntax, span, with).or(candidates)
            }
        };
        self.diagnostics.push(diagnostic);
        None
    }

    fn call(&mut self, name: &str, name_span: Span, depth: u32) -> Option<Term> {
        if depth >= MAX_DEPTH {
            let with = [("limit", MAX_DEPTH.to_string())];
            self.diagnostics.push(Diagnostic::new(Code::TooDeep, name_span, with));
            self.at = self.tokens.len() - 1;
            return None;
        }
        let function = catalogue::function(name);
        match function {
            None => {
                let candidates = match catalogue::equivalent(name) {
                    Some(equivalent) => vec![equivalent.to_owned()],
                    None => nearest(name, catalogue::functions().iter().map(|function| function.name)),
                };
                let with = [("name", name.to_owned())];
                self.diagnostics.push(Diagnostic::new(Code::UnknownFunction, name_span, with).or(candidates));
            }
            Some(function) if function.standing() == Standing::UnsupportedHere => {
                let with = [("name", name.to_owned())];
                self.diagnostics.push(Diagnostic::new(Code::UnsupportedHere, name_span, with));
            }
            Some(_) => {}
        }
        self.next();
        let (arguments, end) = self.arguments(name, depth);
        let span = Span { start: name_span.start, end };
        let call = Call::new(function?, arguments);
        // An argument that could not be read must not be reported a second time as missing.
        let is_broken = |found: &Diagnostic| found.span.start >= name_span.end && found.span.end <= span.end;
        if !self.diagnostics.iter().any(is_broken) {
            self.diagnostics.extend(arity(&call, span));
        }
        Some(Term { kind: TermKind::Call(call), span })
    }

    /// What stands between the parentheses, and where the call ends.
    fn arguments(&mut self, function: &str, depth: u32) -> (Vec<Argument>, usize) {
        let mut arguments = Vec::new();
        if *self.peek() == Token::Close {
            return (arguments, self.next().1.end);
        }
        loop {
            let condition = match (function, arguments.len()) {
                ("IIF" | "CBool", 0) => Condition::Allowed,
                _ => Condition::Refused,
            };
            let start = self.span().start;
            let term = match self.peek() {
                Token::Comma | Token::Close => None,
                _ => self.expression(condition, depth + 1),
            };
            let end = term.as_ref().map_or(start, |term| term.span.end);
            arguments.push(Argument { term, span: Span { start, end } });
            if !matches!(self.peek(), Token::Comma | Token::Close | Token::End) {
                self.unexpected("comma-or-close");
                self.skip_argument();
            }
            match self.next() {
                (Token::Close, span) => return (arguments, span.end),
                (Token::Comma, _) => {}
                (_, span) => {
                    let is_reported =
                        self.too_deep() || self.diagnostics.iter().any(|d| d.span.end == span.end);
                    if !is_reported {
                        self.unexpected("comma-or-close");
                    }
                    return (arguments, span.end);
                }
            }
        }
    }

    /// Goes on to the comma or parenthesis that ends this argument.
    fn skip_argument(&mut self) {
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Comma | Token::Close if depth == 0 => return,
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            self.next();
        }
    }
}

/// Whether the function takes this many arguments, and none of the required ones is left out.
fn arity(call: &Call, span: Span) -> Option<Diagnostic> {
    let function = call.function;
    let given = call.arguments.len();
    let mut with = vec![
        ("function", function.name.to_owned()),
        ("given", given.to_string()),
        ("signature", function.signature()),
    ];
    let missing = function.missing(&call.arguments);
    if function.takes(given) && missing.is_none() {
        return None;
    }
    with.extend(missing.map(|parameter| ("missing", parameter.name.to_owned())));
    let mut diagnostic = Diagnostic::new(Code::Arity, span, []);
    diagnostic.with.extend(with);
    Some(diagnostic)
}
