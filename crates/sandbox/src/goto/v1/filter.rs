//! The one filter form of the dialect: `attribute operator "value"`.

use super::Problem;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The attribute, spelled as in `allowed`.
    pub attribute: &'static str,
    /// The comparison.
    pub operator: Operator,
    /// The value.
    pub value: String,
}

/// The comparisons of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal, without regard to case.
    Eq,
    /// Starts with.
    Sw,
    /// Contains.
    Co,
}

impl Filter {
    /// Whether an attribute value passes.
    pub fn passes(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        let wanted = self.value.to_lowercase();
        match self.operator {
            Operator::Eq => value == wanted,
            Operator::Sw => value.starts_with(&wanted),
            Operator::Co => value.contains(&wanted),
        }
    }
}

/// Reads a filter on one of these attributes with one of these operators.
pub fn parse(text: &str, attributes: &[&'static str], operators: &[Operator]) -> Result<Filter, Problem> {
    let bad = |what: &str| Problem::bad(format!("The filter is not supported: {what}."));
    let mut parts = text.trim().splitn(3, ' ');
    let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad("it must read attribute operator \"value\""));
    };
    let attribute = attributes
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name))
        .ok_or_else(|| bad(&format!("cannot filter on {name}")))?;
    let operator = match operator.to_ascii_lowercase().as_str() {
        "eq" => Operator::Eq,
        "sw" => Operator::Sw,
        "co" => Operator::Co,
        other => return Err(bad(&format!("operator {other} is not known"))),
    };
    if !operators.contains(&operator) {
        return Err(bad("this operator is not available here"));
    }
    // A JSON string and nothing after it: `and` and `or` end here.
    let value = serde_json::from_str::<String>(value.trim())
        .map_err(|_| bad("the value must be one string in double quotes"))?;
    Ok(Filter { attribute, operator, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Operator, &str)>) {
        let parsed = parse(text, &["userName", "name.givenName"], &[Operator::Eq, Operator::Sw]).ok();
        let parsed = parsed.as_ref().map(|filter| (filter.attribute, filter.operator, filter.value.as_str()));
        assert_eq!(parsed, expected, "{text}");
    }

    #[test]
    fn only_the_described_form_is_read() {
        check(r#"userName eq "a@b.c""#, Some(("userName", Operator::Eq, "a@b.c")));
        check(r#"USERNAME EQ "a b""#, Some(("userName", Operator::Eq, "a b")));
        check(r#"name.givenName sw "O\"N""#, Some(("name.givenName", Operator::Sw, "O\"N")));
        check(r#"userName co "a""#, None);
        check(r#"externalId eq "a""#, None);
        check(r#"userName eq "a" and userName eq "b""#, None);
        check(r#"userName+eq+"a""#, None);
        check("userName eq a", None);
        check("userName pr", None);
        check("", None);
    }
}
