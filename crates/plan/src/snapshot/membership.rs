//! Pairs that come and go while pages are read, settled into sorted arrays.

use super::strings::Sym;

/// A log of pairs: the last word about a pair counts.
#[derive(Clone, Default)]
pub(crate) struct PairLog {
    entries: Vec<(Sym, Sym, bool)>,
}

impl PairLog {
    pub(crate) fn say(&mut self, left: Sym, right: Sym, present: bool) {
        self.entries.push((left, right, present));
    }

    /// The pairs that are present, sorted, each once.
    pub(crate) fn settle(mut self) -> Pairs {
        // Stable: entries of one pair stay in the order in which they were said.
        self.entries.sort_by_key(|&(left, right, _)| (left, right));
        let mut pairs = Vec::with_capacity(self.entries.len());
        for (at, &(left, right, present)) in self.entries.iter().enumerate() {
            let last = self.entries.get(at + 1).is_none_or(|next| (next.0, next.1) != (left, right));
            if last && present {
                pairs.push((left, right));
            }
        }
        pairs.shrink_to_fit();
        Pairs { pairs }
    }
}

/// Sorted pairs.
#[derive(Clone, Default)]
pub(crate) struct Pairs {
    pairs: Vec<(Sym, Sym)>,
}

impl Pairs {
    /// Everything on the right of `left`, sorted by number.
    pub(crate) fn of(&self, left: Sym) -> &[(Sym, Sym)] {
        let start = self.pairs.partition_point(|pair| pair.0 < left);
        let end = start + self.pairs[start..].partition_point(|pair| pair.0 == left);
        &self.pairs[start..end]
    }

    /// All pairs, sorted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Sym, Sym)> {
        self.pairs.iter().copied()
    }

    /// Whether the pair is there.
    pub(crate) fn contains(&self, left: Sym, right: Sym) -> bool {
        self.pairs.binary_search(&(left, right)).is_ok()
    }

    pub(crate) fn into_log(self) -> PairLog {
        PairLog { entries: self.pairs.into_iter().map(|(left, right)| (left, right, true)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_about_a_pair_counts() {
        let mut log = PairLog::default();
        let said = [
            (2, 1, true),
            (1, 5, true),
            (1, 5, false),
            (1, 4, false),
            (1, 4, true),
            (2, 1, true),
            (1, 9, true),
        ];
        for (left, right, present) in said {
            log.say(Sym(left), Sym(right), present);
        }
        let pairs = log.settle();
        let all: Vec<_> = pairs.pairs.iter().map(|(left, right)| (left.0, right.0)).collect();
        assert_eq!(all, [(1, 4), (1, 9), (2, 1)]);
        assert_eq!(pairs.of(Sym(1)).len(), 2);
        assert!(
            pairs.of(Sym(3)).is_empty() && pairs.contains(Sym(2), Sym(1)) && !pairs.contains(Sym(1), Sym(5))
        );
        assert_eq!(pairs.clone().into_log().settle().pairs, pairs.pairs);
    }
}
