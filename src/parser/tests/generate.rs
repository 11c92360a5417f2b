//! Random documents from a small deterministic generator, so that a failure repeats.

/// Knuth's MMIX constants.
pub(crate) struct Random(u64);

const INLINE: [&str; 28] = [
    "word",
    "Fees",
    "e.g.",
    "3.50",
    "**bold**",
    "*it",
    "`code`",
    "[link](http://a.b)",
    "![alt](i.png)",
    "![](x.png)",
    "<br>",
    "<b>",
    "</b>",
    "<account-id>",
    "&amp;",
    "&#8364;",
    "\\.",
    "é",
    "e\u{301}",
    "日本語。",
    "🙂",
    "\u{200B}",
    "?!",
    "[^1]",
    "~~gone~~",
    "|",
    "<script>x</script>",
    "**",
];

const BLOCK: [&str; 24] = [
    "# ",
    "## ",
    "### ",
    "- ",
    "  - ",
    "    - ",
    "1. ",
    "   2) ",
    "> ",
    "> > ",
    "    ",
    "```\n",
    "| a | b |\n|---|---|\n| ",
    "<div>",
    "</div>",
    "<table><tr><td>",
    "<ul><li>",
    "<p hidden>",
    "<pre>",
    "[^1]: ",
    "---\n",
    "- [x] ",
    "<!--",
    "> [!NOTE]\n> ",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    pub(crate) fn document(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(30) {
            if self.below(3) > 0 {
                text.push_str(BLOCK[self.below(BLOCK.len())]);
            }
            for _ in 0..self.below(40) {
                text.push_str(INLINE[self.below(INLINE.len())]);
                text.push_str([" ", " ", " ", ". ", "\n", "  \n", ": ", ""][self.below(8)]);
            }
            text.push_str(["\n", "\n\n"][self.below(2)]);
        }
        text
    }

    /// `source` with a few mistakes: pieces that are gone, doubled, moved, or of another document, and broken bytes.
    pub(crate) fn mutated(&mut self, source: &str, other: &str) -> Vec<u8> {
        let mut bytes = source.as_bytes().to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let length = self.below(64).min(bytes.len() - at);
            match self.below(8) {
                0 => drop(bytes.drain(at..at + length)),
                1 => {
                    let piece = bytes[at..at + length].repeat(1 + self.below(40));
                    insert(&mut bytes, at, &piece);
                }
                2 => {
                    let piece: Vec<u8> = bytes.drain(at..at + length).collect();
                    let place = self.below(bytes.len() + 1);
                    insert(&mut bytes, place, &piece);
                }
                3 => {
                    let from = self.below(other.len());
                    let to = (from + self.below(200)).min(other.len());
                    insert(&mut bytes, at, &other.as_bytes()[from..to]);
                }
                4 => insert(&mut bytes, at, BLOCK[self.below(BLOCK.len())].as_bytes()),
                5 => insert(&mut bytes, at, INLINE[self.below(INLINE.len())].as_bytes()),
                6 => bytes.truncate(at.max(1)),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = u8::try_from(self.below(256)).expect("a byte");
                    }
                }
            }
        }
        bytes
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    drop(bytes.splice(at..at, piece.iter().copied()));
}
