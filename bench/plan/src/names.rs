//! Names and ids that differ as those of real people do.

/// A number that looks random and is the same in every run (SplitMix64).
pub fn mixed(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// An object id in the form that Entra gives it.
pub fn object_id(seed: u64) -> String {
    let (high, low) = (mixed(seed), mixed(!seed));
    let (node, clock) = (low & 0xFFFF_FFFF_FFFF, low >> 52);
    format!("{:08x}-{:04x}-4{:03x}-8{clock:03x}-{node:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF)
}

/// A key in the form that GoTo gives it: nineteen digits, which is more than a number in JSON can hold.
pub fn goto_key(seed: u64) -> String {
    (1_000_000_000_000_000_000 + mixed(seed ^ 0x6070) % 8_000_000_000_000_000_000).to_string()
}

const SYLLABLES: [&str; 20] = [
    "an", "bel", "cho", "da", "ëli", "fen", "gar", "hu", "isa", "jo", "ka", "lü", "mar", "no", "öst", "pe",
    "ro", "sil", "ta", "vi",
];

/// A name of some syllables: 400 of two, 8,000 of three, a sixth of them not ASCII.
pub fn name(mut seed: u64, syllables: u32) -> String {
    let mut name = String::new();
    for _ in 0..syllables {
        seed = mixed(seed);
        name.push_str(SYLLABLES[(seed % 20) as usize]);
    }
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
