//! `usher scope`: questions about scoping filters on standard input, answers on standard output.

use std::io::{BufRead as _, BufReader};

use crate::failure::Failure;
use crate::output::json_line;
use usher_commands::scoping;

/// Answers line by line, so that a program can wait for each. Code 1 when a line was no question.
pub fn scope() -> Result<u8, Failure> {
    let (mut questions, mut answers) = (BufReader::new(std::io::stdin().lock()), std::io::stdout().lock());
    let (mut line, mut code) = (Vec::new(), 0);
    loop {
        line.clear();
        if questions.read_until(b'\n', &mut line)? == 0 {
            return Ok(code);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = scoping::answer(&line);
        if answer.is_malformed {
            code = 1;
        }
        json_line(&mut answers, &answer.json)?;
    }
}
