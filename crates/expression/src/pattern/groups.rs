//! Groups of a pattern and their numbers.

/// The capturing groups. The engine numbers them by their opening parentheses; .NET numbers the unnamed ones first,
/// then the named ones, and gives one number to a name that stands at several places.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// For each group of the engine, in order: its name.
    places: Vec<Option<String>>,
    /// For each number of .NET from 1: the groups of the engine.
    slots: Vec<Vec<usize>>,
    /// Names, in order of their numbers.
    names: Vec<String>,
}

impl Groups {
    /// Notes a group that opens.
    pub(super) fn open(&mut self, name: Option<String>) {
        self.places.push(name);
    }

    /// Gives out the numbers, once all groups are known.
    pub(super) fn number(&mut self) {
        let unnamed = self.places.iter().enumerate().filter(|(_, name)| name.is_none());
        self.slots = unnamed.map(|(at, _)| vec![at + 1]).collect();
        let unnamed = self.slots.len();
        for (at, name) in self.places.iter().enumerate() {
            let Some(name) = name else { continue };
            match self.names.iter().position(|known| known == name) {
                Some(known) => self.slots[unnamed + known].push(at + 1),
                None => {
                    self.names.push(name.clone());
                    self.slots.push(vec![at + 1]);
                }
            }
        }
    }

    /// For each number of .NET from 1: the groups of the engine.
    pub(super) fn slots(&self) -> &[Vec<usize>] {
        &self.slots
    }

    /// The groups of the engine that bear this number; none when there is no such number.
    pub(super) fn numbered(&self, number: usize) -> Option<&[usize]> {
        number.checked_sub(1).and_then(|at| self.slots.get(at)).map(Vec::as_slice)
    }

    /// The number of the group of this name or number; 0 is the whole match.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        match name.parse::<usize>() {
            Ok(number) => (number <= self.slots.len()).then_some(number),
            Err(_) => {
                let at = self.names.iter().position(|known| known == name)?;
                Some(self.slots.len() - self.names.len() + at + 1)
            }
        }
    }
}
