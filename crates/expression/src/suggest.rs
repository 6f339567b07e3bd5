//! "Did you mean".

/// The nearest of `known` to `word`, best first, at most three; empty when nothing is near.
///
/// A name that differs only in case is nearest of all: names of the language are case-sensitive, and that is the
/// commonest slip.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<String> {
    let lowered = word.to_lowercase();
    let limit = 1 + word.chars().count() / 4;
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let other = name.to_lowercase();
            let distance = if other == lowered { 0 } else { distance(&lowered, &other, limit)? };
            Some((distance, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// Edits (insert, delete, replace, swap of neighbours) between two texts, when at most `limit`.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, l) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, r) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(l != r);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && left[row - 1] == *r && right[column - 1] == *l;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_keyboard_are_found() {
        let check = |word: &str, expected: &[&str]| {
            assert_eq!(nearest(word, ["Join", "Not", "Switch", "ToLower"]), expected)
        };
        check("Joni", &["Join"]);
        check("join", &["Join"]);
        check("tolower", &["ToLower"]);
        check("Swich", &["Switch"]);
        check("Frobnicate", &[]);
        check("", &[]);
    }
}
