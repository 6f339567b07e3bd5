//! Random values from a seed: pure, and as hard to guess as the seed.

use sha2::{Digest, Sha256};

/// A stream of random bytes for one value: SHA-256 over the seed, the number of the value and a counter.
pub(crate) struct Draw {
    seed: [u8; 32],
    value: u32,
    blocks: u32,
    bytes: Vec<u8>,
}

impl Draw {
    pub(crate) fn new(seed: [u8; 32], value: u32) -> Self {
        Self { seed, value, blocks: 0, bytes: Vec::new() }
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.bytes.pop() {
                return byte;
            }
            let mut digest = Sha256::new();
            digest.update(self.seed);
            digest.update(self.value.to_le_bytes());
            digest.update(self.blocks.to_le_bytes());
            self.blocks = self.blocks.wrapping_add(1);
            self.bytes = digest.finalize().to_vec();
        }
    }

    /// A number below `bound`, each one as likely as the others; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // The random parts of a text are a few hundred characters at most.
        let Some(bound) = u16::try_from(bound).ok().filter(|bound| *bound > 0) else { return 0 };
        let fair = u16::MAX - u16::MAX % bound;
        loop {
            let number = u16::from_le_bytes([self.byte(), self.byte()]);
            if number < fair {
                return usize::from(number % bound);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_and_value_and_repeat_otherwise() {
        let bytes = |seed, value| {
            let mut draw = Draw::new([seed; 32], value);
            (0..40).map(|_| draw.byte()).collect::<Vec<_>>()
        };
        assert_eq!(bytes(1, 1), bytes(1, 1));
        assert_ne!(bytes(1, 1), bytes(2, 1));
        assert_ne!(bytes(1, 1), bytes(1, 2));
    }

    #[test]
    fn every_number_below_the_bound_comes() {
        let mut draw = Draw::new([7; 32], 1);
        let seen: std::collections::BTreeSet<_> = (0..500).map(|_| draw.below(10)).collect();
        assert_eq!(seen.len(), 10);
        assert_eq!(draw.below(0), 0);
    }
}
