//! Interned text: every distinct string once, named by a `u32`.

use std::hash::{DefaultHasher, Hash, Hasher};

use hashbrown::HashTable;

/// The number of an interned string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sym(pub(crate) u32);

/// All strings of one snapshot, in one allocation.
#[derive(Clone, Default)]
pub(crate) struct Strings {
    bytes: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
}

/// A fixed-key hash: the same input gives the same bytes on every run, so nothing here may draw random keys.
pub(crate) fn hash_of(text: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Strings {
    /// The number of `text`, new or known.
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        let hash = hash_of(text);
        if let Some(known) = self.table.find(hash, |&sym| slice(&self.bytes, &self.ends, sym) == text) {
            return Sym(*known);
        }
        let sym = u32::try_from(self.ends.len()).expect("a snapshot has fewer than 2^32 distinct strings");
        self.bytes.push_str(text);
        self.ends
            .push(u32::try_from(self.bytes.len()).expect("a snapshot has less than 4 GiB of distinct text"));
        let (bytes, ends) = (&self.bytes, &self.ends);
        self.table.insert_unique(hash, sym, |&other| hash_of(slice(bytes, ends, other)));
        Sym(sym)
    }

    /// The number of `text`, if it is known.
    pub(crate) fn find(&self, text: &str) -> Option<Sym> {
        self.table
            .find(hash_of(text), |&sym| slice(&self.bytes, &self.ends, sym) == text)
            .map(|&sym| Sym(sym))
    }

    /// The text of a number that this table gave out.
    pub(crate) fn get(&self, sym: Sym) -> &str {
        slice(&self.bytes, &self.ends, sym.0)
    }

    /// How many distinct strings there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(bytes: &'a str, ends: &[u32], sym: u32) -> &'a str {
    let at = sym as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    &bytes[start..ends[at] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_has_one_number_and_gives_its_text_back() {
        let mut strings = Strings::default();
        let words = ["", "Ana", "ana", "Łucja", "Ana", ""];
        let syms: Vec<_> = words.iter().map(|word| strings.intern(word)).collect();
        assert_eq!(syms.iter().map(|&sym| strings.get(sym)).collect::<Vec<_>>(), words);
        assert_eq!((syms[1], syms[0]), (syms[4], syms[5]));
        assert_eq!((strings.len(), strings.find("Łucja"), strings.find("lucja")), (4, Some(syms[3]), None));
    }
}
